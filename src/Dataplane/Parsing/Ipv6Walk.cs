using System.Runtime.CompilerServices;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Parsing;

/// <summary>The part of <see cref="PacketParser"/> that walks an IPv6 header and its extension headers.</summary>
internal static class Ipv6Walk
{
    /// <summary>Walks from the IPv6 header to the ports.</summary>
    /// <param name="frame">The frame, or the part of it that may belong to the packet.</param>
    /// <param name="offset">Where the IPv6 header starts, at most the length of <paramref name="frame"/>.</param>
    /// <param name="headers">What was found is added.</param>
    /// <returns>How far the walk came.</returns>
    // Inlined into a caller, the getters used here exceed the budget of the JIT and become calls.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ParseStatus Run(ReadOnlySpan<byte> frame, int offset, ref PacketHeaders headers)
    {
        ReadOnlySpan<byte> bytes = frame[offset..];
        if (!Ipv6Header.TryRead(bytes, out Ipv6Header ip))
        {
            return ParseStatus.TruncatedIpv6;
        }

        if (ip.Version != Ipv6Header.VersionNumber)
        {
            return ParseStatus.BadIpv6Header;
        }

        headers.SourceHigh = ip.SourceHigh;
        headers.SourceLow = ip.SourceLow;
        headers.DestinationHigh = ip.DestinationHigh;
        headers.DestinationLow = ip.DestinationLow;
        headers.IpVersion = Ipv6Header.VersionNumber;
        headers.Protocol = ip.NextHeader;
        headers.IpOffset = offset;
        headers.TransportOffset = offset + Ipv6Header.LengthBytes;

        int payloadLength = ip.PayloadLength;
        bool hasLength = payloadLength != 0 || TryFindLength(bytes, ip.NextHeader, out payloadLength);
        headers.IpDeclaredLength = Ipv6Header.LengthBytes + payloadLength;
        headers.IpEnd = offset + Math.Min(headers.IpDeclaredLength, bytes.Length);

        headers.IpHeaderLength = Ipv6Header.LengthBytes;
        if (!hasLength)
        {
            return ParseStatus.BadExtensionHeader;
        }

        if (IsExtension(ip.NextHeader))
        {
            ParseStatus status = WalkExtensions(frame[..headers.IpEnd], ref headers);
            headers.IpHeaderLength = headers.TransportOffset - offset;
            if (status != ParseStatus.Ok || headers.IsLaterFragment)
            {
                return status;
            }
        }

        return PacketParser.ReadPorts(frame[..headers.IpEnd], ref headers);
    }

    private static bool IsExtension(byte nextHeader) => nextHeader
        is IpProtocol.HopByHopOptions or IpProtocol.Routing or IpProtocol.Fragment or IpProtocol.DestinationOptions;

    /// <summary>Finds out what payload length 0 stands for.</summary>
    private static bool TryFindLength(ReadOnlySpan<byte> bytes, byte nextHeader, out int payloadLength)
    {
        payloadLength = 0;
        switch (nextHeader)
        {
            case IpProtocol.HopByHopOptions:
                return Ipv6ExtensionHeader.TryRead(bytes[Ipv6Header.LengthBytes..], out Ipv6ExtensionHeader hopByHop)
                    && Ipv6JumboOption.TryFind(hopByHop.Content, out payloadLength);

            // Neither protocol fits into 0 bytes. Linux leaves 0 in segments longer than 65,535 bytes that are yet to be
            // cut ("BIG TCP", with or without a UDP tunnel), as IPv4 offloads do: the packet ends with the frame.
            case IpProtocol.Tcp:
            case IpProtocol.Udp:
                payloadLength = bytes.Length - Ipv6Header.LengthBytes;
                return true;

            default:
                return true;
        }
    }

    /// <summary>Moves protocol and transport offset past the extension headers, in whatever order they come.</summary>
    private static ParseStatus WalkExtensions(ReadOnlySpan<byte> packet, ref PacketHeaders headers)
    {
        while (true)
        {
            ReadOnlySpan<byte> bytes = packet[headers.TransportOffset..];
            switch (headers.Protocol)
            {
                case IpProtocol.HopByHopOptions:
                case IpProtocol.Routing:
                case IpProtocol.DestinationOptions:
                    if (!Ipv6ExtensionHeader.TryRead(bytes, out Ipv6ExtensionHeader extension))
                    {
                        return LeaveCutExtension(bytes, ref headers);
                    }

                    headers.Protocol = extension.NextHeader;
                    headers.TransportOffset += extension.LengthBytes;
                    break;

                case IpProtocol.Fragment:
                    if (!Ipv6FragmentHeader.TryRead(bytes, out Ipv6FragmentHeader fragment))
                    {
                        return ParseStatus.TruncatedExtensionHeader;
                    }

                    headers.Protocol = fragment.NextHeader;
                    headers.TransportOffset += Ipv6FragmentHeader.LengthBytes;
                    headers.Identification = fragment.Identification;
                    headers.FragmentOffset = fragment.FragmentOffset;
                    headers.MoreFragments = fragment.MoreFragments;

                    // The rest of the headers is in the first fragment only.
                    if (headers.IsLaterFragment)
                    {
                        return ParseStatus.Ok;
                    }

                    break;

                // Authentication and ESP included: they are the protocol of the five-tuple.
                default:
                    return ParseStatus.Ok;
            }
        }
    }

    /// <summary>A header that is cut off may still say what would have followed it; the five-tuple is lost all the same.</summary>
    private static ParseStatus LeaveCutExtension(ReadOnlySpan<byte> bytes, ref PacketHeaders headers)
    {
        if (bytes.Length >= Ipv6ExtensionHeader.LengthFieldEnd)
        {
            headers.Protocol = bytes[0];
        }

        return ParseStatus.TruncatedExtensionHeader;
    }
}
