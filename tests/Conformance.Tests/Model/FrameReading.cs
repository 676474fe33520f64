using System.Buffers.Binary;

namespace NetworkingSfc.Conformance.Tests.Model;

/// <summary>
/// What the model sees in a frame: a slow reader of the frames that the tests make, written from the rules and sharing nothing
/// with the product's parser.
/// </summary>
internal sealed record FrameReading
{
    public const ushort Ipv4 = 0x0800;
    public const ushort Ipv6 = 0x86dd;
    public const ushort Nsh = 0x894f;
    public const ushort Mpls = 0x8847;
    public const ushort MplsUpstream = 0x8848;
    public const byte Tcp = 6;
    public const byte Udp = 17;
    public const byte Icmp = 1;
    public const byte Icmpv6 = 58;
    public const byte Sctp = 132;
    private const byte HopByHop = 0;
    private const byte Fragment = 44;
    private const byte DestinationOptions = 60;

    /// <summary>EtherType behind the VLAN tags; 0 when there is none.</summary>
    public ushort Type { get; init; }

    /// <summary>Offset of what follows Ethernet header and VLAN tags.</summary>
    public int LinkBytes { get; init; }

    /// <summary>0 when no IP address can be read.</summary>
    public int Version { get; init; }

    public string Source { get; init; } = "";

    public string Destination { get; init; } = "";

    public byte Protocol { get; init; }

    public ushort SourcePort { get; init; }

    public ushort DestinationPort { get; init; }

    public int IpOffset { get; init; }

    public int TransportOffset { get; init; }

    public int IpEnd { get; init; }

    public bool IsLaterFragment { get; init; }

    /// <summary>Of a fragment.</summary>
    public uint Identification { get; init; }

    public bool HasMoreFragments { get; init; }

    public bool HasPorts { get; init; }

    /// <summary>True when the packet is read as far as a classifier looks.</summary>
    public bool IsWhole { get; init; }

    /// <summary>True for IP that a classifier may see: not DHCP, not neighbour discovery (rule 5).</summary>
    public bool MayEnterChain { get; init; }

    public static FrameReading Read(byte[] frame)
    {
        int offset = 12;
        ushort type = At(frame, offset);
        offset += 2;
        while (type is 0x8100 or 0x88a8)
        {
            if (frame.Length < offset + 4)
            {
                return new FrameReading { LinkBytes = offset };
            }

            type = At(frame, offset + 2);
            offset += 4;
        }

        FrameReading link = new() { Type = type, LinkBytes = offset, IpOffset = offset };
        FrameReading read = type switch
        {
            Ipv4 => ReadIpv4(link, frame, offset),
            Ipv6 => ReadIpv6(link, frame, offset),
            _ => link,
        };
        return read.Judged(frame);
    }

    /// <summary>The packet whose fields choose the member: also one under labels, which only hide it from classifiers.</summary>
    public static FrameReading ReadUnderLabels(byte[] frame)
    {
        FrameReading link = Read(frame);
        int offset = link.LinkBytes;
        if (link.Type is not (Mpls or MplsUpstream))
        {
            return link;
        }

        do
        {
            offset += 4;
        }
        while (offset < frame.Length && (frame[offset - 2] & 1) == 0);
        FrameReading under = link with { IpOffset = offset };
        return offset >= frame.Length ? link : (frame[offset] >> 4) switch
        {
            4 => ReadIpv4(under, frame, offset).Judged(frame),
            6 => ReadIpv6(under, frame, offset).Judged(frame),
            _ => link,
        };
    }

    /// <summary>A later fragment as its first one says.</summary>
    public FrameReading Following(FrameReading first) => this with
    {
        SourcePort = first.SourcePort,
        DestinationPort = first.DestinationPort,
        Protocol = first.Protocol,
        MayEnterChain = first.MayEnterChain,
    };

