using System.Buffers.Binary;
using NetworkingSfc.Dataplane.Ports.PcapFile;
using NetworkingSfc.Dataplane.Tests.Steering;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Dataplane.Tests.Parsing;

/// <summary>Frames that were good once: built and captured ones, with bytes flipped, lengths changed, ends cut and halves joined.</summary>
internal sealed class FrameMutator
{
    public const int LongestFrame = 1600;

    private static readonly ushort[] _telling =
        [0, 1, 5, 7, 8, 19, 20, 24, 40, 1500, 1501, 0x0600, 0x0800, 0x0806, 0x4500, 0x4600, 0x6000, 0x8100, 0x8847, 0x8848, 0x86dd, 0x88a8, 0x894f, 0x9100, 0x7fff, 0x8000, 0xffff];

    private readonly Random _random;
    private readonly List<byte[]> _frames;

    public FrameMutator(int seed, IEnumerable<byte[]> more)
    {
        _random = new Random(seed);
        _frames = [.. Built(), .. more, .. Captured()];
    }

    /// <summary>Writes the next frame and gives its length.</summary>
    public int Next(Span<byte> room)
    {
        byte[] frame = _frames[_random.Next(_frames.Count)];
        int length = Math.Min(frame.Length, room.Length);
        frame.AsSpan(0, length).CopyTo(room);
        for (int times = _random.Next(4); times > 0 && length > 0; times--)
        {
            length = Change(room, length);
        }

        return length;
    }

    private int Change(Span<byte> room, int length)
    {
        // Most of what is decided stands in the first bytes.
        int offset = _random.Next(_random.Next(2) == 0 ? length : Math.Min(length, 80));
        switch (_random.Next(8))
        {
            case 0:
                return _random.Next(length + 1);
            case 1:
                byte[] other = _frames[_random.Next(_frames.Count)];
                int from = _random.Next(other.Length);
                int taken = Math.Min(other.Length - from, room.Length - offset);
                other.AsSpan(from, taken).CopyTo(room[offset..]);
                return offset + taken;
            case 2 or 3 when offset + 2 <= length:
                BinaryPrimitives.WriteUInt16BigEndian(room[offset..], _telling[_random.Next(_telling.Length)]);
                return length;
            case 4:
                room[offset] = (byte)_random.Next(256);
                return length;
            default:
                room[offset] ^= (byte)(1 << _random.Next(8));
                return length;
        }
    }

    private static IEnumerable<byte[]> Built()
    {
        PacketBuilder link = new PacketBuilder().Ethernet(TestChain.Mac(1), TestChain.Mac(0));
        PacketBuilder v4 = link.Ipv4("10.0.0.1", "10.0.0.2");
        PacketBuilder v6 = link.Ipv6("fd00::1", "fd00::2");
        PacketBuilder[] frames =
        [
            v4.Tcp(1, 2).Payload(20), v4.Udp(1, 2).Payload(20), v4.Sctp(1, 2).Payload(20), v4.Dccp(1, 2), v4.UdpLite(1, 2), v4.Icmp(),
            link.Ipv4("10.0.0.1", "10.0.0.2", change: ip => ip with { Options = new byte[40] }).Tcp(1, 2),
            link.Ipv4("10.0.0.1", "10.0.0.2", change: ip => ip with { FragmentOffsetBytes = 64 }).Payload(20),
            link.Ipv4("10.0.0.1", "10.0.0.2", change: ip => ip with { TotalLengthBytes = 0 }).Udp(1, 2),
            v6.Tcp(1, 2).Payload(20), v6.Udp(1, 2), v6.Icmpv6(135), v6.Fragment(1, 64).Payload(20),
            v6.HopByHop().DestinationOptions().Routing(["fd00::5"]).Fragment(1).Ah().Udp(1, 2).Payload(9),
            link.Vlan(1).Vlan(2).Ipv4("10.0.0.1", "10.0.0.2").Udp(1, 2), link.Arp(1, TestChain.Mac(0), "10.0.0.1"),
            link.Llc().Payload(30), link.Snap().Ipv4("10.0.0.1", "10.0.0.2").Udp(1, 2), link.Mpls(5).Mpls(6).Ipv6("fd00::1", "fd00::2").Tcp(1, 2),
            link.Nsh(1, 2).Append(v4.Udp(1, 2)), link.NshMdType2(1, 2, new byte[12]).Append(v6.Udp(1, 2)),
            Enumerable.Range(0, 22).Aggregate(link, (frame, _) => frame.Vlan(1)).Ipv4("10.0.0.1", "10.0.0.2").Udp(1, 2),
        ];
        return frames.Select(frame => frame.Build());
    }

    // A few frames of each of many captures, when they are there.
    private static List<byte[]> Captured()
    {
        const int FramesEach = 20;
        string folder = Path.Combine(Repository.Shared, "captures");
        List<byte[]> frames = [];
        IEnumerable<string> files = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.pcap", SearchOption.AllDirectories) : [];
        foreach (string file in files.Order(StringComparer.Ordinal))
        {
            using CaptureReader reader = CaptureReader.Open(file);
            for (int number = 0; number < FramesEach && reader.TryRead(out CaptureRecord record); number++)
            {
                if (record.Data.Length is > 0 and <= LongestFrame)
                {
                    frames.Add(record.Data.ToArray());
                }
            }
        }

        return frames;
    }
}
