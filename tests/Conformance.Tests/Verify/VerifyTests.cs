using System.Text.Json.Nodes;
using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Conformance.Tests.Determinism;
using NetworkingSfc.Conformance.Tests.Model;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Control.Drivers.OpenVswitch;
using NetworkingSfc.Control.State;
using NetworkingSfc.Sfc.Verify;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Verify;

/// <summary>Our engine and a real Open vSwitch do the same, step by step, but for the known differences.</summary>
public sealed class VerifyTests(SwitchFixture fixture) : IClassFixture<SwitchFixture>
{
    private const int FirstSeed = 100;
    private const int Packets = 48;
    private const int Captures = 8;
    private const int CaptureSeed = 2026;
    private const int LargestCaptureBytes = 40_000;

    private static readonly int[] _onceDifferent = [145, 152, 159, 199, 217, 224, 257, 262, 266, 333, 342, 363, 379, 421, 469, 541, 571, 572, 599, 672, 715];

    public static TheoryData<FlowDialect> Dialects => [FlowDialect.Reference, FlowDialect.Fixed];

    /// <summary>Chains as the recordings of the reference have them: groups by awareness, two members in the first.</summary>
    public static TheoryData<FlowDialect, string, string, bool> Recorded => new(
        from dialect in Enum.GetValues<FlowDialect>()
        from scenario in new[]
        {
            ("mpls", "uu", false), ("nsh", "uu", false), ("mpls", "aa", false), ("nsh", "aa", false), ("nsh", "au", false), ("nsh", "ua", false), ("mpls", "au", false),
            ("mpls", "ua", false), ("mpls", "aaa", false), ("mpls", "u", true), ("mpls", "uu", true), ("mpls", "aa", true), ("nsh", "aa", true), ("mpls", "uau", true),
        }
        select (dialect, scenario.Item1, scenario.Item2, scenario.Item3));

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Recorded_chains_agree(FlowDialect dialect, string correlation, string functions, bool symmetric) =>
        Verified.AssertKnown(
            Verified.Run(fixture.Switch, Chain(correlation, functions, symmetric), dialect, [InputFile.Of("src", Frames(false)), InputFile.Of("dst", Frames(true))]),
            $"{correlation} {functions} {symmetric}");

    [Theory]
    [MemberData(nameof(Dialects))]
    public void Service_graphs_agree(FlowDialect dialect)
    {
        foreach (string correlation in new[] { "mpls", "nsh" })
        {
            Lab lab = Lab.Usual().Function("a", correlation, "02:00:00:00:01:0a").Function("b", correlation, "02:00:00:00:01:0b").Group("ga", ["a"]).Group("gb", ["b"])
                .Classifier("one", ("protocol", "tcp"), ("source_ip_prefix", "10.0.0.0/24"), ("destination_ip_prefix", "10.0.0.2/32"), ("logical_source_port", "src"))
                .Classifier("two", ("protocol", "tcp"), ("source_ip_prefix", "10.0.0.0/24"), ("destination_port_range_min", 80), ("destination_port_range_max", 80), ("logical_source_port", "up"))
                .Chain("one", 1, correlation, ["ga"], ["one"]).Chain("two", 2, correlation, ["gb"], ["two"]).Graph(("one", "two"));
            Verified.AssertKnown(Verified.Run(fixture.Switch, lab, dialect, [InputFile.Of("src", Frames(false)), InputFile.Of("up", Frames(false))]), correlation);
        }
    }

