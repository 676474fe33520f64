using System.Buffers.Binary;
using System.Numerics;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Sfc.Replay;

/// <summary>
/// What a rewriting function replaces in every packet it returns. A replacement for a field that the packet does not have
/// is not applied. Checksums that were right stay right.
/// </summary>
/// <param name="SourceIp">New source address.</param>
/// <param name="DestinationIp">New destination address.</param>
/// <param name="SourcePort">New source port.</param>
/// <param name="DestinationPort">New destination port.</param>
internal sealed record PacketRewrite(
    RewriteAddress? SourceIp, RewriteAddress? DestinationIp, ushort? SourcePort, ushort? DestinationPort)
{
    private const int Ipv4SourceOffset = 12;
    private const int Ipv4DestinationOffset = 16;
    private const int Ipv4ChecksumOffset = 10;
    private const int Ipv6SourceOffset = 8;
    private const int Ipv6DestinationOffset = 24;
    private const int SctpChecksumOffset = 8;
    private const int SegmentsLeftOffset = 3;

    /// <summary>Rewrites one frame in place.</summary>
    /// <param name="frame">An Ethernet frame, perhaps with VLAN tags and a label.</param>
    public void Apply(Span<byte> frame)
    {
        ParseStatus status = PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers);
        if (headers.IpVersion == 0)
        {
            return;
        }

        bool hasTransport = status == ParseStatus.Ok && !headers.IsLaterFragment;
        Span<byte> transport = hasTransport ? frame[headers.TransportOffset..headers.IpEnd] : [];
        Span<byte> ip = frame[headers.IpOffset..];
        ReplaceAddress(ip, transport, headers, SourceIp, isSource: true);
        ReplaceAddress(ip, transport, headers, DestinationIp, isSource: false);
        if (headers.HasPorts)
        {
            ReplacePort(transport, headers, SourcePort, 0);
            ReplacePort(transport, headers, DestinationPort, sizeof(ushort));
            if (headers.Protocol == IpProtocol.Sctp && !headers.MoreFragments && (SourcePort ?? DestinationPort) is not null)
            {
                WriteSctpChecksum(transport);
            }
        }
    }

    private static void ReplaceAddress(Span<byte> ip, Span<byte> transport, in PacketHeaders headers, RewriteAddress? replacement, bool isSource)
    {
        if (replacement is not RewriteAddress address || address.IsIpv6 != (headers.IpVersion == 6))
        {
            return;
        }

        UInt128 before = isSource ? headers.SourceAddress : headers.DestinationAddress;
        if (headers.IpVersion == 4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(ip[(isSource ? Ipv4SourceOffset : Ipv4DestinationOffset)..], (uint)address.Value);
            Update(ip[Ipv4ChecksumOffset..], before, address.Value, zeroMeansNone: false);
        }
        else
        {
            BinaryPrimitives.WriteUInt128BigEndian(ip[(isSource ? Ipv6SourceOffset : Ipv6DestinationOffset)..], address.Value);
        }

        // Both families' transports sum a pseudo-header; ICMP does so over IPv6 only.
        if (headers.Protocol != IpProtocol.Icmp && !transport.IsEmpty && (isSource || !HasStopsToCome(ip, headers)) && ChecksumOffset(headers.Protocol) is int offset && transport.Length >= offset + sizeof(ushort))
        {
            Update(transport[offset..], before, address.Value, headers.Protocol == IpProtocol.Udp);
        }
    }

    // RFC 8200, section 8.1: while a routing header has segments left, the pseudo-header has the last stop and not the
    // destination field. The parser has walked these headers to the transport header, so they are whole.
    private static bool HasStopsToCome(ReadOnlySpan<byte> ip, in PacketHeaders headers)
    {
        if (headers.IpVersion == 4)
        {
            return false;
        }

        Ipv6Header.TryRead(ip, out Ipv6Header fixedHeader);
        byte next = fixedHeader.NextHeader;
        for (int offset = Ipv6Header.LengthBytes; offset < headers.TransportOffset - headers.IpOffset;)
        {
            if (next == IpProtocol.Routing)
            {
                return ip[offset + SegmentsLeftOffset] != 0;
            }

            int lengthBytes = Ipv6FragmentHeader.LengthBytes;
            if (next != IpProtocol.Fragment && Ipv6ExtensionHeader.TryRead(ip[offset..], out Ipv6ExtensionHeader extension))
            {
                lengthBytes = extension.LengthBytes;
            }

            next = ip[offset];
            offset += lengthBytes;
        }

        return false;
    }

    private static void ReplacePort(Span<byte> transport, in PacketHeaders headers, ushort? replacement, int portOffset)
    {
        if (replacement is not ushort port)
        {
            return;
        }

        ushort before = BinaryPrimitives.ReadUInt16BigEndian(transport[portOffset..]);
        BinaryPrimitives.WriteUInt16BigEndian(transport[portOffset..], port);
        if (ChecksumOffset(headers.Protocol) is int offset && transport.Length >= offset + sizeof(ushort))
        {
            Update(transport[offset..], before, port, headers.Protocol == IpProtocol.Udp);
        }
    }

    private static void Update(Span<byte> checksum, UInt128 before, UInt128 after, bool zeroMeansNone)
    {
        ushort sum = BinaryPrimitives.ReadUInt16BigEndian(checksum);
        ushort updated = zeroMeansNone ? InternetChecksum.UpdateUdp(sum, before, after) : InternetChecksum.Update(sum, before, after);
        BinaryPrimitives.WriteUInt16BigEndian(checksum, updated);
    }

    // Where the Internet checksum stands in each transport header that has one.
    private static int? ChecksumOffset(byte protocol) => protocol switch
    {
        IpProtocol.Tcp => 16,
        IpProtocol.Udp or IpProtocol.UdpLite or IpProtocol.Dccp => 6,
        IpProtocol.Icmpv6 => 2,
        _ => null,
    };

    // RFC 9260, appendix A: CRC32c over the packet with a zero checksum field, least significant byte first.
    private static void WriteSctpChecksum(Span<byte> packet)
    {
        if (packet.Length < SctpHeader.LengthBytes)
        {
            return;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(packet[SctpChecksumOffset..], 0);
        uint crc = uint.MaxValue;
        foreach (byte octet in packet)
        {
            crc = BitOperations.Crc32C(crc, octet);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(packet[SctpChecksumOffset..], ~crc);
    }
}

/// <summary>An address to write.</summary>
/// <param name="Value">The address; IPv4 in the low 32 bits.</param>
/// <param name="IsIpv6">Its family.</param>
internal readonly record struct RewriteAddress(UInt128 Value, bool IsIpv6);
