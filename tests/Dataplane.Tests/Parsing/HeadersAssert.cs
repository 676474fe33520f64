using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Wire;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Parsing;

/// <summary>What holds for the answer of the parser, whatever the frame.</summary>
internal static class HeadersAssert
{
    /// <summary>Parses and checks that status, flags and offsets agree with each other and lie within the frame.</summary>
    public static ParseStatus IsSound(ReadOnlySpan<byte> frame, FrameStart start, out PacketHeaders headers)
    {
        ParseStatus status = PacketParser.Parse(frame, start, out headers);
        if (start == FrameStart.Ethernet)
        {
            CommonFrameAssert.Agrees(frame, status, headers);
        }

        if (IsSound(frame.Length, status, in headers))
        {
            return status;
        }

        Assert.Fail($"{start} {status}: offsets out of order for {Convert.ToHexString(frame)}");
        return status;
    }

    private static bool IsSound(int length, ParseStatus status, in PacketHeaders headers)
    {
        bool hasAddresses = headers.IpVersion is 4 or 6;
        bool offsetsFit = !hasAddresses
            || (headers.IpOffset >= headers.LinkHeaderLength
                && headers.IpOffset + (headers.IpVersion == 4 ? 20 : 40) <= headers.IpEnd
                && headers.IpEnd <= length
                && headers.TransportOffset == headers.IpOffset + headers.IpHeaderLength
                && headers.IpEnd - headers.IpOffset <= headers.IpDeclaredLength
                && (headers.TransportOffset <= headers.IpEnd || status == ParseStatus.TruncatedIpv4));
        bool portsFit = !headers.HasPorts
            || (status == ParseStatus.Ok && !headers.IsLaterFragment && headers.TransportOffset + TransportPorts.LengthBytes <= headers.IpEnd);
        bool statusFits = status switch
        {
            ParseStatus.Ok or ParseStatus.TruncatedTransport => hasAddresses,
            ParseStatus.TruncatedExtensionHeader or ParseStatus.BadExtensionHeader => headers.IpVersion == 6,
            ParseStatus.TruncatedIpv4 => headers.IpVersion is 0 or 4,
            _ => !hasAddresses,
        };
        bool labelsFit = headers.MplsDepth == 0 || headers.MplsOffset + MplsLabelEntry.LengthBytes <= length;
        return offsetsFit && portsFit && statusFits && labelsFit && headers.LinkHeaderLength <= length;
    }
}
