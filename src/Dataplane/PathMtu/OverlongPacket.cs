using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.PathMtu;

/// <summary>The IP packet in a frame that does not fit, and whether its sender may be told.</summary>
internal readonly ref struct OverlongPacket
{
    private const uint FirstMulticast = 0xe000_0000;
    private const byte Loopback = 127;
    private const byte Icmpv6FirstQuery = 128;
    private const byte Icmpv6Redirect = 137;
    private const int FlagsOffset = 6;

    private readonly PacketHeaders _headers;
    private readonly ReadOnlySpan<byte> _frame;

    private OverlongPacket(ReadOnlySpan<byte> frame, int frameOffset, PacketHeaders headers)
    {
        _frame = frame;
        _headers = headers;
        FrameOffset = frameOffset;
    }

    /// <summary>Where the frame without NSH starts in the one that was to be sent.</summary>
    public int FrameOffset { get; }

    /// <summary>Headers of the frame without NSH.</summary>
    public PacketHeaders Headers => _headers;

    /// <summary>Bytes that the MTU would limit if we had added nothing.</summary>
    public int BareBytes => _frame.Length - _headers.IpOffset;

    /// <summary>Finds the packet.</summary>
    /// <param name="frame">The frame that was to be sent.</param>
    /// <param name="carries">What we wrote around it.</param>
    /// <param name="packet">The packet.</param>
    /// <returns>False when the frame shows us no IP packet.</returns>
    public static bool TryFind(ReadOnlySpan<byte> frame, EncapsulationKind carries, out OverlongPacket packet)
    {
        packet = default;
        int inner = 0;
        PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers);
        if (carries == EncapsulationKind.Nsh)
        {
            if (!NshHeader.TryRead(frame[headers.LinkHeaderLength..], out NshHeader nsh))
            {
                return false;
            }

            inner = headers.LinkHeaderLength + nsh.LengthBytes;
            PacketParser.Parse(frame[inner..], FrameStart.Ethernet, out headers);
        }

        // A label that is not ours hides what is under it.
        if (headers.IpVersion == 0 || headers.IsLlc || headers.MplsDepth > (carries == EncapsulationKind.Mpls ? 1 : 0))
        {
            return false;
        }

        packet = new OverlongPacket(frame[inner..], inner, headers);
        return true;
    }

    /// <summary>
    /// True when the sender can be told (RFC 1812, section 4.3.2.7; RFC 4443, section 2.4): not of what the network may cut
    /// itself, never of an ICMP error or a later fragment, nothing for many receivers (in IPv6 allowed, but the answer would
    /// have to come from a multicast address), and only when one host can be told.
    /// </summary>
    /// <param name="sentTo">Destination MAC address of the frame as it was received.</param>
    public bool MayBeAnswered(MacAddress sentTo)
    {
        if (_headers.IsLaterFragment || sentTo.IsMulticast || _headers.IpOffset + _headers.IpHeaderLength > _headers.IpEnd)
        {
            return false;
        }

        return _headers.IpVersion == 4 ? MayAnswerIpv4() : MayAnswerIpv6();
    }

    private bool MayAnswerIpv4()
    {
        uint source = (uint)_headers.SourceLow;
        byte network = (byte)(source >> 24);
        bool isDontFragment = (_frame[_headers.IpOffset + FlagsOffset] & (Ipv4Header.DontFragmentFlag >> 8)) != 0;
        return isDontFragment
            && network is not (0 or Loopback) && source < FirstMulticast
            && (uint)_headers.DestinationLow < FirstMulticast
            && (_headers.Protocol != IpProtocol.Icmp || (TryIcmpType(out byte type) && !IcmpHeader.IsError(type)));
    }

    private bool MayAnswerIpv6()
    {
        bool isOneSender = _headers.SourceAddress != 0 && (byte)(_headers.SourceHigh >> 56) != byte.MaxValue;
        return isOneSender
            && (byte)(_headers.DestinationHigh >> 56) != byte.MaxValue
            && (_headers.Protocol != IpProtocol.Icmpv6 || (TryIcmpType(out byte type) && type is >= Icmpv6FirstQuery and not Icmpv6Redirect));
    }

    private bool TryIcmpType(out byte type)
    {
        bool isThere = _headers.TransportOffset < _headers.IpEnd;
        type = isThere ? _frame[_headers.TransportOffset] : (byte)0;
        return isThere;
    }
}
