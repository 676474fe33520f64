using System.Collections.Immutable;
using System.Net;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Dataplane.Tests.Steering.Model;

/// <summary>A frame as its fields, from which its bytes are built: what the model reads and changes.</summary>
internal sealed record FrameSpec(ulong DestinationMac, ulong SourceMac, int Tags)
{
    /// <summary>The network service header and the frame in it, or null.</summary>
    public (NshSpec Header, FrameSpec Frame)? Nsh { get; init; }

    /// <summary>Labels, outermost first.</summary>
    public ImmutableArray<(uint Label, byte TrafficClass, byte TimeToLive)> Labels { get; init; } = [];

    public ContentSpec Content { get; init; } = new();

    public bool IsPlainIp => Nsh is null && Labels.IsEmpty && Content.Kind is ContentKind.Ipv4 or ContentKind.Ipv6;

    public byte[] Bytes() => Builder().Build();

    /// <summary>Bytes that no MTU counts.</summary>
    public int LinkBytes => 14 + (4 * Tags);

    public static string Text(ulong mac) => string.Join(':', Enumerable.Range(0, 6).Select(i => $"{(mac >> (40 - (8 * i))) & 0xff:x2}"));

    private PacketBuilder Builder()
    {
        PacketBuilder frame = new PacketBuilder().Ethernet(Text(DestinationMac), Text(SourceMac));
        for (int tag = 0; tag < Tags; tag++)
        {
            frame = frame.Vlan((ushort)(100 + tag), tpid: tag == 0 && Tags > 1 ? (ushort)0x88a8 : (ushort)0x8100);
        }

        if (Nsh is (NshSpec header, FrameSpec inner))
        {
            return frame.Nsh(header.Path, header.Index, header.TimeToLive, change: nsh => nsh with
            {
                Version = header.Version,
                Oam = header.IsOam,
                MdType = header.MdType,
                NextProtocol = header.NextProtocol,
                Unassigned = header.Unassigned,
                Metadata = Enumerable.Range(1, header.MetadataBytes).Select(i => header.IsOurs ? (byte)0 : (byte)i).ToArray(),
            }).Append(inner.Builder());
        }

        foreach ((uint label, byte trafficClass, byte timeToLive) in Labels)
        {
            frame = frame.Mpls(label, trafficClass, timeToLive);
        }

        return Content.AppendTo(frame);
    }
}

internal sealed record NshSpec(uint Path, byte Index, byte TimeToLive)
{
    public byte Version { get; init; }

    public bool IsOam { get; init; }

    public byte MdType { get; init; } = 1;

    public int MetadataBytes { get; init; } = 16;

    /// <summary>True for a header that the forwarder made: its contexts are zero.</summary>
    public bool IsOurs { get; init; }

    public byte NextProtocol { get; init; } = 3;

    public byte Unassigned { get; init; }
}

internal enum ContentKind
{
    Ipv4,
    Ipv6,
    Arp,
    Unknown,
}

/// <summary>What a frame is about.</summary>
internal sealed record ContentSpec
{
    public ContentKind Kind { get; init; }

    public UInt128 Source { get; init; }

    public UInt128 Destination { get; init; }

    /// <summary>6, 17, 58 (IPv6 only), 132 or one without ports.</summary>
    public byte Protocol { get; init; } = 6;

    public ushort SourcePort { get; init; }

    public ushort DestinationPort { get; init; }

    public byte IcmpType { get; init; }

    public bool IsLaterFragment { get; init; }

    public int PayloadBytes { get; init; } = 30;

    public bool HasPorts => Protocol is 6 or 17 or 132 && !IsLaterFragment;

    public static string Text(UInt128 address, ContentKind kind)
    {
        byte[] bytes = [.. Enumerable.Range(0, 16).Select(i => (byte)(address >> (120 - (8 * i))))];
        return new IPAddress(kind == ContentKind.Ipv4 ? bytes[12..] : bytes).ToString();
    }

    public PacketBuilder AppendTo(PacketBuilder link)
    {
        switch (Kind)
        {
            case ContentKind.Arp:
                return link.Arp(1, "02:00:00:00:00:01", "10.0.0.1", targetIp: "10.0.0.2");
            case ContentKind.Unknown:
                return link.Payload(new byte[PayloadBytes + 1]);
            case ContentKind.Ipv4:
                link = link.Ipv4(Text(Source, Kind), Text(Destination, Kind), protocol: Protocol, change: ip => ip with { FragmentOffsetBytes = IsLaterFragment ? (ushort)64 : (ushort)0 });
                break;
            default:
                link = link.Ipv6(Text(Source, Kind), Text(Destination, Kind), nextHeader: IsLaterFragment ? null : Protocol);
                link = IsLaterFragment ? link.Fragment(1, offsetBytes: 64, nextHeader: Protocol) : link;
                break;
        }

        if (IsLaterFragment)
        {
            return link.Payload(PayloadBytes);
        }

        return (Protocol switch
        {
            6 => link.Tcp(SourcePort, DestinationPort),
            17 => link.Udp(SourcePort, DestinationPort),
            58 => link.Icmpv6(IcmpType),
            132 => link.Sctp(SourcePort, DestinationPort),
            _ => link,
        }).Payload(PayloadBytes);
    }
}
