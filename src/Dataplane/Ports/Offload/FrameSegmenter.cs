using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Ports.Offload;

/// <summary>
/// Cuts a frame that a sender left to segmentation offload (GSO), or that the kernel joined on receipt (GRO), into the frames
/// that go over a wire: as <c>tcp_gso_segment</c> and <c>__udp_gso_segment</c> of Linux do. One frame at a time, segment by
/// segment, so that a batch may end anywhere.
/// </summary>
internal sealed class FrameSegmenter
{
    private int _headerBytes;
    private int _segmentBytes;
    private int _ipOffset;
    private int _transportOffset;
    private int _firstPayload;
    private int _payload;
    private int _end;
    private bool _isIpv4;
    private bool _isTcp;
    private bool _hasChecksum;

    // Sum of the pseudo-header without its length.
    private ulong _pseudoHeader;

    /// <summary>Whether segments of a frame are left.</summary>
    public bool IsActive => _payload < _end;

    /// <summary>Bytes of the next segment.</summary>
    public int NextLength => _headerBytes + Math.Min(_segmentBytes, _end - _payload);

    /// <summary>Begins with a frame.</summary>
    /// <param name="frame">The frame, the same bytes until its last segment is written.</param>
    /// <param name="header">What to cut it into.</param>
    /// <returns>
    /// False when it is not what the header says, or cannot be cut: a packet in a tunnel, an IPv6 jumbogram (RFC 2675).
    /// </returns>
    public bool TryBegin(ReadOnlySpan<byte> frame, in VirtioNetHeader header)
    {
        _payload = _end = 0;
        if (PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders found) != ParseStatus.Ok
            || !IsOfKind(header.SegmentKind, in found)
            || found.IsLaterFragment || found.MoreFragments || IsJumbogram(frame, in found)
            || (header.NeedsChecksum && header.ChecksumStart != found.TransportOffset))
        {
            return false;
        }

        ReadOnlySpan<byte> packet = frame[..found.IpEnd];
        ReadOnlySpan<byte> transport = packet[found.TransportOffset..];
        _isTcp = found.Protocol == IpProtocol.Tcp;
        int transportHeader = _isTcp
            ? (TcpHeader.TryRead(transport, out TcpHeader tcp) ? tcp.LengthBytes : int.MaxValue)
            : UdpHeader.LengthBytes;

        // A segment must be one whose length its IP header can tell.
        if (header.SegmentBytes == 0 || transportHeader >= transport.Length
            || found.TransportOffset - found.IpOffset + transportHeader + header.SegmentBytes > ushort.MaxValue)
        {
            return false;
        }

