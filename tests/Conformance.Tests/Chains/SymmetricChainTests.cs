using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;
using static NetworkingSfc.Conformance.Tests.Chains.ChainFrames;

namespace NetworkingSfc.Conformance.Tests.Chains;

/// <summary>Behaviour 14, rule 9: the way back.</summary>
public sealed class SymmetricChainTests
{
    private const string A = "02:00:00:00:01:0a";
    private const string B = "02:00:00:00:01:0b";
    private const string AOut = "02:00:00:00:02:0a";
    private const string BOut = "02:00:00:00:02:0b";
    private const int Flows = 64;

    [Fact]
    public void The_way_back_of_an_nsh_chain_has_path_id_plus_0x800000_and_starts_at_255()
    {
        Lab lab = Chain("nsh", Lab.Usual().Function("a", "nsh", A, AOut).Function("b", "nsh", B, BOut), "a", "b");
        PacketBuilder back = Back();
        Replayed.Run(lab, "dst", back).Crosses("route",
            Crossing.In("dst", back),
            Crossing.Out("b-out", back.InNsh(BOut, 0x800009, 255)),
            Crossing.In("b-in", back.InNsh(BOut, 0x800009, 254)),
            Crossing.Out("a-out", back.InNsh(AOut, 0x800009, 254, ttl: 62)),
            Crossing.In("a-in", back.InNsh(AOut, 0x800009, 253, ttl: 62)),
            Crossing.Out("src", back));
    }

    [Fact]
    public void A_path_mtu_message_goes_the_way_of_answers_to_the_packet_it_quotes()
    {
        Lab lab = Chain("nsh", Lab.Usual().Function("a", "nsh", A, AOut).Function("b", null, B, BOut), "a", "b");
        byte[] packet = Web().Build()[14..];
        PacketBuilder router = new PacketBuilder().Ethernet(Lab.SourceMac, Lab.DestinationMac).Ipv4("192.0.2.1", "10.0.0.1");
        PacketBuilder message = router.Icmp(3, 4, 1400).Payload(packet);
        PacketBuilder atB = message.To(BOut);
        Replayed.Run(lab, "dst", message).Crosses("fragmentation needed",
            Crossing.In("dst", message),
            Crossing.Out("b-out", atB), Crossing.In("b-in", atB),
            Crossing.Out("a-out", atB.InNsh(AOut, 0x800009, 254)), Crossing.In("a-in", atB.InNsh(AOut, 0x800009, 253)),
            Crossing.Out("src", atB));

        // Of another flow, of what cannot be read, and what is no path MTU message: in no chain.
        foreach (PacketBuilder other in new[]
        {
            router.Icmp(3, 4, 1400).Payload(Web(destinationPort: 81).Build().AsMemory(14)), router.Icmp(3, 4, 1400).Payload(packet.AsMemory(0, 22)), router.Icmp(3, 1).Payload(packet),
        })
        {
            Replayed.Run(lab, "dst", other).Crosses("switched", Crossing.In("dst", other), Crossing.Out("src", other));
        }
    }

    [Fact]
    public void The_way_back_of_an_mpls_chain_has_a_path_id_of_its_own_from_4095_down()
    {
        Lab lab = Chain("mpls", Lab.Usual().Function("a", "mpls", A, AOut).Function("b", "mpls", B, BOut), "a", "b")
            .Function("c", "mpls", "02:00:00:00:01:0c").Group("gc", ["c"])
            .Classifier("udp", ("protocol", "udp"), ("source_ip_prefix", "10.0.0.1/32"), ("logical_source_port", "src"), ("logical_destination_port", "dst"))
            .Chain("second", 4094, "mpls", ["gc"], ["udp"], symmetric: true);
        PacketBuilder back = Back();
        Replayed.Run(lab, "dst", back).Crosses("route",
            Crossing.In("dst", back),
            Crossing.Out("b-out", back.To(BOut).Labelled(4095, 255, 255)),
            Crossing.In("b-in", back.To(BOut).Labelled(4095, 254, 255)),
            Crossing.Out("a-out", back.To(AOut).Labelled(4095, 254, 254)),
            Crossing.In("a-in", back.To(AOut).Labelled(4095, 253, 254)),
            Crossing.Out("src", back.To(AOut)));

        // 4095 is the first chain's, 4094 its own.
        PacketBuilder udp = new PacketBuilder().Ethernet(Lab.SourceMac, Lab.DestinationMac).Ipv4("10.0.0.2", "10.0.0.1").Udp(1, 2);
        Assert.Equal(
            udp.To("02:00:00:00:01:0c").Labelled(4093, 255, 255).Build(),
            Replayed.Run(lab, "dst", udp).Output.Crossings[1].Frame);
    }

