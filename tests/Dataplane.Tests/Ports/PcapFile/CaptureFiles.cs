using NetworkingSfc.Dataplane.Ports.PcapFile;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.PcapFile;

/// <summary>Whole capture files of frames.</summary>
internal static class CaptureFiles
{
    /// <summary>Writes a classic pcap whose n-th record, from 0, was captured at n seconds and 1 nanosecond.</summary>
    public static void Write(string path, IReadOnlyList<byte[]> frames, int linkType = LinkType.Ethernet)
    {
        using ClassicPcapWriter writer = ClassicPcapWriter.Create(path, linkType);
        for (int i = 0; i < frames.Count; i++)
        {
            Assert.True(writer.TryWrite(Timestamp(i), frames[i], frames[i].Length));
        }

        Assert.True(writer.TryFlush());
    }

    /// <summary>The frames of a capture.</summary>
    public static IReadOnlyList<byte[]> Read(string path) => [.. ReadRecords(path).Select(record => record.Frame)];

    /// <summary>The frames of a capture with their times.</summary>
    public static IReadOnlyList<(byte[] Frame, long Timestamp, CaptureDirection Direction)> ReadRecords(string path)
    {
        List<(byte[], long, CaptureDirection)> records = [];
        using CaptureReader reader = CaptureReader.Open(path);
        while (reader.TryRead(out CaptureRecord record))
        {
            Assert.Equal(LinkType.Ethernet, record.LinkType);
            records.Add((record.Data.ToArray(), record.TimestampNanoseconds, record.Direction));
        }

        Assert.Null(reader.Error);
        return records;
    }

    /// <summary>When the n-th record of <see cref="Write"/> was captured.</summary>
    public static long Timestamp(int number) => (number * 1_000_000_000L) + 1;
}