        _isIpv4 = found.IpVersion == Ipv4Header.VersionNumber;
        _ipOffset = found.IpOffset;
        _transportOffset = found.TransportOffset;
        _headerBytes = found.TransportOffset + transportHeader;
        _segmentBytes = header.SegmentBytes;
        TakeChecksum(transport, in found, header.NeedsChecksum);
        _firstPayload = _headerBytes;
        _payload = _headerBytes;
        _end = packet.Length;
        return true;
    }

    /// <summary>Writes the next segment.</summary>
    /// <param name="frame">The frame that was begun with.</param>
    /// <param name="destination">At least <see cref="NextLength"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public int Next(ReadOnlySpan<byte> frame, Span<byte> destination)
    {
        int length = NextLength;
        Span<byte> segment = destination[..length];
        frame[.._headerBytes].CopyTo(segment);
        frame.Slice(_payload, length - _headerBytes).CopyTo(segment[_headerBytes..]);
        WriteIp(frame, segment);
        Span<byte> transport = segment[_transportOffset..];
        if (_isTcp)
        {
            WriteTcp(frame, transport);
        }
        else
        {
            UdpHeader.SetTotalLength(transport, (ushort)transport.Length);
            UdpHeader.SetChecksum(transport, 0);
            if (_hasChecksum)
            {
                UdpHeader.SetChecksum(transport, InternetChecksum.FinishUdp(SumOf(transport)));
            }
        }

        Skip();
        return length;
    }

    /// <summary>Leaves the next segment out.</summary>
    public void Skip() => _payload += _segmentBytes;

    /// <summary>Leaves out all that is left.</summary>
    public void Abandon() => _end = 0;

    private static bool IsOfKind(byte kind, in PacketHeaders found) => (kind & ~VirtioNetHeader.CongestionBit) switch
    {
        VirtioNetHeader.TcpOverIpv4 => found.IpVersion == Ipv4Header.VersionNumber && found.Protocol == IpProtocol.Tcp,
        VirtioNetHeader.TcpOverIpv6 => found.IpVersion == Ipv6Header.VersionNumber && found.Protocol == IpProtocol.Tcp,
        VirtioNetHeader.UdpDatagrams => found.Protocol == IpProtocol.Udp,
        _ => false,
    };

    private static bool IsJumbogram(ReadOnlySpan<byte> frame, in PacketHeaders found) =>
        found.IpVersion == Ipv6Header.VersionNumber
        && Ipv6Header.TryRead(frame[found.IpOffset..], out Ipv6Header ip)
        && ip.PayloadLength == 0 && ip.NextHeader == IpProtocol.HopByHopOptions;

    // The checksum field of an unfinished frame holds the sum of the pseudo-header. That sum is right also where a routing
    // header names another destination; only the length in it is taken out again.
    private void TakeChecksum(ReadOnlySpan<byte> transport, in PacketHeaders found, bool needsChecksum)
    {
        int offset = _isTcp ? ChecksumCompletion.TcpOffset : ChecksumCompletion.UdpOffset;
        ushort field = (ushort)InternetChecksum.Sum(transport.Slice(offset, sizeof(ushort)));
        _hasChecksum = _isTcp || needsChecksum || field != 0;
        _pseudoHeader = (needsChecksum, _isIpv4) switch
        {
            (true, _) => (ulong)field + InternetChecksum.Finish((ulong)transport.Length),
            (_, true) => InternetChecksum.SumPseudoHeader((uint)found.SourceLow, (uint)found.DestinationLow, found.Protocol, 0),
            _ => InternetChecksum.SumPseudoHeader(found.SourceAddress, found.DestinationAddress, found.Protocol, 0),
        };
    }

    private void WriteIp(ReadOnlySpan<byte> frame, Span<byte> segment)
    {
        Span<byte> ip = segment[_ipOffset..];
        if (!_isIpv4)
        {
            Ipv6Header.SetPayloadLength(ip, (ushort)(ip.Length - Ipv6Header.LengthBytes));
            return;
        }

        _ = Ipv4Header.TryReadFixedPart(frame[_ipOffset..], out Ipv4Header original);
        int number = (_payload - _firstPayload) / _segmentBytes;
        Ipv4Header.SetTotalLength(ip, (ushort)ip.Length);
        Ipv4Header.SetIdentification(ip, (ushort)(original.Identification + number));
        Ipv4Header.SetChecksum(ip, 0);
        Ipv4Header.SetChecksum(ip, InternetChecksum.Compute(ip[..(_transportOffset - _ipOffset)]));
    }

    private void WriteTcp(ReadOnlySpan<byte> frame, Span<byte> transport)
    {
        _ = TcpHeader.TryRead(frame[_transportOffset..], out TcpHeader original);
        byte flags = original.Flags;
        if (_payload + _segmentBytes < _end)
        {
            flags &= unchecked((byte)~(TcpHeader.FinFlag | TcpHeader.PushFlag));
        }

        if (_payload > _firstPayload)
        {
            flags &= unchecked((byte)~TcpHeader.WindowReducedFlag);
        }

        TcpHeader.SetSequence(transport, original.Sequence + (uint)(_payload - _firstPayload));
        TcpHeader.SetFlags(transport, flags);
        TcpHeader.SetChecksum(transport, 0);
        TcpHeader.SetChecksum(transport, InternetChecksum.Finish(SumOf(transport)));
    }

    private ulong SumOf(ReadOnlySpan<byte> transport) => _pseudoHeader + (ulong)transport.Length + InternetChecksum.Sum(transport);
}
