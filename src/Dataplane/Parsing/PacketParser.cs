using System.Runtime.CompilerServices;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Parsing;

/// <summary>Finds the headers and the outermost five-tuple of one frame. One pass, no allocation, never throws.</summary>
/// <remarks>
/// Enters Ethernet, VLAN tags, LLC and SNAP, an MPLS label stack (payload told by its first nibble), IPv4 and IPv6 with
/// extension headers. Stops at NSH and at every tunnel: the inner frame is a second call on the bytes after the header.
/// What is done with frames on which parsers disagree is written down in DECISIONS.md beside this file.
/// </remarks>
public static class PacketParser
{
    /// <summary>VLAN tags entered; a frame with more is <see cref="ParseStatus.NoIp"/>. Bounds the walk, far above any use.</summary>
    public const int MaxVlanTags = 20;

    /// <summary>Walks the headers of a frame up to the ports of the outermost IP packet.</summary>
    /// <param name="frame">The captured bytes, any number of them and any content.</param>
    /// <param name="start">What the first byte belongs to.</param>
    /// <param name="headers">What was found; every field is written.</param>
    /// <returns>How far the walk came.</returns>
    public static ParseStatus Parse(ReadOnlySpan<byte> frame, FrameStart start, out PacketHeaders headers)
    {
        PacketWork.Parse();
        headers = default;
        return start switch
        {
            FrameStart.Ethernet => WalkEthernet(frame, 0, ref headers),
            FrameStart.RawIp => WalkByVersion(frame, 0, ref headers),
            FrameStart.Ipv4 => WalkIpv4(frame, 0, ref headers),
            FrameStart.Ipv6 => Ipv6Walk.Run(frame, 0, ref headers),
            FrameStart.Loopback => WalkLoopback(frame, ref headers),
            FrameStart.LinuxCooked or FrameStart.LinuxCookedV2 => WalkCooked(frame, start, ref headers),
            _ => ParseStatus.NoIp,
        };
    }

    /// <summary>Reads the ports of an unfragmented packet or first fragment.</summary>
    /// <param name="packet">The frame, cut at the end of the IP packet.</param>
    /// <param name="headers">Protocol and transport offset in, ports out.</param>
    /// <returns><see cref="ParseStatus.Ok"/> also when the protocol has no ports.</returns>
    internal static ParseStatus ReadPorts(ReadOnlySpan<byte> packet, ref PacketHeaders headers)
    {
        // Ports are the first four bytes of all five; SCTP only counts when its common header is whole.
        int neededBytes = headers.Protocol switch
        {
            IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.UdpLite or IpProtocol.Dccp => TransportPorts.LengthBytes,
            IpProtocol.Sctp => SctpHeader.LengthBytes,
            _ => 0,
        };
        if (neededBytes == 0)
        {
            return ParseStatus.Ok;
        }

        ReadOnlySpan<byte> bytes = packet[headers.TransportOffset..];
        if (bytes.Length < neededBytes || !TransportPorts.TryRead(bytes, out TransportPorts ports))
        {
            return ParseStatus.TruncatedTransport;
        }

        headers.SourcePort = ports.Source;
        headers.DestinationPort = ports.Destination;
        headers.HasPorts = true;
        return ParseStatus.Ok;
    }

    private static ParseStatus WalkEthernet(ReadOnlySpan<byte> frame, int offset, ref PacketHeaders headers) =>
        EthernetHeader.TryRead(frame[offset..], out EthernetHeader ethernet)
            ? WalkType(frame, offset + EthernetHeader.LengthBytes, ethernet.EtherType, mayBeLength: true, ref headers)
            : ParseStatus.TruncatedLink;

