using System.Text.Json.Nodes;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;
using static NetworkingSfc.Conformance.Tests.Chains.ChainFrames;

namespace NetworkingSfc.Conformance.Tests.Chains;

/// <summary>Behaviour 15 and rule 10: taps on the way back, without anybody in them, behind empty groups, and copies that do not fit.</summary>
public sealed class TapTests
{
    private const int ChainId = 0x5a7;
    private const uint WayBack = ChainId + 0x800000;

    [Fact]
    public void On_the_way_back_a_tap_is_entered_by_its_egress_port_and_keeps_its_index()
    {
        Lab lab = Lab.Usual().Function("a", "nsh", Mac(0)).Function("t", "nsh", Mac(1), Mac(9)).Function("b", "nsh", Mac(2)).Plays("t", "tap")
            .WebChain(ChainId, "nsh", "a", "t", "b")
            .Change(root =>
            {
                root["port_pair_groups"]![1]!["tap_enabled"] = true;
                root["port_chains"]![0]!["chain_parameters"]!["symmetric"] = true;
                root["flow_classifiers"]![0]!["logical_destination_port"] = "dst";
            });
        PacketBuilder answer = new PacketBuilder().Ethernet(Lab.SourceMac, Lab.DestinationMac).Ipv4("10.0.0.2", "10.0.0.1").Tcp(80, 40000);
        Replayed.Run(lab, "dst", answer).Crosses("way back",
            Crossing.In("dst", answer),
            Crossing.Out("b", answer.InNsh(Mac(2), WayBack, 255)), Crossing.In("b", answer.InNsh(Mac(2), WayBack, 254)),
            Crossing.Out("t-out", answer.InNsh(Mac(9), WayBack, 252, ttl: 62)),
            Crossing.Out("a", answer.InNsh(Mac(0), WayBack, 254, ttl: 62)), Crossing.In("a", answer.InNsh(Mac(0), WayBack, 253, ttl: 62)),
            Crossing.Out("src", answer)).Drops("");
    }

    [Fact]
    public void A_tap_that_a_classifier_of_its_own_chain_names_as_source_does_not_enter_it()
    {
        Lab lab = Chain("nsh", "tp").Plays("f0", "forward").Change(root => root["flow_classifiers"]![0]!["logical_source_port"] = "f0");
        PacketBuilder frame = Web();
        Replayed.Run(lab, "f0", frame).Crosses("own source", Crossing.In("f0", frame), Crossing.Out("dst", frame));
    }

    [Theory]
    [InlineData("no members")]
    [InlineData("no weight")]
    public void A_tap_group_without_anybody_copies_nothing_and_still_has_its_index(string how)
    {
        Lab lab = Chain("nsh", "tpT").Change(root =>
        {
            if (how == "no members")
            {
                root["port_pair_groups"]![0]!["port_pairs"] = new JsonArray();
            }
            else
            {
                root["port_pairs"]![0]!["service_function_parameters"]!["weight"] = 0;
            }
        });
        PacketBuilder frame = Web();
        PacketBuilder behind = frame.To(Mac(1));
        Replayed replayed = Replayed.Run(lab, "src", frame).Crosses(how,
            Crossing.In("src", frame), Crossing.Out("f1", behind), Crossing.In("f1", behind),
            Crossing.Out("f2", behind.InNsh(Mac(2), ChainId, 252)), Crossing.Out("dst", behind)).Drops("");
        Assert.Equal(1, replayed.Counts.Generated);
    }

