using System.Text.Json.Nodes;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using Xunit;
using static NetworkingSfc.Conformance.Tests.Chains.ChainFrames;

namespace NetworkingSfc.Conformance.Tests.Chains;

/// <summary>Behaviour 17: taps at joins, and where what leaves a graph may not go.</summary>
public sealed class ServiceGraphTests
{
    private static readonly PacketBuilder _tcp = Web();
    private static readonly PacketBuilder _icmp = Link().Ipv4("10.0.0.1", "10.0.0.2").Icmp().Payload(5);

    // One joins two and three; two joins four; three joins four: a branch, a join, and three levels.
    private static readonly (string, string)[] _diamond = [("one", "two"), ("one", "three"), ("two", "four"), ("three", "four")];

    [Fact]
    public void What_leaves_goes_to_no_function_of_the_graph()
    {
        // The frame is addressed to the function of each chain in turn: none of them gets it a second time.
        for (int number = 1; number <= 4; number++)
        {
            PacketBuilder frame = _icmp.To(Mac(number));
            Replayed.Run(Chains().Graph(_diamond), "src", frame).Crosses($"addressed to {number}", [.. Route(frame, 1)]);
        }
    }

    [Fact]
    public void Taps_at_the_end_of_one_chain_and_the_start_of_the_next_get_a_copy_each()
    {
        Lab lab = Chains().Function("t", "nsh", "02:00:00:00:0f:01").Function("u", "nsh", "02:00:00:00:0f:02").Plays("t", "tap").Plays("u", "tap")
            .Group("gt", ["t"], isTap: true).Group("gu", ["u"], isTap: true).Graph(_diamond)
            .Change(root =>
            {
                root["port_chains"]![0]!["port_pair_groups"]!.AsArray().Add("gt");
                root["port_chains"]![1]!["port_pair_groups"]!.AsArray().Insert(0, "gu");
            });
        List<Crossing> expected = [.. Route(_tcp, 1, 2, 4)];
        expected.InsertRange(3, [Crossing.Out("t", _tcp.InNsh("02:00:00:00:0f:01", 1, 253, ttl: 62)), Crossing.Out("u", _tcp.InNsh("02:00:00:00:0f:02", 2, 253))]);
        Assert.Equal(2, Replayed.Run(lab, "src", _tcp).Crosses("taps", expected).Drops("").Counts.Generated);
    }

    // Chains of one function each: one takes everything from "src", two TCP, three UDP, four IPv4; all but one from "up".
    private static Lab Chains()
    {
        Lab lab = Lab.Usual();
        string[] names = ["one", "two", "three", "four"];
        for (int number = 1; number <= names.Length; number++)
        {
            lab.Function($"f{number}", "nsh", Mac(number)).Group($"g{number}", [$"f{number}"]);
        }

        return lab
            .Classifier("one4", ("logical_source_port", "src")).Classifier("one6", ("ethertype", "IPv6"), ("logical_source_port", "src"))
            .Classifier("two", ("protocol", "tcp"), ("logical_source_port", "up"))
            .Classifier("three4", ("protocol", "udp"), ("logical_source_port", "up")).Classifier("three6", ("ethertype", "IPv6"), ("protocol", "udp"), ("logical_source_port", "up"))
            .Classifier("four", ("logical_source_port", "dst"))
            .Chain("one", 1, "nsh", ["g1"], ["one4", "one6"]).Chain("two", 2, "nsh", ["g2"], ["two"])
            .Chain("three", 3, "nsh", ["g3"], ["three4", "three6"]).Chain("four", 4, "nsh", ["g4"], ["four"]);
    }

    private static IEnumerable<Crossing> Route(PacketBuilder frame, params int[] chains)
    {
        yield return Crossing.In("src", frame);
        foreach (int chain in chains)
        {
            yield return Crossing.Out($"f{chain}", frame.InNsh(Mac(chain), (uint)chain, 255));
            yield return Crossing.In($"f{chain}", frame.InNsh(Mac(chain), (uint)chain, 254));
        }

        yield return Crossing.Out("dst", frame);
    }

    private static string Mac(int number) => $"02:00:00:00:0e:0{number}";
}