    /// <summary>A function makes DHCP of what the first chain took.</summary>
    [Theory]
    [InlineData("mpls")]
    [InlineData("nsh")]
    public void What_never_enters_a_chain_enters_none_at_the_end_of_another_either(string correlation)
    {
        Lab lab = Lab.Usual().Function("a", correlation, "02:00:00:00:01:0a").Function("b", correlation, "02:00:00:00:01:0b").Group("ga", ["a"]).Group("gb", ["b"])
            .Classifier("one", ("protocol", "udp"), ("source_ip_prefix", "10.0.0.0/24"), ("destination_port_range_min", 1000), ("destination_port_range_max", 1000), ("logical_source_port", "src"))
            .Classifier("two", ("protocol", "udp"), ("logical_source_port", "up"))
            .Chain("one", 1, correlation, ["ga"], ["one"]).Chain("two", 2, correlation, ["gb"], ["two"]).Graph(("one", "two")).Plays("a", "rewrite", ("destination_port", 67));
        VerifyReport report = Verified.Run(fixture.Switch, lab, FlowDialect.Fixed, [InputFile.Of("src", ChainFrames.Link().Ipv4("10.0.0.1", "10.0.0.2").Udp(9, 1000).Payload(8).Build())]);
        Assert.Empty(report.Differences);
        Assert.Equal(2, report.Steps);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public void The_state_of_the_specification_agrees(FlowDialect dialect)
    {
        Assert.SkipUnless(Repository.HasShared, $"no folder {Repository.Shared}");
        using WorkFolder folder = new();
        InputFile.Of("src", [.. Frames(false), .. Enumerable.Range(0, 200).Select(flow => ChainFrames.Web((ushort)(2000 + flow)).Build())]).WriteTo(folder["in.pcap"]);
        VerifyReport report = Verified.Run(fixture.Switch, Path.Combine(Repository.Shared, "spec", "state-example.json"), dialect, ["src=" + folder["in.pcap"]]);
        Verified.AssertKnown(report, "state-example.json");
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public void Drawn_states_agree(FlowDialect dialect)
    {
        int compared = 0;
        for (int seed = FirstSeed; compared < LongRun.Scale(100); seed++)
        {
            compared += IsCompared(seed, dialect) ? 1 : 0;
        }
    }

    /// <summary>Draws that once brought out a difference that nobody knew, also beyond those of a short run.</summary>
    [Theory]
    [MemberData(nameof(Dialects))]
    public void Drawn_states_that_did_not_agree_once_do_now(FlowDialect dialect) => Assert.All(_onceDifferent, seed => Assert.True(IsCompared(seed, dialect)));

    [Theory]
    [MemberData(nameof(Dialects))]
    public void Real_captures_agree(FlowDialect dialect)
    {
        Assert.SkipUnless(SharedCaptures.All.Count > 0, $"no captures under {SharedCaptures.Folder}");
        using WorkFolder folder = new();
        string state = folder.Write("state.json", MixedChains.Lab().Json);
        HashSet<string> empty = [.. SharedCaptures.All.Where(capture => capture.Packets == 0).Select(capture => capture.Name)];
        IEnumerable<string> drawn = SharedCaptures.Draw(SharedCaptures.All.Count, CaptureSeed)
            .Where(name => !empty.Contains(name) && new FileInfo(SharedCaptures.PathOf(name)).Length < LargestCaptureBytes).Take(LongRun.Scale(10 * Captures));
        foreach (string name in drawn)
        {
            VerifyReport report = Verified.Run(fixture.Switch, state, dialect, ["src=" + SharedCaptures.PathOf(name), "dst=" + SharedCaptures.PathOf(name)]);
            Assert.True(report.Steps > 0 || report.NotFed > 0, name);
            Verified.AssertKnown(report, name);
        }
    }

    [Fact]
    public void Another_flow_in_the_switch_is_a_difference_that_nobody_knows()
    {
        Lab lab = Chain("mpls", "u", false);
        InputFile[] inputs = [InputFile.Of("src", ChainFrames.Web().Build())];
        VerifyReport dropped = Verified.Run(fixture.Switch, lab, FlowDialect.Fixed, inputs, Flow("in_port=1,tcp,actions=drop"));
        Assert.Equal(DifferenceKind.Verdict, Assert.Single(dropped.Unknown).Kind);
        VerifyReport elsewhere = Verified.Run(fixture.Switch, lab, FlowDialect.Fixed, inputs, Flow("in_port=1,tcp,actions=output:3"));
        Assert.Equal(DifferenceKind.Path, Assert.Single(elsewhere.Unknown).Kind);
        VerifyReport twice = Verified.Run(fixture.Switch, lab, FlowDialect.Fixed, inputs, Flow("in_port=1,tcp,actions=mod_dl_dst:02:00:00:00:01:00,mod_nw_tos:4,output:4"));
        Difference bytes = twice.Unknown.First();
        Assert.Equal((DifferenceKind.Bytes, 15, 1), (bytes.Kind, bytes.Offset, bytes.Packet));
    }

    // Some draws mix correlations in one chain, which only an update may do.
    private bool IsCompared(int seed, FlowDialect dialect)
    {
        Random random = new(seed);
        Topology topology = RandomTopology.Draw(random);
        Lab lab = topology.ToLab().Change(root => PutGroupsIn(root, topology));
        if (StateDocument.Parse(System.Text.Encoding.UTF8.GetBytes(lab.Json)).Document is null)
        {
            return false;
        }

        Verified.AssertKnown(Verified.Run(fixture.Switch, lab, dialect, new RandomFrames(random, topology).Draw(Packets)), $"Seed {seed}: {lab.Json}");
        return true;
    }

    private static Action<PrivateSwitch> Flow(string flow) => open => open.OpenFlow("br-int", "add-flow", "priority=65535," + flow);

    // 'u' is an unaware function, 'a' an aware one, each with two ports; the first group has two members.
    private static Lab Chain(string correlation, string functions, bool symmetric)
    {
        Lab lab = Lab.Usual();
        List<string> groups = [];
        for (int hop = 0; hop < functions.Length; hop++)
        {
            string[] members = hop == 0 ? ["f0m0", "f0m1"] : [$"f{hop}m0"];
            for (int member = 0; member < members.Length; member++)
            {
                lab.Function(members[member], functions[hop] == 'a' ? correlation : null, $"02:00:00:00:{hop + 1:x2}:0{member}", $"02:00:00:00:{hop + 1:x2}:1{member}");
            }

            lab.Group($"g{hop}", members);
            groups.Add($"g{hop}");
        }

        (string, JsonNode?)[] Ends() => symmetric ? [("logical_source_port", "src"), ("logical_destination_port", "dst")] : [("logical_source_port", "src")];
        return lab
            .Classifier("web", [("protocol", "tcp"), ("source_ip_prefix", "10.0.0.0/24"), ("destination_ip_prefix", "10.0.0.0/28"), ("destination_port_range_min", 80), ("destination_port_range_max", 90), .. Ends()])
            .Classifier("names", [("protocol", "udp"), ("source_ip_prefix", "10.0.0.0/24"), ("destination_ip_prefix", "10.0.0.0/28"), ("source_port_range_min", 53), ("source_port_range_max", 53), .. Ends()])
            .Chain("chain", 1, correlation, [.. groups], ["web", "names"], symmetric);
    }

    // Frames that the classifiers take, that they just do not take, and that no classifier may take.
    private static byte[][] Frames(bool back)
    {
        (string to, string from) = back ? (Lab.SourceMac, Lab.DestinationMac) : (Lab.DestinationMac, Lab.SourceMac);
        (string source, string destination) = back ? ("10.0.0.2", "10.0.0.1") : ("10.0.0.1", "10.0.0.2");
        PacketBuilder link = new PacketBuilder().Ethernet(to, from);
        PacketBuilder ip = link.Ipv4(source, destination);
        ushort Port(bool isDestination, ushort port, ushort other) => isDestination != back ? port : other;
        return
        [
            .. new ushort[] { 79, 80, 85, 90, 91 }.Select(port => ip.Tcp(Port(false, 40000, port), Port(true, port, 40000)).Payload(9).Build()),
            ip.Udp(Port(false, 53, 1000), Port(true, 1000, 53)).Payload(12).Build(),
            ip.Udp(Port(false, 54, 1000), Port(true, 1000, 54)).Payload(12).Build(),
            link.Vlan(100, priority: 3).Ipv4(source, destination).Tcp(Port(false, 40000, 80), Port(true, 80, 40000)).Payload(3).Build(),
            link.Ipv4(source, destination, change: header => header with { TimeToLive = 1, TypeOfService = 0x28 }).Tcp(Port(false, 40001, 80), Port(true, 80, 40001)).Build(),
            link.Ipv4("10.0.1.1", destination).Tcp(40000, 80).Build(),
            link.Ipv4(source, "10.0.0.77").Tcp(40000, 80).Build(),
            ip.Icmp().Payload(30).Build(),
            link.Ipv6("2001:db8::1", "2001:db8::2").Tcp(40000, 80).Payload(5).Build(),
            link.Arp(1, from, source, targetIp: destination).Build(),
            ip.Udp(68, 67).Payload(20).Build(),
            new PacketBuilder().Ethernet("ff:ff:ff:ff:ff:ff", from).Ipv4(source, "255.255.255.255").Udp(9, 9).Build(),
        ];
    }

    private static void PutGroupsIn(JsonObject root, Topology topology)
    {
        foreach (JsonNode? chain in root["port_chains"]!.AsArray())
        {
            ModelChain drawn = topology.Chains.Single(candidate => candidate.Name == (string)chain!["name"]!);
            chain!["port_pair_groups"] = new JsonArray([.. drawn.Groups.Select(group => (JsonNode)group.Name)]);
        }
    }
}
