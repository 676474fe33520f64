using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using Xunit;
using static NetworkingSfc.Conformance.Tests.Chains.ChainFrames;

namespace NetworkingSfc.Conformance.Tests.Recording;

/// <summary>Rules 16 to 18: what is counted.</summary>
public sealed class CountTests
{
    private const string A = "02:00:00:00:01:0a";
    private const string B = "02:00:00:00:01:0b";
    private const string C = "02:00:00:00:01:0c";
    private const string GroupId = "44444444-0000-4000-8000-000000000001";
    private const string PairId = "33333333-0000-4000-8000-000000000001";

    [Fact]
    public void Chains_count_lengths_as_received_and_members_as_sent()
    {
        Lab lab = Lab.Usual().Function("a", "nsh", A).Function("b", null, B).Function("idle", null, C, weight: 0)
            .Change(root =>
            {
                root["port_pairs"]![0]!["id"] = PairId;
            })
            .Group("ga", ["a"]).Group("gb", ["b", "idle"]).Change(root => root["port_pair_groups"]![0]!["id"] = GroupId)
            .Classifier("web", ("protocol", "tcp"), ("logical_source_port", "src")).Chain("web", 3, "nsh", ["ga", "gb"], ["web"])
            .Chain("empty", 4, "nsh", ["gb"], []);
        Replayed replayed = Replayed.Run(lab, "src", Web(1), Web(2), Web(1), Web(3), Link().Ipv4("10.0.0.1", "10.0.0.2").Udp(1, 2));
        long bytes = 4 * Web().Build().Length;

        Assert.Equal((4, bytes), replayed.Counts.Chain("web"));
        IReadOnlyList<HopCounts> hops = replayed.Counts.Hops("web");
        Assert.Equal([1, 2], hops.Select(hop => hop.Index));
        Assert.Equal(GroupId, hops[0].Group);
        Assert.Equal([new MemberCounts(PairId, 4, bytes + (4 * 38), 3)], hops[0].Members);
        Assert.Equal([(4, bytes, 3), (0, 0, 0)], hops[1].Members.Select(member => (member.Packets, member.Bytes, member.Flows)));

        // The same group in another chain has counts of its own.
        Assert.Equal((0, 0), replayed.Counts.Chain("empty"));
        Assert.Equal([0, 0], replayed.Counts.Hops("empty").Single().Members.Select(member => member.Packets));
        Assert.Equal(["src 5 0", "dst 0 5", "up 0 0", "a 4 4", "b 4 4", "idle 0 0"], replayed.Counts.Ports);
        Assert.Equal((13, 13, 0, 0), (replayed.Counts.Received, replayed.Counts.Sent, replayed.Counts.Generated, replayed.Counts.Held));
        Assert.Equal(["received", "sent", "generated", "held", "not_learned", "dropped", "chains", "ports"], replayed.Counts.Members);
    }

    [Theory]
    [InlineData(null, 24, 12)]
    [InlineData("ip_src", 3, 3)]
    [InlineData("tcp_dst", 2, 1)]
    [InlineData("udp_src", 1, 1)]
    [InlineData("eth_src eth_dst", 1, 1)]
    [InlineData("ip_src tcp_src tcp_dst", 24, 12)]
    public void Flows_are_the_distinct_values_of_the_groups_fields(string? fields, int ofAll, int ofFirstHalf)
    {
        Lab lab = Lab.Usual().Function("a", null, A).Group("g", ["a"], fields?.Split(' '))
            .Classifier("all", ("protocol", "tcp"), ("logical_source_port", "src")).Chain("all", 3, "nsh", ["g"], ["all"]);

        // Every pair of 3 addresses and 4 source ports, first to one destination port, then to another.
        PacketBuilder[] frames = [.. Enumerable.Range(0, 24).Select(n => Link().Ipv4($"10.0.1.{n % 3}", "10.0.0.2").Tcp((ushort)(n % 4), (ushort)(n / 12)))];
        Assert.Equal(ofAll, Replayed.Run(lab, "src", frames).Counts.Hops("all")[0].Members[0].Flows);
        Assert.Equal(ofFirstHalf, Replayed.Run(lab, "src", frames[..12]).Counts.Hops("all")[0].Members[0].Flows);
    }

