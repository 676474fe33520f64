namespace NetworkingSfc.Sfc.Verify;

/// <summary>
/// Every difference from the reference that was decided on: one row each, with the section of reference-dataplane.md that
/// speaks of it. Where several would explain a route, the first one is named. A test reproduces each on a real switch.
/// </summary>
internal static class KnownDifferences
{
    /// <summary>The table.</summary>
    public static IReadOnlyList<KnownDifference> All { get; } =
    [
        new("fragments", "12, rule 20", "later fragments do not follow their first one: no fragment has ports to classify or choose by") { IsInBoth = true, IsRoute = KnownRoutes.Fragments, IsMember = hop => hop.HasFragments },
        new("ip-length", "3", "an IP packet that says it is longer than its frame, or of no length, has no fields to classify or choose by") { IsInBoth = true, IsRoute = KnownRoutes.IpLength, IsMember = hop => hop.HasOverlong },
        new("ipv6-authentication", "3", "the authentication header of IPv6 is passed over: what is behind it is the protocol, and has ports") { IsInFixedOnly = true, IsRoute = KnownRoutes.Authentication },
        new("mtu", "12, rule 25", "frames are sent whatever the MTU of the network") { IsInBoth = true, IsRoute = KnownRoutes.Mtu },
        new("mac-only", "13, row 25", "behind a chain and outside of chains only the MAC address decides, also when it is that of the last function") { IsInBoth = true, IsRoute = KnownRoutes.MacOnly },
        new("one-port-unaware", "6", "an unaware function with one port cannot tell the ways apart") { IsInBoth = true, IsRoute = KnownRoutes.OnePortUnaware },
        new("ipv6", "3", "IPv6 is not steered") { IsRoute = KnownRoutes.Ipv6 },
        new("no-source-port", "3", "a classifier without logical source port gets no flow") { IsRoute = KnownRoutes.NoSourcePort },
        new("fixed-ip", "3", "the only fixed IP of a logical port stands for a prefix that is not given") { IsRoute = KnownRoutes.FixedIp },
        new("port-0", "3", "a port bound of 0 counts as none") { IsRoute = KnownRoutes.PortZero },
        new("cross-network", "3", "a chain does not cross networks") { IsRoute = KnownRoutes.CrossNetwork },
        new("chain-id", "1", "a chain id over 4095 fits no label, so there are no flows with it") { IsRoute = KnownRoutes.ChainId },
        new("exclusive", "13, row 15", "behind functions that rewrite addresses as they like a packet is in no chain") { IsRoute = KnownRoutes.Exclusive },
        new("nsh-oam", "1", "the O bit of NSH is not looked at") { IsRoute = KnownRoutes.NshOam },
        new("nsh-next-protocol", "1", "the next protocol of NSH is not looked at") { IsRoute = KnownRoutes.NshOfOther },
        new("nsh-unaware", "4", "frames of NSH chains to unaware functions are lost") { IsRoute = KnownRoutes.NshUnaware },
        new("empty-group", "10", "a group without members ends the chain") { IsRoute = KnownRoutes.EmptyGroup },
        new("header-taken", "2", "any frame with a label or NSH is taken for one of a chain, and dropped when it is none") { IsRoute = KnownRoutes.HeaderTaken },
        new("dhcp", "12, rule 4", "DHCP that a classifier takes is steered") { IsRoute = KnownRoutes.Dhcp },
        new("path-mtu-messages", "13, row 30", "ICMP messages about a path MTU do not follow the packet that they quote") { IsInBoth = true, IsRoute = KnownRoutes.PathMtuMessage },
        new("reverse-prefix", "6", "a way back with only one known prefix gets no flow") { IsRoute = KnownRoutes.ReversePrefix },
        new("reverse-n-tuple", "7", "the way back changes to the mapped values one function too early") { IsRoute = KnownRoutes.ReverseNTuple },
        new("tap", "8", "copies are made in MPLS chains only, of frames with the source address of the port they come from, and carry the label of the next hop or none") { IsRoute = KnownRoutes.Tap, Rewrite = KnownBytes.Tap },
        new("one-port-both-ways", "6", "a function with one port cannot tell the ways apart") { IsRoute = KnownRoutes.OnePortBothWays },
        new("mpls-unread", "4", "what is behind labels goes on without a look whether it is IP") { IsInBoth = true, IsRoute = KnownRoutes.MplsUnread },
        new("mpls-inner", "4", "what was behind labels becomes IPv4, whatever it is") { IsRoute = KnownRoutes.MplsInner, Rewrite = KnownBytes.MplsInner },
        new("graph-end", "9", "the last function of a chain that others are joined to gets the label, also when it does not know any") { Rewrite = KnownBytes.GraphEnd },
        new("traffic-class", "1", "a label takes its traffic class from the packet's code point") { Rewrite = KnownBytes.TrafficClass },
        new("reverse-path", "6", "both ways have the same path id") { IsRoute = KnownRoutes.ReversePath, Rewrite = KnownBytes.ReversePath },
        new("nsh-unread", "4", "NSH of MD type 2, or with unassigned bits before its MD type, is not recognised") { IsRoute = KnownRoutes.NshUnread },
        new("third-tag", "12, rule 19", "a frame with more than two VLAN tags is no IP packet") { IsInBoth = true, IsRoute = KnownRoutes.ThirdTag },
        new("second-tag", "1", "a second VLAN tag is lost in a chain") { Rewrite = KnownBytes.SecondTag },
        new("nsh-source", "1", "the source address before an NSH is all zero") { Rewrite = KnownBytes.NshSource },
        new("ttl", "12, rule 6a", "the time to live of NSH and labels is neither tested nor lowered") { IsRoute = KnownRoutes.TimeToLive, Rewrite = KnownBytes.TimeToLive },
        new("weights", "5", "every member weighs the same, a drained one too") { IsRoute = KnownRoutes.Weights, IsSpread = hop => hop.Pairs.Select(pair => pair.Parameters.Weight).Distinct().Count() > 1 },
        new("lb-fields", "5", "lb_fields are not read") { IsMember = hop => !hop.Group.Parameters.LbFields.IsEmpty },
        new("spread-behind-header", "5", "behind a label or NSH only Ethernet addresses and VLAN choose the member") { IsMember = hop => hop.IsReachedWithHeader, IsSpread = hop => hop.IsReachedWithHeader },
        new("symmetric-member", "6", "the way back may meet another member") { IsMember = hop => hop.Chain.Symmetric },
    ];
}