    [Fact]
    public void An_aware_function_with_one_port_in_the_middle_keeps_the_directions_apart()
    {
        foreach (string correlation in new[] { "nsh", "mpls" })
        {
            Lab lab = Chain(correlation, Lab.Usual().Function("a", correlation, A).Function("b", correlation, B).Function("c", correlation, "02:00:00:00:01:0c"), "a", "b", "c");
            Replayed replayed = Replayed.Run(lab, [InputFile.Of("src", Forth().Build()), InputFile.Of("dst", Back().Build())]);
            Assert.Equal(
                "src a a b b c c dst dst c c b b a a src".Split(' '),
                replayed.Output.Crossings.Select(crossing => crossing.Port));
        }
    }

    [Fact]
    public void The_way_back_of_unaware_functions_enters_each_by_its_egress_port()
    {
        Lab lab = Chain("nsh", Lab.Usual().Function("a", null, A, AOut).Function("b", null, B, BOut), "a", "b");
        PacketBuilder back = Back();
        Replayed.Run(lab, [InputFile.Of("dst", back.Build()), InputFile.Of("src", Forth().Build())]).Crosses("route",
            Crossing.In("dst", back),
            Crossing.Out("b-out", back.To(BOut)),
            Crossing.In("b-in", back.To(BOut)),
            Crossing.Out("a-out", back.To(AOut)),
            Crossing.In("a-in", back.To(AOut)),
            Crossing.Out("src", back.To(AOut)),
            Crossing.In("src", Forth()),
            Crossing.Out("a-in", Forth().To(A)),
            Crossing.In("a-out", Forth().To(A)),
            Crossing.Out("b-in", Forth().To(B)),
            Crossing.In("b-out", Forth().To(B)),
            Crossing.Out("dst", Forth().To(B)));
    }

    [Fact]
    public void Unaware_functions_with_one_port_are_told_apart_by_the_classifier()
    {
        Lab lab = Chain("nsh", Lab.Usual().Function("a", null, A).Function("b", null, B), "a", "b");
        Replayed replayed = Replayed.Run(lab, [InputFile.Of("src", Forth().Build()), InputFile.Of("dst", Back().Build())]);
        Assert.Equal("src a a b b dst dst b b a a src".Split(' '), replayed.Output.Crossings.Select(crossing => crossing.Port));
    }

    [Fact]
    public void With_one_port_and_a_classifier_that_takes_both_ways_a_flow_goes_on_the_way_it_was_sent()
    {
        // Rule 9: nothing in a frame from "a" or "b" says which way it goes, only what the function was last sent of that flow.
        Lab lab = Lab.Usual().Function("a", null, A).Function("b", null, B).Group("ga", ["a"]).Group("gb", ["b"])
            .Classifier("web", ("protocol", "tcp"), ("logical_source_port", "src"), ("logical_destination_port", "dst"))
            .Chain("web", 9, "nsh", ["ga", "gb"], ["web"], symmetric: true);
        foreach (int workers in new[] { 1, 3 })
        {
            Replayed replayed = Replayed.Run(
                lab, [new InputFile("src", new InputPacket(1, Forth().Build()), new InputPacket(3, Forth().Build())), new InputFile("dst", new InputPacket(2, Back().Build()))], workers);
            Assert.Equal("src a a b b dst dst b b a a src src a a b b dst".Split(' '), replayed.Output.Crossings.Select(crossing => crossing.Port));
        }
    }

