using System.Runtime.CompilerServices;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// The flow that a path MTU message is about: ICMP "fragmentation needed" (RFC 1191) and ICMPv6 "packet too big" (RFC 4443,
/// section 3.2) go where answers to the packet they quote go, whatever router sent them. In a symmetric chain that is the
/// other direction of the flow, with the same members; where no rule matches the quoted flow they are in no chain.
/// </summary>
// Locals for what few packets quote are not zeroed for all the others.
[SkipLocalsInit]
internal static class QuotedFlow
{
    /// <summary>False for what is no such message by its protocol: nearly everything.</summary>
    /// <param name="headers">The headers of a frame.</param>
    public static bool MayQuote(in PacketHeaders headers) => headers.Protocol is IpProtocol.Icmp or IpProtocol.Icmpv6;

    /// <summary>True for a path MTU message that is whole.</summary>
    /// <param name="frame">The frame that the headers describe.</param>
    /// <param name="headers">Its headers.</param>
    public static bool IsQuoting(ReadOnlySpan<byte> frame, in PacketHeaders headers)
    {
        bool isIcmp = headers.IpVersion == 4 ? headers.Protocol == IpProtocol.Icmp : headers.IpVersion == 6 && headers.Protocol == IpProtocol.Icmpv6;
        if (!isIcmp || headers.IsLaterFragment || headers.MoreFragments || headers.TransportOffset + IcmpHeader.LengthBytes > headers.IpEnd)
        {
            return false;
        }

        byte type = frame[headers.TransportOffset];
        return headers.IpVersion == 4
            ? type == IcmpHeader.DestinationUnreachable && frame[headers.TransportOffset + 1] == IcmpHeader.FragmentationNeeded
            : type == Icmpv6Header.PacketTooBig;
    }

    /// <summary>Reads the five-tuple of an answer to the quoted packet.</summary>
    /// <param name="frame">A frame for which <see cref="IsQuoting"/> is true.</param>
    /// <param name="headers">Its headers.</param>
    /// <param name="answer">The same headers with addresses, ports and protocol of the answer.</param>
    /// <returns>False when the quote does not show them: cut too short, or a later fragment.</returns>
    public static bool TryRead(ReadOnlySpan<byte> frame, in PacketHeaders headers, out PacketHeaders answer)
    {
        FrameStart start = headers.IpVersion == 4 ? FrameStart.Ipv4 : FrameStart.Ipv6;
        ReadOnlySpan<byte> quote = frame[(headers.TransportOffset + IcmpHeader.LengthBytes)..headers.IpEnd];
        ParseStatus status = PacketParser.Parse(quote, start, out PacketHeaders quoted);
        answer = headers;
        answer.SourceHigh = quoted.DestinationHigh;
        answer.SourceLow = quoted.DestinationLow;
        answer.DestinationHigh = quoted.SourceHigh;
        answer.DestinationLow = quoted.SourceLow;
        answer.SourcePort = quoted.DestinationPort;
        answer.DestinationPort = quoted.SourcePort;
        answer.Protocol = quoted.Protocol;
        return status == ParseStatus.Ok && !quoted.IsLaterFragment;
    }
}