    private static ParseStatus WalkType(
        ReadOnlySpan<byte> frame, int offset, ushort type, bool mayBeLength, ref PacketHeaders headers)
    {
        while (EtherType.IsVlanTag(type))
        {
            if (headers.VlanCount == MaxVlanTags)
            {
                return ParseStatus.NoIp;
            }

            if (!VlanTag.TryRead(frame[offset..], out VlanTag tag))
            {
                return ParseStatus.TruncatedCarrier;
            }

            // A service tag is followed by an EtherType, never by a length (IEEE 802.1ad).
            mayBeLength = type != EtherType.ServiceVlanTag;
            offset += VlanTag.LengthBytes;
            type = tag.EtherType;
            headers.VlanCount++;
        }

        // Inside LLC the type belongs to SNAP; a label or NSH could only go before the LLC header.
        if (!headers.IsLlc)
        {
            headers.EtherType = type;
            headers.LinkHeaderLength = offset;
        }

        return type switch
        {
            EtherType.Ipv4 => WalkIpv4(frame, offset, ref headers),
            EtherType.Ipv6 => Ipv6Walk.Run(frame, offset, ref headers),
            EtherType.Mpls or EtherType.MplsUpstream => WalkLabels(frame, offset, ref headers),
            <= EtherType.MaxLength => WalkLength(frame, offset, type, mayBeLength, ref headers),
            _ => ParseStatus.NoIp,
        };
    }

    private static ParseStatus WalkLength(
        ReadOnlySpan<byte> frame, int offset, ushort length, bool mayBeLength, ref PacketHeaders headers)
    {
        headers.IsLlc = true;

        // What lies beyond the length is padding. Length 0 is used for things that are not LLC.
        return mayBeLength && length > 0
            ? WalkLlc(frame[..Math.Min(frame.Length, offset + length)], offset, ref headers)
            : ParseStatus.NoIp;
    }

    private static ParseStatus WalkLlc(ReadOnlySpan<byte> frame, int offset, ref PacketHeaders headers)
    {
        if (!LlcHeader.TryRead(frame[offset..], out LlcHeader llc))
        {
            return ParseStatus.TruncatedCarrier;
        }

        offset += llc.LengthBytes;
        if (!llc.IsSnap)
        {
            return llc.IsInformation && llc.DestinationAddress == LlcHeader.IpAddress
                ? WalkIpv4(frame, offset, ref headers)
                : ParseStatus.NoIp;
        }

        if (!SnapHeader.TryRead(frame[offset..], out SnapHeader snap))
        {
            return ParseStatus.TruncatedCarrier;
        }

        return llc.IsInformation && snap.IsEtherType
            ? WalkType(frame, offset + SnapHeader.LengthBytes, snap.Protocol, mayBeLength: false, ref headers)
            : ParseStatus.NoIp;
    }

    // As Ipv6Walk.Run: a budget of its own for inlining.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ParseStatus WalkLabels(ReadOnlySpan<byte> frame, int offset, ref PacketHeaders headers)
    {
        headers.MplsOffset = offset;
        MplsLabelEntry entry;
        do
        {
            if (!MplsLabelEntry.TryRead(frame[offset..], out entry))
            {
                return ParseStatus.TruncatedCarrier;
            }

            offset += MplsLabelEntry.LengthBytes;
            headers.MplsDepth += headers.MplsDepth == byte.MaxValue ? (byte)0 : (byte)1;
        }
        while (!entry.IsBottomOfStack);

        return entry.Label == MplsLabelEntry.GenericChannelLabel
            ? ParseStatus.NoIp
            : WalkByVersion(frame, offset, ref headers);
    }

    private static ParseStatus WalkByVersion(ReadOnlySpan<byte> frame, int offset, ref PacketHeaders headers)
    {
        if (offset == frame.Length)
        {
            return ParseStatus.TruncatedCarrier;
        }

        return (frame[offset] >> 4) switch
        {
            Ipv4Header.VersionNumber => WalkIpv4(frame, offset, ref headers),
            Ipv6Header.VersionNumber => Ipv6Walk.Run(frame, offset, ref headers),
            _ => ParseStatus.NoIp,
        };
    }

    private static ParseStatus WalkLoopback(ReadOnlySpan<byte> frame, ref PacketHeaders headers)
    {
        if (!LoopbackHeader.TryRead(frame, out LoopbackHeader loopback))
        {
            return ParseStatus.TruncatedLink;
        }

        return loopback.EtherType == 0
            ? ParseStatus.NoIp
            : WalkType(frame, LoopbackHeader.LengthBytes, loopback.EtherType, mayBeLength: false, ref headers);
    }