    [Theory]
    [InlineData("nsh", "nsh", null)]
    [InlineData("nsh", null, null)]
    [InlineData("mpls", "mpls", null)]
    [InlineData("nsh", "nsh", "ip_src tcp_src")]
    [InlineData("nsh", null, "ip_dst tcp_dst")]
    [InlineData("mpls", "mpls", "ip_src ip_dst")]
    public void Both_directions_of_a_flow_go_to_the_same_member_of_each_group(string correlation, string? ofPairs, string? fields)
    {
        Lab lab = Lab.Usual();
        foreach (string name in new[] { "a1", "a2", "a3", "b1", "b2" })
        {
            lab.Function(name, ofPairs, $"02:00:00:00:01:{name}", $"02:00:00:00:02:{name}", weight: name == "a1" ? 3 : 1);
        }

        lab.Group("ga", ["a1", "a2", "a3"], fields?.Split(' ')).Group("gb", ["b1", "b2"], fields?.Split(' '))
            .Classifier("web", ("protocol", "tcp"), ("source_ip_prefix", "10.1.0.0/16"), ("logical_source_port", "src"), ("logical_destination_port", "dst"))
            .Chain("web", 9, correlation, ["ga", "gb"], ["web"], symmetric: true);
        PacketBuilder[] forth = [.. Enumerable.Range(0, Flows).Select(flow => Flow($"10.1.{flow % 7}.{flow}", "10.0.0.2", (ushort)(1000 + flow), (ushort)(80 + (flow % 3))))];
        PacketBuilder[] back = [.. Enumerable.Range(0, Flows).Select(flow => Flow("10.0.0.2", $"10.1.{flow % 7}.{flow}", (ushort)(80 + (flow % 3)), (ushort)(1000 + flow)))];
        Replayed replayed = Replayed.Run(lab, [InputFile.Of("src", [.. forth.Select(frame => frame.Build())]), InputFile.Of("dst", [.. back.Select(frame => frame.Build())])]);

        // Six crossings a frame; input is alternately forth and back, as the timestamps are the same.
        string[][] routes = [.. replayed.Output.Crossings.Chunk(6).Select(chunk => chunk.Select(crossing => crossing.Port).ToArray())];
        Assert.Equal(2 * Flows, routes.Length);
        HashSet<string> used = [];
        for (int flow = 0; flow < Flows; flow++)
        {
            string[] there = routes[2 * flow];
            Assert.Equal([there[4], there[3], there[2], there[1]], routes[(2 * flow) + 1][1..5]);
            used.UnionWith(there[1..5]);
        }

        // Every port of every function, unless the fields leave three flows for three members.
        Assert.True(used.Count == 10 || fields == "ip_dst tcp_dst", $"only {string.Join(' ', used)}");
        IReadOnlyList<HopCounts> hops = replayed.Counts.Hops("web");
        Assert.All(hops, hop => Assert.Equal(2 * Flows, hop.Members.Sum(member => member.Packets)));
        Assert.Equal(2 * Flows, replayed.Counts.Chain("web").Packets);
        int distinct = fields switch { null => Flows, "ip_src tcp_src" => Flows, "ip_dst tcp_dst" => 3, _ => Flows };
        Assert.All(hops, hop => Assert.Equal(distinct, hop.Members.Sum(member => member.Flows)));
    }

    private static Lab Chain(string correlation, Lab lab, params string[] functions)
    {
        foreach (string function in functions)
        {
            lab.Group("g" + function, [function]);
        }

        return lab
            .Classifier("web", ("protocol", "tcp"), ("source_ip_prefix", "10.0.0.1/32"), ("destination_port_range_min", 80), ("destination_port_range_max", 80),
                ("logical_source_port", "src"), ("logical_destination_port", "dst"))
            .Chain("web", 9, correlation, [.. functions.Select(function => "g" + function)], ["web"], symmetric: true);
    }

    private static PacketBuilder Forth() => Flow("10.0.0.1", "10.0.0.2", 1000, 80);

    private static PacketBuilder Back() => new PacketBuilder().Ethernet(Lab.SourceMac, Lab.DestinationMac).Ipv4("10.0.0.2", "10.0.0.1").Tcp(80, 1000).Payload(6);

    private static PacketBuilder Flow(string source, string destination, ushort sourcePort, ushort destinationPort) =>
        Link().Ipv4(source, destination).Tcp(sourcePort, destinationPort).Payload(6);
}
