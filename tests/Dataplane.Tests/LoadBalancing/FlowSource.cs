using System.Buffers.Binary;
using NetworkingSfc.Dataplane.Ports.PcapFile;
using NetworkingSfc.Dataplane.Tests.Steering;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Dataplane.Tests.LoadBalancing;

/// <summary>
/// Flows with real packets: frames of a capture whose addresses and ports a seeded generator rewrites. Where the capture is
/// missing, a built frame stands in.
/// </summary>
internal static class FlowSource
{
    private const int AddressesOffset = 26;
    private const int PortsOffset = 34;
    private const int LongestFrame = 300;

    /// <summary>One frame of each of so many different flows.</summary>
    public static byte[][] Flows(int count, int seed)
    {
        List<byte[]> packets = CapturedPackets();
        Random random = new(seed);
        HashSet<(long Addresses, int Ports, byte Protocol)> flows = [];
        List<byte[]> frames = [];
        while (frames.Count < count)
        {
            byte[] frame = [.. packets[frames.Count % packets.Count]];
            long addresses = random.NextInt64();
            int ports = (random.Next(1024, 65_536) << 16) | random.Next(1024, 65_536);
            if (flows.Add((addresses, ports, frame[23])))
            {
                BinaryPrimitives.WriteInt64BigEndian(frame.AsSpan(AddressesOffset), addresses);
                BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(PortsOffset), ports);
                frames.Add(frame);
            }
        }

        return [.. frames];
    }

    /// <summary>A frame of the same flow in the other direction: MAC addresses, IP addresses and ports exchanged.</summary>
    public static byte[] Back(byte[] frame) =>
    [
        .. frame[6..12], .. frame[..6], .. frame[12..AddressesOffset],
        .. frame[30..34], .. frame[26..30], .. frame[36..38], .. frame[34..36], .. frame[38..],
    ];

    private static List<byte[]> CapturedPackets()
    {
        List<byte[]> packets = [TestFrame.Ipv4.Original().Build()];
        string capture = Path.Combine(Repository.Data, "office-mixed.pcap");
        if (File.Exists(capture))
        {
            using CaptureReader reader = CaptureReader.Open(capture);
            while (reader.TryRead(out CaptureRecord record))
            {
                if (record.WireLength == record.Data.Length && IsUsable(record.Data))
                {
                    packets.Add(record.Data.ToArray());
                }
            }
        }

        return packets;
    }

    // Untagged, IPv4 without options, a whole TCP or UDP header, no fragment: what the offsets above take for granted.
    private static bool IsUsable(ReadOnlySpan<byte> frame) =>
        frame.Length is >= 60 and <= LongestFrame
        && frame[12] == 0x08 && frame[13] == 0 && frame[14] == 0x45 && frame[23] is 6 or 17
        && (BinaryPrimitives.ReadUInt16BigEndian(frame[20..]) & 0x3fff) == 0;
}
