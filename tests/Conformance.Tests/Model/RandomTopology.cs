using System.Globalization;

namespace NetworkingSfc.Conformance.Tests.Model;

/// <summary>Draws a state: one to three chains over functions of every sort, in one network or two.</summary>
internal sealed class RandomTopology
{
    private readonly Random _random;
    private readonly Topology _topology = new();
    private int _macs;

    private RandomTopology(Random random) => _random = random;

    public static Topology Draw(Random random)
    {
        RandomTopology drawing = new(random);
        drawing.DrawPorts();
        int chains = random.Next(1, 4);
        for (int chain = 0; chain < chains; chain++)
        {
            drawing.DrawChain(chain);
        }

        return drawing._topology;
    }

    private bool Chance(double share) => _random.NextDouble() < share;

    private void DrawPorts()
    {
        AddPort("src", "lan", "10.0.0.1", "2001:db8::1");
        AddPort("dst", "lan", "10.0.0.2", "2001:db8::2");
        AddPort("up", "lan");
        AddPort("other", "lan", "10.0.0.3", "2001:db8::3", "10.1.0.5");
        AddPort("far", "wan", "10.0.0.2", "10.2.0.5", "2001:db8:2::5");
        if (Chance(0.3))
        {
            _topology.Learning.Add("lan");
        }

        if (Chance(0.3))
        {
            _topology.Learning.Add("wan");
        }

        if (Chance(_topology.Learning.Contains("lan") ? 0.3 : 0.8))
        {
            _topology.Uplinks["lan"] = "up";
        }

        if (Chance(0.5))
        {
            _topology.Uplinks["wan"] = "far";
        }
    }

    private string AddPort(string name, string network, params string[] addresses)
    {
        _topology.Ports.Add(new ModelPort(name, $"02:00:00:00:00:{++_macs:x2}", network, addresses));
        return name;
    }

    private void DrawChain(int number)
    {
        string correlation = Chance(0.5) ? "nsh" : "mpls";
        bool isSymmetric = Chance(0.3);
        (ModelChain[] sources, int prefix) = DrawSources(correlation, number + 1);
        ModelChain chain = new($"chain{number}", (1000 * number) + _random.Next(1, 900), correlation, isSymmetric, [], []) { Prefix = prefix };
        int hops = _random.Next(1, 4);
        for (int hop = 0; hop < hops; hop++)
        {
            // Groups may be in several chains. A way back in a label needs an MPLS chain.
            ModelGroup[] shared = [.. _topology.Groups.Where(group => !group.IsExclusive && !chain.Groups.Contains(group) && (!isSymmetric || correlation == "mpls" || group.Correlation != "mpls"))];
            string?[] correlations = isSymmetric && correlation == "nsh" ? [null, "nsh"] : [null, correlation, correlation, "nsh", "mpls"];
            chain.Groups.Add(shared.Length > 0 && Chance(0.2)
                ? shared[_random.Next(shared.Length)]
                : DrawGroup($"g{number}{hop}", correlations[_random.Next(correlations.Length)]));
            if (Chance(0.25))
            {
                DrawTap(chain, $"t{number}{hop}", correlations[_random.Next(correlations.Length)]);
            }
        }

        if (isSymmetric && correlation == "mpls")
        {
            int taken = _topology.Chains.Count(other => other.ReverseLabelPath > 0);
            chain.ReverseLabelPath = 4095 - taken;
        }

        DrawClassifiers(chain, prefix, prefix == number + 1 ? null : number == 1 ? "up" : "far");
        _topology.Chains.Add(chain);
        _topology.Joins.AddRange(sources.Select(source => (source, chain)));
    }

    // Chains of one encapsulation may be joined. The destinations of one chain must not overlap, so only the first of them
    // takes the packets of its sources for certain; others get what a function rewrote.
    private (ModelChain[] Sources, int Prefix) DrawSources(string correlation, int own)
    {
        ModelChain[] earlier = [.. _topology.Chains.Where(chain => chain.Correlation == correlation)];
        if (earlier.Length == 0 || Chance(0.4))
        {
            return ([], own);
        }

        // Classifiers that overlap need different source ports.
        ModelChain[] ends = [.. earlier.Where(chain => chain.Classifiers.All(classifier => classifier.SourcePort is not null) && !_topology.Joins.Any(join => join.Source == chain))];
        return ends.Length > 0 && Chance(0.8) ? (Chance(0.5) ? ends : [ends[0]], ends[0].Prefix) : ([earlier[_random.Next(earlier.Length)]], own);
    }

