using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using Xunit;
using static NetworkingSfc.Conformance.Tests.Chains.ChainFrames;

namespace NetworkingSfc.Conformance.Tests.Chains;

/// <summary>
/// States in which the port a frame comes from leaves open where on its way it is: it is taken to be as far on as it may be,
/// so it skips functions, which <c>sfc plan</c> says, and never goes round.
/// </summary>
public sealed class ProgressTests
{
    private const string U = "02:00:00:00:01:0c";
    private const string A = "02:00:00:00:01:0a";
    private const string B = "02:00:00:00:01:0b";

    [Fact]
    public void Behind_a_function_of_two_joined_chains_a_frame_is_in_the_one_that_comes_behind()
    {
        Lab lab = Lab.Usual().Function("u", null, U).Function("a", "nsh", A).Function("b", "nsh", B).Group("gu", ["u"]).Group("ga", ["a"]).Group("gb", ["b"])
            .Classifier("all", ("logical_source_port", "src")).Classifier("tcp", ("protocol", "tcp"), ("logical_source_port", "up"))
            .Chain("one", 1, "nsh", ["gu", "ga"], ["all"]).Chain("two", 2, "nsh", ["gb", "gu"], ["tcp"]).Graph(("one", "two"));
        Replayed.Run(lab, "src", Web()).Crosses("in both", Crossing.In("src", Web()), Crossing.Out("u", Web().To(U)), Crossing.In("u", Web().To(U)), Crossing.Out("dst", Web().To(U)));

        // What only the first chain takes has its whole way.
        PacketBuilder udp = Link().Ipv4("10.0.0.1", "10.0.0.2").Udp(9, 80).Payload(5);
        Replayed.Run(lab, "src", udp).Crosses("in one",
            Crossing.In("src", udp), Crossing.Out("u", udp.To(U)), Crossing.In("u", udp.To(U)),
            Crossing.Out("a", udp.To(U).InNsh(A, 1, 254)), Crossing.In("a", udp.To(U).InNsh(A, 1, 253)), Crossing.Out("dst", udp.To(U)));
    }

    [Fact]
    public void Behind_a_port_of_two_hops_a_frame_is_behind_the_further_one()
    {
        Lab lab = Lab.Usual().Port("in-1", A).Port("in-2", B).Port("out", U).Pair("p1", null, "in-1", "out").Pair("p2", null, "in-2", "out").Function("c", "nsh", "02:00:00:00:01:0d");
        Replayed.Run(lab.WebChain(3, "nsh", "p1", "p2", "c"), "src", Web()).Crosses("route",
            Crossing.In("src", Web()), Crossing.Out("in-1", Web().To(A)), Crossing.In("out", Web().To(A)),
            Crossing.Out("c", Web().To(A).InNsh("02:00:00:00:01:0d", 3, 253)), Crossing.In("c", Web().To(A).InNsh("02:00:00:00:01:0d", 3, 252)), Crossing.Out("dst", Web().To(A)));
    }

    [Fact]
    public void What_comes_from_a_function_at_which_its_own_chain_begins_has_been_there()
    {
        Lab lab = Lab.Usual().Function("u", null, U).Group("gu", ["u"])
            .Classifier("web", ("protocol", "tcp"), ("logical_source_port", "u")).Chain("own", 3, "nsh", ["gu"], ["web"]);
        Replayed.Run(lab, "u", Web()).Crosses("route", Crossing.In("u", Web()), Crossing.Out("dst", Web()));
    }

    [Fact]
    public void The_way_back_that_begins_at_a_function_of_its_own_does_not_begin_again()
    {
        Lab lab = Lab.Usual().Function("u", null, U, A).Group("gu", ["u"])
            .Classifier("web", ("protocol", "tcp"), ("logical_destination_port", "u-in")).Chain("own", 3, "nsh", ["gu"], ["web"], symmetric: true);
        Replayed.Run(lab, "u-in", Web()).Crosses("route", Crossing.In("u-in", Web()), Crossing.Out("dst", Web()));
    }

    [Fact]
    public void On_the_way_back_a_port_of_two_hops_is_behind_the_further_one_too()
    {
        Lab lab = Lab.Usual().Port("u", U).Port("x", A).Pair("p1", null, "u", "u").Pair("p2", null, "u", "x").Group("g1", ["p1"]).Group("g2", ["p2"])
            .Classifier("web", ("protocol", "tcp"), ("logical_source_port", "src"), ("logical_destination_port", "dst"))
            .Chain("both", 3, "nsh", ["g1", "g2"], ["web"], symmetric: true);
        PacketBuilder back = new PacketBuilder().Ethernet(Lab.SourceMac, Lab.DestinationMac).Ipv4("10.0.0.2", "10.0.0.1").Tcp(80, 40000);

        // To hop 2 by its egress port x, out of u; u is hop 1 of the way back and, as the port of the other pair, hop 2.
        Replayed.Run(lab, "dst", back).Crosses("route", Crossing.In("dst", back), Crossing.Out("x", back.To(A)), Crossing.In("u", back.To(A)), Crossing.Out("src", back.To(A)));
    }
}