    [Theory]
    [InlineData("skip", true)]
    [InlineData("leave", false)]
    [InlineData("drop", false)]
    public void Who_skips_an_empty_group_passes_the_taps_behind_it(string onEmpty, bool passes)
    {
        // An aware function, a tap, a group of aware functions with nobody in it, a tap, an aware function.
        Lab lab = Chain("nsh", "ataTa").Change(root =>
        {
            root["port_pairs"]![2]!["service_function_parameters"]!["weight"] = 0;
            root["port_pair_groups"]![2]!["on_empty"] = onEmpty;
        });
        PacketBuilder frame = Web();
        PacketBuilder returned = frame.InNsh(Mac(0), ChainId, 254);
        List<Crossing> expected = [Crossing.In("src", frame), Crossing.Out("f0", frame.InNsh(Mac(0), ChainId, 255)), Crossing.In("f0", returned), Crossing.Out("f1", returned)];
        expected.AddRange(!passes ? [] : [
            Crossing.Out("f3", frame.InNsh(Mac(3), ChainId, 250, ttl: 62)),
            Crossing.Out("f4", frame.InNsh(Mac(4), ChainId, 253, ttl: 62)), Crossing.In("f4", frame.InNsh(Mac(4), ChainId, 252, ttl: 62))]);
        expected.AddRange(onEmpty == "drop" ? [] : [Crossing.Out("dst", frame)]);
        Replayed.Run(lab, "src", frame).Crosses(onEmpty, expected).Drops(onEmpty == "drop" ? "group_empty=1" : "");
    }

    [Fact]
    public void A_copy_that_does_not_fit_is_counted_and_the_packet_goes_on()
    {
        PacketBuilder frame = Web();
        int bytes = frame.Build().Length - 14;
        PacketBuilder behind = frame.To(Mac(1));
        foreach ((int mtu, bool fits) in new[] { (bytes + 38, true), (bytes + 37, false) })
        {
            Lab lab = Chain("nsh", "Tp").Network("narrow", mtu).Change(root => root["ports"]!.AsArray().Single(port => (string?)port!["name"] == "f0")!["network_id"] = "narrow");
            List<Crossing> expected = [Crossing.In("src", frame)];
            expected.AddRange(fits ? [Crossing.Out("f0", frame.InNsh(Mac(0), ChainId, 253))] : []);
            Replayed replayed = Replayed.Run(lab, "src", frame)
                .Crosses($"MTU {mtu}", [.. expected, Crossing.Out("f1", behind), Crossing.In("f1", behind), Crossing.Out("dst", behind)])
                .Drops(fits ? "" : "tap_too_long=1");
            Assert.Equal(1, replayed.Counts.Generated);
        }
    }

    [Theory]
    [InlineData("nsh")]
    [InlineData("mpls")]
    public void Copies_are_generated_and_counted_at_the_taps_member(string correlation)
    {
        Replayed replayed = Replayed.Run(Chain(correlation, "tpTa"), "src", Web(1), Web(2), Web(3));
        Assert.Equal((6, 3), (replayed.Counts.Generated, replayed.Counts.Chain("web").Packets));
        Assert.All(replayed.Counts.Hops("web"), hop => Assert.Equal(3, Assert.Single(hop.Members).Packets));
    }

    private static Lab Chain(string correlation, string sequence)
    {
        Lab lab = Lab.Usual();
        for (int place = 0; place < sequence.Length; place++)
        {
            lab.Function($"f{place}", sequence[place] is 'a' or 'T' ? correlation : null, Mac(place));
            if (IsTap(sequence[place]))
            {
                lab.Plays($"f{place}", "tap");
            }
        }

        return lab.WebChain(ChainId, correlation, [.. Enumerable.Range(0, sequence.Length).Select(place => $"f{place}")])
            .Classifier("web6", ("ethertype", "IPv6"), ("protocol", "tcp"), ("destination_port_range_min", 80), ("destination_port_range_max", 80), ("logical_source_port", "src"))
            .Change(root =>
            {
                root["port_chains"]![0]!["flow_classifiers"]!.AsArray().Add("web6");
                for (int place = 0; place < sequence.Length; place++)
                {
                    root["port_pair_groups"]![place]!["tap_enabled"] = IsTap(sequence[place]);
                }
            });
    }

    private static bool IsTap(char place) => place is 't' or 'T';

    private static string Mac(int number) => $"02:00:00:00:0f:0{number}";
}
