using NetworkingSfc.Conformance.Tests.Replaying;

namespace NetworkingSfc.Conformance.Tests.Determinism;

/// <summary>A state with something for every packet: NSH, MPLS and unaware hops, both families, a way back, rewriting and dropping functions.</summary>
internal static class MixedChains
{
    public static Lab Lab()
    {
        Lab lab = new Lab().Network("lan", mtu: 65535).Port("src", "02:00:00:00:00:01").Port("dst", "02:00:00:00:00:02").Port("up", "02:00:00:00:00:03").Uplink("lan", "up");
        (string Group, string? Correlation, int Members)[] groups =
            [("firewalls", "nsh", 3), ("caches", null, 2), ("taggers", "nsh", 1), ("detectors", "mpls", 2), ("loggers", "mpls", 2), ("shapers", null, 3), ("mirrors", "nsh", 2)];
        for (int group = 0; group < groups.Length; group++)
        {
            (string name, string? correlation, int members) = groups[group];
            string[] pairs = [.. Enumerable.Range(0, members).Select(member => $"{name}{member}")];
            for (int member = 0; member < members; member++)
            {
                lab.Function(pairs[member], correlation, $"02:00:00:01:0{group}:0{member}", member == 1 ? $"02:00:00:02:0{group}:0{member}" : null, weight: member + 1);
            }

            lab.Group(name, pairs, group % 3 == 2 ? ["ip_src", "udp_src", "tcp_src"] : null);
        }

        return lab
            .Plays("caches1", "rewrite", ("source_ip", "203.0.113.7"), ("source_port", 4242))
            .Plays("detectors0", "rewrite", ("destination_ip", "198.51.100.3"))
            .Plays("shapers2", "drop").Plays("loggers1", "forward")
            .Classifier("tcp4", ("protocol", "tcp"), ("logical_source_port", "src"))
            .Classifier("tcp6", ("ethertype", "IPv6"), ("protocol", "tcp"), ("logical_source_port", "src"))
            .Classifier("udp4", ("protocol", "udp"), ("destination_port_range_max", 1024), ("logical_source_port", "src"))
            .Classifier("udp4high", ("protocol", "udp"), ("destination_port_range_min", 1025), ("logical_source_port", "src"))
            .Classifier("udp6", ("ethertype", "IPv6"), ("protocol", "udp"), ("logical_source_port", "src"))
            .Classifier("icmp4", ("protocol", "icmp"), ("source_ip_prefix", "0.0.0.0/1"), ("logical_source_port", "src"), ("logical_destination_port", "dst"))
            .Classifier("icmp6", ("ethertype", "IPv6"), ("protocol", "icmp"), ("logical_source_port", "src"))
            .Chain("web", 70, "nsh", ["firewalls", "caches", "taggers"], ["tcp4", "tcp6"])
            .Chain("datagrams", 71, "mpls", ["detectors", "loggers", "shapers"], ["udp4", "udp6"])
            .Chain("games", 72, "mpls", ["shapers", "detectors"], ["udp4high"])
            .Chain("control", 73, "nsh", ["mirrors", "taggers"], ["icmp4"], symmetric: true)
            .Chain("control6", 74, "nsh", ["mirrors"], ["icmp6"]);
    }
}
