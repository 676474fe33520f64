using System.Text.Json.Nodes;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using Xunit;
using static NetworkingSfc.Conformance.Tests.Chains.ChainFrames;

namespace NetworkingSfc.Conformance.Tests.Chains;

/// <summary>Behaviour 17: what ends one chain goes on in the one that takes it, from its first index.</summary>
public sealed class ServiceGraphTests
{
    private static readonly PacketBuilder _tcp = Web();
    private static readonly PacketBuilder _udp = Link().Vlan(7).Ipv4("10.0.0.1", "10.0.0.2").Udp(9, 80).Payload(5);
    private static readonly PacketBuilder _udp6 = Link().Ipv6("2001:db8::1", "2001:db8::2").Udp(9, 80).Payload(5);
    private static readonly PacketBuilder _icmp = Link().Ipv4("10.0.0.1", "10.0.0.2").Icmp().Payload(5);

    // One joins two and three; two joins four; three joins four: a branch, a join, and three levels.
    private static readonly (string, string)[] _diamond = [("one", "two"), ("one", "three"), ("two", "four"), ("three", "four")];

    [Theory]
    [InlineData("nsh")]
    [InlineData("mpls")]
    public void Frames_go_on_in_the_chain_whose_classifier_takes_them(string correlation)
    {
        Replayed replayed = Replayed.Run(Chains(correlation).Graph(_diamond), "src", _tcp, _udp, _udp6, _icmp).Crosses(correlation,
            [.. Route(correlation, _tcp, 1, 2, 4), .. Route(correlation, _udp, 1, 3, 4), .. Route(correlation, _udp6, 1, 3), .. Route(correlation, _icmp, 1)]).Drops("");
        Assert.Equal([4, 1, 2, 2], new[] { "one", "two", "three", "four" }.Select(chain => replayed.Counts.Chain(chain).Packets));
        Assert.Equal(_tcp.Build().Length, replayed.Counts.Chain("two").Bytes);
    }

    [Fact]
    public void In_a_graph_a_chain_is_not_entered_from_its_own_source_port_and_outside_it_is()
    {
        Replayed.Run(Chains("nsh").Graph(_diamond), "up", _tcp).Crosses("in the graph", Crossing.In("up", _tcp), Crossing.Out("dst", _tcp));
        Lab alone = Chains("nsh").Change(root => root["port_chains"] = new JsonArray(root["port_chains"]![1]!.DeepClone()));
        Replayed.Run(alone, "up", _tcp).Crosses("outside", [Crossing.In("up", _tcp), .. Route("nsh", _tcp, 2).Skip(1)]);
    }

    [Fact]
    public void What_leaves_goes_to_no_function_of_the_graph()
    {
        // The frame is addressed to the function of each chain in turn: none of them gets it a second time.
        for (int number = 1; number <= 4; number++)
        {
            PacketBuilder frame = _icmp.To(Mac(number));
            Replayed.Run(Chains("nsh").Graph(_diamond), "src", frame).Crosses($"addressed to {number}", [.. Route("nsh", frame, 1)]);
        }
    }

    [Fact]
    public void Taps_at_the_end_of_one_chain_and_the_start_of_the_next_get_a_copy_each()
    {
        Lab lab = Chains("nsh").Function("t", "nsh", "02:00:00:00:0f:01").Function("u", "nsh", "02:00:00:00:0f:02").Plays("t", "tap").Plays("u", "tap")
            .Group("gt", ["t"], isTap: true).Group("gu", ["u"], isTap: true).Graph(_diamond)
            .Change(root =>
            {
                root["port_chains"]![0]!["port_pair_groups"]!.AsArray().Add("gt");
                root["port_chains"]![1]!["port_pair_groups"]!.AsArray().Insert(0, "gu");
            });
        List<Crossing> expected = [.. Route("nsh", _tcp, 1, 2, 4)];
        expected.InsertRange(3, [Crossing.Out("t", _tcp.InNsh("02:00:00:00:0f:01", 1, 253, ttl: 62)), Crossing.Out("u", _tcp.InNsh("02:00:00:00:0f:02", 2, 253))]);
        Assert.Equal(2, Replayed.Run(lab, "src", _tcp).Crosses("taps", expected).Drops("").Counts.Generated);
    }

    // Chains of one function each: one takes everything from "src", two TCP, three UDP, four IPv4; all but one from "up".
    private static Lab Chains(string correlation)
    {
        Lab lab = Lab.Usual();
        string[] names = ["one", "two", "three", "four"];
        for (int number = 1; number <= names.Length; number++)
        {
            lab.Function($"f{number}", correlation, Mac(number)).Group($"g{number}", [$"f{number}"]);
        }

        return lab
            .Classifier("one4", ("logical_source_port", "src")).Classifier("one6", ("ethertype", "IPv6"), ("logical_source_port", "src"))
            .Classifier("two", ("protocol", "tcp"), ("logical_source_port", "up"))
            .Classifier("three4", ("protocol", "udp"), ("logical_source_port", "up")).Classifier("three6", ("ethertype", "IPv6"), ("protocol", "udp"), ("logical_source_port", "up"))
            .Classifier("four", ("logical_source_port", "dst"))
            .Chain("one", 1, correlation, ["g1"], ["one4", "one6"]).Chain("two", 2, correlation, ["g2"], ["two"])
            .Chain("three", 3, correlation, ["g3"], ["three4", "three6"]).Chain("four", 4, correlation, ["g4"], ["four"]);
    }

    private static IEnumerable<Crossing> Route(string correlation, PacketBuilder frame, params int[] chains)
    {
        yield return Crossing.In("src", frame);
        PacketBuilder packet = frame;
        foreach (int chain in chains)
        {
            packet = correlation == "nsh" ? packet : packet.To(Mac(chain));
            PacketBuilder Carried(byte index) => correlation == "nsh" ? packet.InNsh(Mac(chain), (uint)chain, index) : packet.Labelled((uint)chain, index, ttl: 255);
            yield return Crossing.Out($"f{chain}", Carried(255));
            yield return Crossing.In($"f{chain}", Carried(254));
        }

        yield return Crossing.Out("dst", packet);
    }

    private static string Mac(int number) => $"02:00:00:00:0e:0{number}";
}
