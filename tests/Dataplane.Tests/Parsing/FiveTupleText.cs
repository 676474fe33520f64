using System.Globalization;
using NetworkingSfc.Dataplane.Parsing;

namespace NetworkingSfc.Dataplane.Tests.Parsing;

/// <summary>The five-tuple as the answer files write it: <c>l3 src dst proto sport dport frag_offset more_fragments</c>.</summary>
internal static class FiveTupleText
{
    public const string None = "\t\t\t\t\t\t\t";

    public static string Of(in PacketHeaders headers)
    {
        if (headers.IpVersion == 0)
        {
            return None;
        }

        string addressFormat = headers.IpVersion == 4 ? "x8" : "x32";
        return string.Join(
            '\t',
            headers.IpVersion == 4 ? "ip" : "ipv6",
            headers.SourceAddress.ToString(addressFormat, CultureInfo.InvariantCulture),
            headers.DestinationAddress.ToString(addressFormat, CultureInfo.InvariantCulture),
            headers.Protocol,
            headers.HasPorts ? headers.SourcePort : "",
            headers.HasPorts ? headers.DestinationPort : "",
            headers.FragmentOffset,
            headers.MoreFragments ? 1 : 0);
    }
}