    /// <summary>A path MTU message as an answer to the packet it quotes; anything else as it is.</summary>
    public FrameReading ByQuote(byte[] frame)
    {
        int at = TransportOffset;
        bool isQuoting = IsWhole && !IsLaterFragment && !HasMoreFragments && at + 8 <= IpEnd
            && ((Version == 4 && Protocol == Icmp && frame[at] == 3 && frame[at + 1] == 4) || (Version == 6 && Protocol == Icmpv6 && frame[at] == 2));
        if (!isQuoting)
        {
            return this;
        }

        byte[] quote = [.. new byte[12], (byte)((Version == 4 ? Ipv4 : Ipv6) >> 8), (byte)(Version == 4 ? Ipv4 : Ipv6 & 0xff), .. frame[(at + 8)..IpEnd]];
        FrameReading quoted = Read(quote);
        return !quoted.IsWhole || quoted.IsLaterFragment ? this with { MayEnterChain = false } : this with
        {
            Source = quoted.Destination,
            Destination = quoted.Source,
            SourcePort = quoted.DestinationPort,
            DestinationPort = quoted.SourcePort,
            Protocol = quoted.Protocol,
        };
    }

    private FrameReading Judged(byte[] frame) => this with { MayEnterChain = IsWhole && !IsDhcp && !IsDiscovery(frame) };

    private bool IsDhcp => Protocol == Udp && HasPorts && (Version == 4
        ? SourcePort is 67 or 68 || DestinationPort is 67 or 68
        : SourcePort is 546 or 547 || DestinationPort is 546 or 547);

    private bool IsDiscovery(byte[] frame) =>
        Version == 6 && Protocol == Icmpv6 && !IsLaterFragment && TransportOffset < IpEnd && frame[TransportOffset] is >= 133 and <= 137;

    private static FrameReading ReadIpv4(FrameReading link, byte[] frame, int ip)
    {
        if (frame.Length < ip + 20 || frame[ip] >> 4 != 4)
        {
            return link;
        }

        int headerBytes = (frame[ip] & 15) * 4;
        int flags = At(frame, ip + 6);
        FrameReading read = link with
        {
            Version = 4,
            Source = Convert.ToHexString(frame, ip + 12, 4),
            Destination = Convert.ToHexString(frame, ip + 16, 4),
            Protocol = frame[ip + 9],
            TransportOffset = ip + headerBytes,
            IpEnd = Math.Min(frame.Length, ip + At(frame, ip + 2)),
            IsLaterFragment = (flags & 0x1fff) != 0,
            HasMoreFragments = (flags & 0x2000) != 0,
            Identification = At(frame, ip + 4),
        };
        return frame.Length < ip + headerBytes ? read : ReadPorts(read, frame);
    }

    private static FrameReading ReadIpv6(FrameReading link, byte[] frame, int ip)
    {
        if (frame.Length < ip + 40 || frame[ip] >> 4 != 6)
        {
            return link;
        }

        FrameReading read = link with
        {
            Version = 6,
            Source = Convert.ToHexString(frame, ip + 8, 16),
            Destination = Convert.ToHexString(frame, ip + 24, 16),
            IpEnd = Math.Min(frame.Length, ip + 40 + At(frame, ip + 4)),
        };
        byte next = frame[ip + 6];
        int at = ip + 40;
        while (next is HopByHop or DestinationOptions or Fragment)
        {
            int bytes = read.IpEnd < at + 2 ? 8 : next == Fragment ? 8 : 8 * (frame[at + 1] + 1);
            if (read.IpEnd < at + bytes)
            {
                return read with { Protocol = next, TransportOffset = at };
            }

            if (next == Fragment)
            {
                read = read with { IsLaterFragment = At(frame, at + 2) >> 3 != 0, HasMoreFragments = (At(frame, at + 2) & 1) != 0, Identification = BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(at + 4)) };
                if (read.IsLaterFragment)
                {
                    return read with { Protocol = frame[at], TransportOffset = at + 8, IsWhole = true };
                }
            }

            next = frame[at];
            at += bytes;
        }

        return ReadPorts(read with { Protocol = next, TransportOffset = at }, frame);
    }

    private static FrameReading ReadPorts(FrameReading read, byte[] frame)
    {
        if (read.IsLaterFragment || read.Protocol is not (Tcp or Udp or Sctp))
        {
            return read with { IsWhole = true };
        }

        int needed = read.Protocol == Sctp ? 12 : 4;
        return read.IpEnd - read.TransportOffset < needed ? read : read with
        {
            IsWhole = true,
            HasPorts = true,
            SourcePort = At(frame, read.TransportOffset),
            DestinationPort = At(frame, read.TransportOffset + 2),
        };
    }

    private static ushort At(byte[] frame, int offset) => BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(offset));
}