    [Fact]
    public void Equal_values_of_the_fields_go_to_one_member_whatever_else_differs()
    {
        Lab lab = Lab.Usual();
        for (int i = 0; i < 4; i++)
        {
            lab.Function($"f{i}", "nsh", $"02:00:00:00:01:0{i}");
        }

        lab.Group("g", ["f0", "f1", "f2", "f3"], ["ip_dst"]).Classifier("all", ("logical_source_port", "src")).Chain("all", 3, "nsh", ["g"], ["all"]);
        Replayed replayed = Replayed.Run(lab, "src", [.. Enumerable.Range(0, 400).Select(n => Link().Ipv4($"10.1.{n / 200}.{n % 200}", $"10.2.0.{n % 20}").Tcp((ushort)n, 80))]);
        foreach (IGrouping<byte, Crossing> address in replayed.Output.Crossings.Where(crossing => !crossing.IsInbound && crossing.Port[0] == 'f').GroupBy(crossing => crossing.Frame[38 + 33]))
        {
            Assert.Single(address.Select(crossing => crossing.Port).Distinct());
        }

        Assert.Equal(4, replayed.Counts.Hops("all")[0].Members.Count(member => member.Packets > 0));
        Assert.Equal(20, replayed.Counts.Hops("all")[0].Members.Sum(member => member.Flows));
    }

    [Fact]
    public void Weights_share_out_the_flows_and_weight_0_takes_none()
    {
        Lab lab = Lab.Usual().Function("one", null, A, weight: 1).Function("three", null, B, weight: 3).Function("none", null, C, weight: 0)
            .Group("g", ["one", "three", "none"]).Classifier("all", ("protocol", "tcp"), ("logical_source_port", "src")).Chain("all", 3, "nsh", ["g"], ["all"]);
        const int Flows = 4000;
        long[] packets = [.. Replayed.Run(lab, "src", [.. Enumerable.Range(0, Flows).Select(n => Web((ushort)n))]).Counts.Hops("all")[0].Members.Select(member => member.Packets)];
        Assert.InRange(packets[0], Flows / 4 * 0.85, Flows / 4 * 1.15);
        Assert.Equal(Flows, packets[0] + packets[1]);
        Assert.Equal(0, packets[2]);
    }

    [Fact]
    public void A_group_without_members_or_weight_drops_and_counts()
    {
        Lab none = Lab.Usual().Group("g", []).Classifier("all", ("protocol", "tcp"), ("logical_source_port", "src")).Chain("all", 3, "nsh", ["g"], ["all"]);
        Replayed replayed = Replayed.Run(none, "src", Web()).Drops("group_empty=1");
        Assert.Equal(1, replayed.Counts.Chain("all").Packets);
        Assert.Empty(replayed.Counts.Hops("all").Single().Members);

        Lab weightless = Lab.Usual().Function("a", null, A).Function("b", "nsh", B, weight: 0).WebChain(3, "nsh", "a", "b");
        Replayed.Run(weightless, "src", Web()).Crosses("route", Crossing.In("src", Web()), Crossing.Out("a", Web().To(A)), Crossing.In("a", Web().To(A))).Drops("group_empty=1");
    }

    [Fact]
    public void Dropped_names_only_reasons_that_occurred()
    {
        Assert.Equal("", Replayed.Run(Lab.Usual(), "src", Web()).Counts.Dropped);
        Assert.Contains("\"dropped\": {}", Replayed.Run(Lab.Usual(), "src", Web()).Text, StringComparison.Ordinal);
    }
}
