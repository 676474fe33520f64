using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using Xunit;
using static NetworkingSfc.Conformance.Tests.Chains.ChainFrames;

namespace NetworkingSfc.Conformance.Tests.Functions;

/// <summary>Rule 13: what stands behind the port pairs.</summary>
public sealed class FunctionTests
{
    private const string A = "02:00:00:00:01:0a";
    private const string B = "02:00:00:00:01:0b";

    [Theory]
    [InlineData("nsh")]
    [InlineData("mpls")]
    public void A_forwarding_function_behind_a_correlated_pair_breaks_the_path(string correlation)
    {
        Lab lab = Lab.Usual().Function("a", correlation, A).WebChain(3, correlation, "a").Plays("a", "forward");
        PacketBuilder sent = correlation == "nsh" ? Web().InNsh(A, 3, 255) : Web().To(A).Labelled(3, 255, 255);
        Replayed.Run(lab, "src", Web()).Crosses("route", Crossing.In("src", Web()), Crossing.Out("a", sent), Crossing.In("a", sent)).Drops("unknown_path=1");
    }

    [Theory]
    [InlineData("drop", null)]
    [InlineData("drop", "nsh")]
    [InlineData("tap", null)]
    [InlineData("tap", "mpls")]
    public void A_function_that_keeps_frames_was_sent_them_and_that_is_all(string kind, string? correlation)
    {
        Lab lab = Lab.Usual().Function("a", null, A, "02:00:00:00:02:0a").Function("b", correlation, B, "02:00:00:00:02:0b")
            .WebChain(3, correlation ?? "nsh", "a", "b").Plays("b", kind);
        Replayed replayed = Replayed.Run(lab, "src", Web(), Web(destinationPort: 81)).Drops("");
        Assert.Equal(
            ["from src", "to a-in", "from a-out", "to b-in", "from src", "to dst"],
            replayed.Output.Crossings.Select(crossing => $"{(crossing.IsInbound ? "from" : "to")} {crossing.Port}"));
        Assert.Equal((3, 3, 0), (replayed.Counts.Received, replayed.Counts.Sent, replayed.Counts.Held));
    }

    [Fact]
    public void Functions_answer_only_what_a_chain_sent_them()
    {
        // Delivered by MAC address, from a port whose frames match no classifier: it ends there.
        Lab lab = Lab.Usual().Function("a", null, A).Function("b", "nsh", B).WebChain(3, "nsh", "a", "b");
        PacketBuilder toA = Web().To(A);
        PacketBuilder toB = Web().InNsh(B, 3, 254);
        Replayed.Run(lab, "dst", toA, toB).Crosses("route",
            Crossing.In("dst", toA), Crossing.Out("a", toA), Crossing.In("dst", toB), Crossing.Out("b", toB));
    }

    [Fact]
    public void One_function_of_two_in_a_group_may_keep_what_the_other_returns()
    {
        Lab lab = Lab.Usual().Function("a", null, A).Function("b", null, B).Group("g", ["a", "b"])
            .Classifier("web", ("protocol", "tcp"), ("logical_source_port", "src")).Chain("web", 3, "nsh", ["g"], ["web"]).Plays("b", "drop");
        Replayed replayed = Replayed.Run(lab, "src", [.. Enumerable.Range(0, 50).Select(flow => Web((ushort)(1000 + flow)))]);
        IReadOnlyList<MemberCounts> members = replayed.Counts.Hops("web")[0].Members;
        Assert.All(members, member => Assert.InRange(member.Packets, 1, 49));
        Assert.Equal(members[0].Packets, replayed.Output.Crossings.Count(crossing => crossing.Port == "dst"));
    }

    [Fact]
    public void A_function_that_rewrites_from_chain_to_chain_without_end_is_stopped_and_said_so()
    {
        // Two pairs over the same two ports, crosswise: each hands on to the chain of the other.
        Lab lab = Lab.Usual().Port("p", A).Port("q", B).Pair("pq", null, "p", "q").Pair("qp", null, "q", "p").Group("g1", ["pq"]).Group("g2", ["qp"])
            .Classifier("one", ("protocol", "tcp"), ("destination_port_range_max", 80), ("logical_source_port", "p"))
            .Classifier("two", ("protocol", "tcp"), ("destination_port_range_min", 81), ("destination_port_range_max", 90), ("logical_source_port", "q"))
            .Chain("one", 1, "nsh", ["g1"], ["one"]).Chain("two", 2, "nsh", ["g2"], ["two"])
            .Plays("pq", "rewrite", ("destination_port", 85)).Plays("qp", "rewrite", ("destination_port", 80));
        Replayed replayed = Replayed.Run(lab, "p", Web());
        Assert.Equal(0, replayed.Status);
        Assert.Contains("without end", replayed.Error, StringComparison.Ordinal);
        Assert.InRange(replayed.Output.Crossings.Count, 1000, 100_000);
    }
}
