using NetworkingSfc.Dataplane.Ports.PcapFile;

namespace NetworkingSfc.Dataplane.Tests.Ports.PcapFile;

/// <summary>A packet taken out of the reader's buffer, so that it can be kept and compared.</summary>
internal sealed record CaptureRow(
    string Data, int WireLength, int InterfaceIndex, int LinkType, long Nanoseconds, int FcsLengthBits, CaptureDirection Direction);

/// <summary>What a capture gave, read to its end.</summary>
internal sealed record CaptureRows(IReadOnlyList<CaptureRow> Rows, string? Error)
{
    public static CaptureRows Of(byte[] file) => Of(CaptureReader.Create(new MemoryStream(file), "test"));

    public static CaptureRows Of(CaptureBytes file) => Of(file.ToArray());

    public static CaptureRows Of(CaptureReader reader)
    {
        using (reader)
        {
            List<CaptureRow> rows = [];
            while (reader.TryRead(out CaptureRecord record))
            {
                rows.Add(new CaptureRow(
                    Convert.ToHexString(record.Data),
                    record.WireLength,
                    record.InterfaceIndex,
                    record.LinkType,
                    record.TimestampNanoseconds,
                    record.FcsLengthBits,
                    record.Direction));
            }

            // The end is the end: asking again neither gives more nor changes the verdict.
            string? error = reader.Error;
            if (reader.TryRead(out _) || reader.Error != error)
            {
                throw new InvalidOperationException("The reader went on after its end.");
            }

            return new CaptureRows(rows, error);
        }
    }
}
