using NetworkingSfc.Classifier;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Control.Drivers.OpenVswitch.Fixed;

/// <summary>Flow rules as matches.</summary>
internal static class FixedRules
{
    private static readonly (string Protocol, int Port)[] _dhcp = [("udp", 67), ("udp", 68), ("udp6", 546), ("udp6", 547)];
    private static readonly string[] _sides = ["udp_src", "udp_dst"];
    private static readonly byte[] _withPorts = [IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.Sctp];

    /// <summary>
    /// What never enters a chain (rule 5): DHCP over both families and neighbour discovery. ARP and frames without an
    /// EtherType match no rule anyway.
    /// </summary>
    public static IEnumerable<FlowMatch> Never(FlowMatch start) =>
    [
        .. from dhcp in _dhcp from side in _sides select start.With(dhcp.Protocol).With(side, dhcp.Port),
        .. from type in Enumerable.Range(133, 5) select start.With("icmp6").With("icmpv6_type", type),
    ];

    /// <summary>Matches that together match what the rule matches.</summary>
    public static IEnumerable<FlowMatch> Matches(FlowRule rule, FlowMatch start)
    {
        FlowMatch match = start.With("eth_type", rule.EtherType == EtherType.Ipv6 ? "0x86dd" : "0x0800");
        bool anyPort = rule.SourcePorts == FlowRule.AnyPort && rule.DestinationPorts == FlowRule.AnyPort;
        if (anyPort)
        {
            return [WithAddresses(rule.Protocol is byte only ? match.With("nw_proto", only) : match, rule)];
        }

        // Ports without a protocol come from n-tuple mappings only; what has no ports has port 0 (rule 6).
        byte[] protocols = rule.Protocol is byte given ? [given] : _withPorts;
        return protocols.SelectMany(protocol => _withPorts.Contains(protocol)
            ? WithPorts(WithAddresses(match.With("nw_proto", protocol), rule), rule, NameOf(protocol))
            : rule.SourcePorts.Minimum == 0 && rule.DestinationPorts.Minimum == 0 ? [WithAddresses(match.With("nw_proto", protocol), rule)] : []);
    }

    private static IEnumerable<FlowMatch> WithPorts(FlowMatch match, FlowRule rule, string protocol) =>
        from source in Masks(rule.SourcePorts)
        from destination in Masks(rule.DestinationPorts)
        let withSource = source is null ? match : match.With(protocol + "_src", source)
        select destination is null ? withSource : withSource.With(protocol + "_dst", destination);

    private static IEnumerable<string?> Masks((ushort Minimum, ushort Maximum) range)
    {
        IEnumerable<string?> masks = PortMasks.Of(range.Minimum, range.Maximum);
        return range == FlowRule.AnyPort ? [null] : masks;
    }

    private static FlowMatch WithAddresses(FlowMatch match, FlowRule rule)
    {
        match = WithPrefix(match, rule, rule.Source, "src");
        return WithPrefix(match, rule, rule.Destination, "dst");
    }

    private static FlowMatch WithPrefix(FlowMatch match, FlowRule rule, AddressPrefix prefix, string side)
    {
        if (prefix.Length == 0)
        {
            return match;
        }

        bool isIpv6 = rule.EtherType == EtherType.Ipv6;
        IpAddressValue address = new(isIpv6 ? IpFamily.IPv6 : IpFamily.IPv4, prefix.Address);
        return match.With(isIpv6 ? "ipv6_" + side : "nw_" + side, $"{address}/{prefix.Length}");
    }

    private static string NameOf(byte protocol) => protocol switch
    {
        IpProtocol.Tcp => "tcp",
        IpProtocol.Udp => "udp",
        _ => "sctp",
    };
}
