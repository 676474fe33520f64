using System.Buffers.Binary;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Workers.WarmUp;

/// <summary>Frames of the kinds that ports see, and what a function does with one.</summary>
internal static class WarmUpFrames
{
    private const int Tcp = 6;
    private const int Udp = 17;
    private const int Icmp = 1;
    private const int HeaderBytes = EthernetHeader.LengthBytes;

    /// <summary>Frames with the port that each comes in at.</summary>
    public static (int Port, byte[] Bytes)[] All { get; } =
    [
        .. Enumerable.Range(0, 8).Select(flow => (WarmUpDefinition.Source, Ipv4(WarmUpDefinition.Destination, flow % 2 == 0 ? Udp : Tcp, 0, 64 + (100 * flow), flow))),
        .. Enumerable.Range(0, 8).Select(flow => (WarmUpDefinition.Source, Ipv6(flow % 2 == 0 ? Udp : Tcp, 64, flow))),
        (WarmUpDefinition.Source, Tagged(Ipv4(WarmUpDefinition.Destination, Udp, 0, 64, 1))),
        (WarmUpDefinition.Source, Ipv4(WarmUpDefinition.Destination, Icmp, 0, 64, 1)),
        (WarmUpDefinition.Source, Ipv4(WarmUpDefinition.Destination, Udp, Ipv4Header.MoreFragmentsFlag, 64, 2)),
        (WarmUpDefinition.Source, Ipv4(WarmUpDefinition.Destination, Udp, 6, 64, 2)),
        (WarmUpDefinition.Source, Ipv4(WarmUpDefinition.Destination, Udp, 0, 64, 3)[..20]),
        (WarmUpDefinition.Destination, Ipv4(WarmUpDefinition.Source, Udp, 0, 64, 4)),
        (WarmUpDefinition.Narrow, Ipv4(WarmUpDefinition.Destination, Udp, 0, 64, 4)),
        (WarmUpDefinition.Output(1), Ipv4(WarmUpDefinition.Narrow, Udp, Ipv4Header.DontFragmentFlag, 2 * WarmUpDefinition.NarrowMtu, 5)),
        (WarmUpDefinition.Learning, Broadcast()),
        (WarmUpDefinition.OtherLearning, Broadcast()),
    ];

    /// <summary>What a function sends for what it gets: the same, one index further where it knows of one.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="kind">What it understands.</param>
    public static void Return(Span<byte> frame, EncapsulationKind kind)
    {
        if (kind == EncapsulationKind.Nsh && NshHeader.TryRead(frame[HeaderBytes..], out NshHeader nsh))
        {
            NshHeader.SetServiceIndex(frame[HeaderBytes..], new((byte)(nsh.ServiceIndex.Value - 1)));
        }
        else if (kind == EncapsulationKind.Mpls && MplsLabelEntry.TryRead(frame[HeaderBytes..], out MplsLabelEntry entry))
        {
            new MplsLabelEntry(entry.Label - 1, entry.TrafficClass, entry.IsBottomOfStack, entry.TimeToLive).Write(frame[HeaderBytes..]);
        }
    }

    private static byte[] Ipv4(int destination, int protocol, int flagsAndOffset, int payload, int flow)
    {
        byte[] frame = Frame(WarmUpDefinition.Mac(destination), EtherType.Ipv4, Ipv4Header.MinLengthBytes + payload);
        Span<byte> ip = frame.AsSpan(HeaderBytes);
        Ipv4Header.Write(ip, 0, (ushort)ip.Length, (ushort)flow, (ushort)flagsAndOffset, 64, (byte)protocol, 0x0c00_0000u + (uint)flow, WarmUpDefinition.Ipv4(destination));
        Ports(ip[Ipv4Header.MinLengthBytes..], flow);
        return frame;
    }

    private static byte[] Ipv6(int protocol, int payload, int flow)
    {
        const int length = 40;
        byte[] frame = Frame(WarmUpDefinition.Mac(WarmUpDefinition.Destination), EtherType.Ipv6, length + payload);
        Span<byte> ip = frame.AsSpan(HeaderBytes);
        ip[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)payload);
        (ip[6], ip[7]) = ((byte)protocol, 64);
        BinaryPrimitives.WriteUInt128BigEndian(ip[8..], ((UInt128)0xfd01 << 112) + (UInt128)flow);
        BinaryPrimitives.WriteUInt128BigEndian(ip[24..], ((UInt128)0xfd00 << 112) + WarmUpDefinition.Destination);
        Ports(ip[length..], flow);
        return frame;
    }

    // TCP's data offset makes no difference to the others.
    private static void Ports(Span<byte> segment, int flow)
    {
        BinaryPrimitives.WriteUInt16BigEndian(segment, (ushort)(1_000 + flow));
        BinaryPrimitives.WriteUInt16BigEndian(segment[2..], 80);
        segment[12] = 0x50;
    }

    private static byte[] Tagged(byte[] frame) => [.. frame[..12], 0x81, 0x00, 0x00, 0x07, .. frame[12..]];

    private static byte[] Broadcast() => Frame(new MacAddress(0xffff_ffff_ffff), EtherType.Arp, 46);

    private static byte[] Frame(MacAddress destination, ushort etherType, int bytes)
    {
        byte[] frame = new byte[HeaderBytes + bytes];
        EthernetHeader.Write(frame, destination, new MacAddress(0x0200_0000_aa01), etherType);
        return frame;
    }
}
