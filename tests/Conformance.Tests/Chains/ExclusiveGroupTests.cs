using System.Text.Json.Nodes;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using Xunit;
using static NetworkingSfc.Conformance.Tests.Chains.ChainFrames;

namespace NetworkingSfc.Conformance.Tests.Chains;

/// <summary>Rule 11: what the functions of an exclusive group write stays on the chain.</summary>
public sealed class ExclusiveGroupTests
{
    private const string N = "02:00:00:00:01:0a";
    private const string NOut = "02:00:00:00:01:1a";
    private const string I = "02:00:00:00:01:0b";
    private const string A = "02:00:00:00:01:0c";

    // As the NAT leaves it.
    private static readonly PacketBuilder _written = Link().Ipv4("203.0.113.9", "10.0.0.2").Tcp(61000, 80).Payload(20);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_a_nat_writes_goes_on_to_the_next_hop_when_its_group_is_exclusive(bool isExclusive)
    {
        Crossing[] start = [Crossing.In("src", Web()), Crossing.Out("n-in", Web().To(N)), Crossing.In("n-out", _written.To(N))];
        Crossing[] end = isExclusive
            ? [Crossing.Out("a", _written.To(N).InNsh(A, 3, 254)), Crossing.In("a", _written.To(N).InNsh(A, 3, 253)), Crossing.Out("dst", _written.To(N))]
            : [Crossing.Out("n-in", _written.To(N))];

        // What leaves the chain goes by its Ethernet destination, which is still the function.
        Replayed.Run(Chain(["gn", "ga"], isExclusive), "src", Web()).Crosses("route", [.. start, .. end]).Drops("");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_unaware_function_behind_it_keeps_what_was_written_when_no_other_chain_has_its_group(bool isShared)
    {
        Lab lab = Chain(["gn", "gi", "ga"], isExclusive: true);
        if (isShared)
        {
            lab.Classifier("other", ("protocol", "udp"), ("logical_source_port", "up")).Chain("other", 4, "nsh", ["gi"], ["other"]);
        }

        Crossing[] start =
        [
            Crossing.In("src", Web()), Crossing.Out("n-in", Web().To(N)), Crossing.In("n-out", _written.To(N)), Crossing.Out("i", _written.To(I)), Crossing.In("i", _written.To(I)),
        ];
        Crossing[] end = isShared ? [Crossing.Out("dst", _written.To(I))]
            : [Crossing.Out("a", _written.To(I).InNsh(A, 3, 253)), Crossing.In("a", _written.To(I).InNsh(A, 3, 252)), Crossing.Out("dst", _written.To(I))];
        Replayed.Run(lab, "src", Web()).Crosses("route", [.. start, .. end]);
    }

    [Fact]
    public void What_never_enters_a_chain_does_not_enter_there_either_and_both_families_do()
    {
        (PacketBuilder Frame, bool Goes)[] rows =
        [
            (Link().Ipv6("2001:db8:64::1", "2001:db8::2").Udp(9, 9).Payload(5), true),
            (Link().Ipv4("203.0.113.9", "10.0.0.2").Icmp().Payload(5), true),
            (Link().Vlan(9).Ipv4("203.0.113.9", "10.0.0.2").Sctp(9, 9).Payload(5), true),
            (Link().Arp(1, Lab.SourceMac, "10.0.0.1", targetIp: "10.0.0.2"), false),
            (Link().Ipv4("203.0.113.9", "10.0.0.2").Udp(68, 67).Payload(5), false),
            (Link().Ipv6("fe80::1", "2001:db8::2").Icmpv6(135).Payload(20), false),
            (Link().Mpls(16, ttl: 64).Ipv4("203.0.113.9", "10.0.0.2").Tcp(9, 9), false),
            (Link().Llc().Payload(40), false),
        ];
        foreach ((PacketBuilder frame, bool goes) in rows)
        {
            Crossing[] expected = goes
                ? [Crossing.In("n-out", frame), Crossing.Out("a", frame.InNsh(A, 3, 254)), Crossing.In("a", frame.InNsh(A, 3, 253)), Crossing.Out("dst", frame)]
                : [Crossing.In("n-out", frame), Crossing.Out("dst", frame)];
            Replayed.Run(Chain(["gn", "ga"], isExclusive: true), "n-out", frame).Crosses($"goes: {goes}", expected);
        }
    }

    [Fact]
    public void What_comes_out_towards_the_source_is_on_the_way_back()
    {
        // Answers went to the NAT's own address, so to its port; restored, they meet the hops before it.
        PacketBuilder back = new PacketBuilder().Ethernet(Lab.SourceMac, NOut).Ipv4("198.51.100.7", "10.0.0.1").Udp(53, 4000).Payload(9);
        Replayed.Run(Chain(["ga", "gn"], isExclusive: true, symmetric: true), "n-in", back).Crosses("route",
            Crossing.In("n-in", back), Crossing.Out("a", back.InNsh(A, 0x80_0003, 254)), Crossing.In("a", back.InNsh(A, 0x80_0003, 253)), Crossing.Out("src", back));
        Replayed.Run(Chain(["ga", "gn"], isExclusive: true), "n-in", back).Crosses("one way only", Crossing.In("n-in", back), Crossing.Out("src", back));
    }

    [Fact]
    public void Through_one_port_a_restored_answer_goes_back_and_what_says_nothing_of_its_direction_forth()
    {
        Lab lab = Lab.Usual().Function("n", null, N).Function("a", "nsh", A).Group("gn", ["n"], isExclusive: true).Group("ga", ["a"])
            .Classifier("web", ("protocol", "tcp"), ("source_ip_prefix", "10.0.0.1/32"), ("logical_source_port", "src"), ("logical_destination_port", "dst"))
            .Chain("web", 3, "nsh", ["ga", "gn"], ["web"], symmetric: true);
        PacketBuilder restored = new PacketBuilder().Ethernet(Lab.SourceMac, Lab.DestinationMac).Ipv4("10.0.0.2", "10.0.0.1").Tcp(80, 40000);
        Replayed.Run(lab, "n", restored).Crosses("back",
            Crossing.In("n", restored), Crossing.Out("a", restored.InNsh(A, 0x80_0003, 254)), Crossing.In("a", restored.InNsh(A, 0x80_0003, 253)), Crossing.Out("src", restored));
        Replayed.Run(lab, "n", _written).Crosses("forth", Crossing.In("n", _written), Crossing.Out("dst", _written));
    }

    [Fact]
    public void A_classifier_of_another_chain_at_its_port_comes_first()
    {
        Lab lab = Chain(["gn", "ga"], isExclusive: true).Function("b", "nsh", "02:00:00:00:01:0d").Group("gb", ["b"])
            .Classifier("udp", ("protocol", "udp"), ("logical_source_port", "n-out")).Chain("udp", 4, "nsh", ["gb"], ["udp"]);
        PacketBuilder udp = Link().Ipv4("203.0.113.9", "10.0.0.2").Udp(9, 9).Payload(5);
        Replayed.Run(lab, "n-out", udp).Crosses("udp",
            Crossing.In("n-out", udp), Crossing.Out("b", udp.InNsh("02:00:00:00:01:0d", 4, 255)), Crossing.In("b", udp.InNsh("02:00:00:00:01:0d", 4, 254)), Crossing.Out("dst", udp));
    }

    [Fact]
    public void A_document_with_an_exclusive_group_in_two_chains_is_refused()
    {
        Lab lab = Chain(["gn", "ga"], isExclusive: true).Chain("second", 4, "nsh", ["gn"], []);
        Replayed refused = Replayed.Run(lab, "src", Web());
        Assert.Equal(1, refused.Status);
        Assert.Contains("port_chains[1].port_pair_groups", refused.Error, StringComparison.Ordinal);
        Assert.Contains("is exclusive and can be in one Port Chain only", refused.Error, StringComparison.Ordinal);
    }

    private static Lab Chain(string[] groups, bool isExclusive, bool symmetric = false) => Lab.Usual()
        .Function("n", null, N, NOut).Function("i", null, I).Function("a", "nsh", A).Plays("n", "rewrite", ("source_ip", (JsonNode)"203.0.113.9"), ("source_port", (JsonNode)61000))
        .Group("gn", ["n"], isExclusive: isExclusive).Group("gi", ["i"]).Group("ga", ["a"])
        .Classifier("web", ("protocol", "tcp"), ("source_ip_prefix", "10.0.0.0/24"), ("logical_source_port", "src"), ("logical_destination_port", "dst"))
        .Chain("web", 3, "nsh", groups, ["web"], symmetric);
}