    private static ParseStatus WalkCooked(ReadOnlySpan<byte> frame, FrameStart start, ref PacketHeaders headers)
    {
        bool isVersionTwo = start == FrameStart.LinuxCookedV2;
        int offset = isVersionTwo ? LinuxCookedHeader.VersionTwoLengthBytes : LinuxCookedHeader.LengthBytes;
        bool isWhole = isVersionTwo
            ? LinuxCookedHeader.TryReadVersionTwo(frame, out LinuxCookedHeader cooked)
            : LinuxCookedHeader.TryRead(frame, out cooked);
        if (!isWhole)
        {
            return ParseStatus.TruncatedLink;
        }

        headers.LinkHeaderLength = offset;
        if (cooked.DeviceType == LinuxCookedHeader.NetlinkDevice)
        {
            return ParseStatus.NoIp;
        }

        if (cooked.Protocol > LinuxCookedHeader.MaxKernelProtocol)
        {
            return WalkType(frame, offset, cooked.Protocol, mayBeLength: false, ref headers);
        }

        headers.IsLlc = cooked.Protocol == LinuxCookedHeader.LlcProtocol;
        return cooked.Protocol switch
        {
            LinuxCookedHeader.LlcProtocol => WalkLlc(frame, offset, ref headers),
            LinuxCookedHeader.EthernetProtocol => WalkEthernet(frame, offset, ref headers),
            _ => ParseStatus.NoIp,
        };
    }

    private static ParseStatus WalkIpv4(ReadOnlySpan<byte> frame, int offset, ref PacketHeaders headers)
    {
        ReadOnlySpan<byte> bytes = frame[offset..];
        if (!Ipv4Header.TryRead(bytes, out Ipv4Header ip))
        {
            return WalkCutIpv4(bytes, offset, ref headers);
        }

        if (ip.Version != Ipv4Header.VersionNumber)
        {
            return ParseStatus.BadIpv4Header;
        }

        if (!TryTakeIpv4(in ip, ip.LengthBytes, bytes.Length, offset, ref headers))
        {
            return ParseStatus.BadIpv4Length;
        }

        return headers.IsLaterFragment ? ParseStatus.Ok : ReadPorts(frame[..headers.IpEnd], ref headers);
    }

    /// <summary>Says why there is no whole IPv4 header. Where only options are cut off, the addresses are still there.</summary>
    private static ParseStatus WalkCutIpv4(ReadOnlySpan<byte> bytes, int offset, ref PacketHeaders headers)
    {
        if (!Ipv4Header.TryReadFixedPart(bytes, out Ipv4Header ip))
        {
            return ParseStatus.TruncatedIpv4;
        }

        int headerLength = Ipv4Header.DeclaredHeaderLength(bytes);
        if (ip.Version != Ipv4Header.VersionNumber || headerLength < Ipv4Header.MinLengthBytes)
        {
            return ParseStatus.BadIpv4Header;
        }

        return TryTakeIpv4(in ip, headerLength, bytes.Length, offset, ref headers)
            ? ParseStatus.TruncatedIpv4
            : ParseStatus.BadIpv4Length;
    }

    private static bool TryTakeIpv4(
        in Ipv4Header ip, int headerLength, int availableLength, int offset, ref PacketHeaders headers)
    {
        int totalLength = ip.TotalLength;
        if (totalLength < headerLength)
        {
            if (totalLength != 0)
            {
                return false;
            }

            // Segmentation offload leaves 0 in frames that are yet to be cut: the packet ends with the frame.
            totalLength = availableLength;
        }

        int flagsAndOffset = ip.FlagsAndOffset;
        headers.SourceLow = ip.Source;
        headers.DestinationLow = ip.Destination;
        headers.IpVersion = Ipv4Header.VersionNumber;
        headers.IpOffset = offset;
        headers.IpHeaderLength = headerLength;
        headers.IpDeclaredLength = totalLength;
        headers.IpEnd = offset + Math.Min(totalLength, availableLength);
        headers.TransportOffset = offset + headerLength;
        headers.Protocol = ip.Protocol;
        headers.Identification = ip.Identification;
        headers.FragmentOffset = (ushort)(flagsAndOffset & Ipv4Header.FragmentOffsetMask);
        headers.MoreFragments = (flagsAndOffset & Ipv4Header.MoreFragmentsFlag) != 0;
        return true;
    }
}
