using System.Buffers.Binary;
using System.Text;
using NetworkingSfc.Dataplane.Ports.PcapFile;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Conformance.Tests.Replaying;

/// <summary>What <c>sfc replay</c> wrote.</summary>
/// <param name="Interfaces">Interface names in the order of the file.</param>
/// <param name="Crossings">Records in the order of the file.</param>
internal sealed record OutputCapture(IReadOnlyList<string> Interfaces, IReadOnlyList<Crossing> Crossings)
{
    private const uint InterfaceBlock = 1;
    private const ushort NameOption = 2;
    private const ushort ResolutionOption = 9;
    private const int EthernetLinkType = 1;

    /// <summary>Reads a file; one that is damaged, not Ethernet or without directions fails the test.</summary>
    public static OutputCapture Read(string path)
    {
        List<string> interfaces = ReadInterfaces(File.ReadAllBytes(path));
        List<Crossing> crossings = [];
        using CaptureReader reader = CaptureReader.Open(path);
        while (reader.TryRead(out CaptureRecord record))
        {
            if (record.Direction is not (CaptureDirection.Inbound or CaptureDirection.Outbound))
            {
                throw new PacketMismatchException($"Record {crossings.Count + 1} has no direction.");
            }

            crossings.Add(new Crossing(interfaces[record.InterfaceIndex], record.Direction == CaptureDirection.Inbound, record.Data.ToArray())
            {
                Timestamp = record.TimestampNanoseconds,
                WireLength = record.WireLength,
            });
        }

        return reader.Error is null ? new OutputCapture(interfaces, crossings) : throw new PacketMismatchException(reader.Error);
    }

    // The product's reader does not give names, so the blocks are walked here: little endian, as written on this machine.
    private static List<string> ReadInterfaces(byte[] file)
    {
        List<string> names = [];
        for (int at = 0; at < file.Length; at += BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 4)))
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at)) == InterfaceBlock)
            {
                int length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 4));
                names.Add(ReadInterface(file.AsSpan(at + 8, length - 12)));
            }
        }

        return names;
    }

    private static string ReadInterface(ReadOnlySpan<byte> body)
    {
        string? name = null;
        int resolution = 6;
        int linkType = BinaryPrimitives.ReadUInt16LittleEndian(body);
        for (ReadOnlySpan<byte> rest = body[8..]; rest.Length >= 4;)
        {
            int code = BinaryPrimitives.ReadUInt16LittleEndian(rest);
            int length = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
            if (code == NameOption)
            {
                name = Encoding.UTF8.GetString(rest.Slice(4, length));
            }
            else if (code == ResolutionOption)
            {
                resolution = rest[4];
            }

            rest = rest[(4 + ((length + 3) & ~3))..];
        }

        return linkType == EthernetLinkType && resolution == 9 && name is not null
            ? name
            : throw new PacketMismatchException($"Interface '{name}' has link type {linkType} and resolution {resolution}; 1 and 9 were expected.");
    }
}