    // Before or behind any of the groups so far.
    private void DrawTap(ModelChain chain, string name, string? correlation)
    {
        ModelGroup tap = new(name, correlation, [], Chance(0.2) ? "ip_src" : null) { IsTap = true };
        if (Chance(0.9))
        {
            AddMember(tap, name, Chance(0.5) ? "tap" : DrawKind(correlation));
        }

        chain.Groups.Insert(_random.Next(chain.Groups.Count + 1), tap);
    }

    private ModelGroup DrawGroup(string name, string? correlation)
    {
        ModelGroup group = new(name, correlation, [], Chance(0.2) ? (Chance(0.5) ? "ip_src" : "ip_dst") : null) { IsExclusive = Chance(0.2) };
        int members = _random.Next(1, 4);
        for (int member = 0; member < members; member++)
        {
            AddMember(group, $"{name}m{member}", DrawKind(correlation));
        }

        return group;
    }

    private void AddMember(ModelGroup group, string pair, string? kind)
    {
        string network = Chance(0.1) ? "wan" : "lan";
        bool hasTwoPorts = Chance(0.4);
        string ingress = AddPort(hasTwoPorts ? pair + "-in" : pair, network);
        string egress = hasTwoPorts ? AddPort(pair + "-out", network) : ingress;
        ModelPair drawn = new(pair, group.Correlation, ingress, egress, Chance(0.08) ? 0 : _random.Next(1, 4), kind);
        if (drawn.Kind == "rewrite")
        {
            DrawReplacements(drawn);
        }

        _topology.Pairs.Add(drawn);
        group.Pairs.Add(drawn);
    }

    private string? DrawKind(string? correlation) => _random.Next(20) switch
    {
        0 => "forward",
        1 => "drop",
        2 => "tap",
        3 or 4 => "rewrite",
        5 when correlation is not null => "aware",
        _ => null,
    };

    private void DrawReplacements(ModelPair pair)
    {
        if (Chance(0.5))
        {
            pair.Replacements["source_ip"] = Chance(0.5) ? $"10.100.{_random.Next(256)}.{_random.Next(256)}" : "2001:db8:100::77";
        }

        if (Chance(0.3))
        {
            pair.Replacements["destination_ip"] = Chance(0.5) ? $"10.1.{_random.Next(256)}.9" : "2001:db8:1::9";
        }

        if (Chance(0.5))
        {
            pair.Replacements["source_port"] = _random.Next(65536);
        }

        if (Chance(0.3))
        {
            pair.Replacements["destination_port"] = _random.Next(2) == 0 ? 80 : _random.Next(65536);
        }
    }

    // Chains are kept apart by their destination prefixes, and a way back from every way there by 10.100 and 2001:db8:100.
    private void DrawClassifiers(ModelChain chain, int prefix, string? sourcePort)
    {
        foreach (bool isIpv6 in new[] { false, true })
        {
            if (isIpv6 && Chance(0.4))
            {
                continue;
            }

            string? protocol = new[] { "tcp", "udp", "icmp", null, null }[_random.Next(5)];
            (int, int)? ports = protocol is "tcp" or "udp" && Chance(0.6)
                ? new[] { (80, 80), (0, 80), (80, 65535), (1, 1023) }[_random.Next(4)] : null;
            string? source = chain.IsSymmetric || Chance(0.4) ? (isIpv6 ? "2001:db8:100::/48" : "10.100.0.0/16") : null;
            chain.Classifiers.Add(new ModelClassifier(
                $"{chain.Name}-{(isIpv6 ? 6 : 4)}", isIpv6, protocol, source,
                isIpv6 ? string.Create(CultureInfo.InvariantCulture, $"2001:db8:{prefix}::/48") : string.Create(CultureInfo.InvariantCulture, $"10.{prefix}.0.0/16"),
                ports, sourcePort ?? (Chance(0.3) ? null : Chance(0.8) ? "src" : "other"), chain.IsSymmetric ? "dst" : null));
        }
    }
}
