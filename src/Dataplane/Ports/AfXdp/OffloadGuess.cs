using System.Buffers.Binary;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Ports.Offload;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Ports.AfXdp;

/// <summary>
/// Tells from a frame itself what its sender left to the hardware. A program of this host that sends over a virtual
/// link leaves checksums unfinished and, in generic mode, long TCP packets uncut; AF_XDP hands over such frames as they are
/// and does not say so.
/// </summary>
internal static class OffloadGuess
{
    private const byte NeedsChecksum = 1;
    private const int SctpChecksumOffset = 8;

    /// <summary>What is still to be done to a frame.</summary>
    /// <param name="frame">The whole frame.</param>
    /// <param name="mtuBytes">Longest IP packet of the link: a longer one of TCP is to be cut.</param>
    /// <remarks>
    /// <para>
    /// A checksum is unfinished when its field holds the sum of the pseudo-header, which is where the kernel starts from; for
    /// SCTP when it is 0. One that is finished and equal to it by chance (1 in 65,536) is computed again, to the same value.
    /// </para>
    /// <para>
    /// The length that the sender meant for segments of TCP is not known. The longest that the link carries is taken, which
    /// is what senders mean unless their peer asked for less.
    /// </para>
    /// </remarks>
    public static VirtioNetHeader Of(ReadOnlySpan<byte> frame, int mtuBytes)
    {
        if (PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders found) != ParseStatus.Ok || found.IsLaterFragment || found.MoreFragments)
        {
            return default;
        }

        ReadOnlySpan<byte> transport = frame[found.TransportOffset..found.IpEnd];
        int offset = ChecksumOffsetOf(found.Protocol);
        if (offset < 0 || !IsUnfinished(transport, offset, in found))
        {
            return default;
        }

        (byte kind, ushort segmentBytes) = Segments(transport, in found, mtuBytes);
        return new VirtioNetHeader(NeedsChecksum, kind, segmentBytes, (ushort)found.TransportOffset, (ushort)offset);
    }

    private static int ChecksumOffsetOf(byte protocol) => protocol switch
    {
        IpProtocol.Tcp => ChecksumCompletion.TcpOffset,
        IpProtocol.Udp => ChecksumCompletion.UdpOffset,
        IpProtocol.Sctp => SctpChecksumOffset,
        _ => -1,
    };

    private static bool IsUnfinished(ReadOnlySpan<byte> transport, int offset, in PacketHeaders found)
    {
        if (offset == SctpChecksumOffset)
        {
            return transport.Length >= SctpHeader.LengthBytes && BinaryPrimitives.ReadUInt32BigEndian(transport[offset..]) == 0;
        }

        if (transport.Length < offset + sizeof(ushort))
        {
            return false;
        }

        ulong pseudoHeader = found.IpVersion == Ipv4Header.VersionNumber
            ? InternetChecksum.SumPseudoHeader((uint)found.SourceLow, (uint)found.DestinationLow, found.Protocol, transport.Length)
            : InternetChecksum.SumPseudoHeader(found.SourceAddress, found.DestinationAddress, found.Protocol, transport.Length);
        return BinaryPrimitives.ReadUInt16BigEndian(transport[offset..]) == (ushort)~InternetChecksum.Finish(pseudoHeader);
    }

    // Datagrams that a sender joined (UDP_SEGMENT) cannot be told apart again: they stay as long as they are.
    private static (byte Kind, ushort SegmentBytes) Segments(ReadOnlySpan<byte> transport, in PacketHeaders found, int mtuBytes)
    {
        int length = found.IpEnd - found.IpOffset;
        if (length <= mtuBytes || found.Protocol != IpProtocol.Tcp || !TcpHeader.TryRead(transport, out TcpHeader tcp))
        {
            return (0, 0);
        }

        int payload = mtuBytes - (found.TransportOffset - found.IpOffset) - tcp.LengthBytes;
        return payload > 0
            ? (found.IpVersion == Ipv4Header.VersionNumber ? VirtioNetHeader.TcpOverIpv4 : VirtioNetHeader.TcpOverIpv6, (ushort)payload)
            : ((byte)0, (ushort)0);
    }
}
