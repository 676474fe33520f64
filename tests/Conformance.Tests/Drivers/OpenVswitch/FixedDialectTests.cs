using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Drivers.OpenVswitch;

/// <summary>
/// Frames through a real Open vSwitch that holds the fixed dialect: what the reference gets wrong, byte for byte. Port pN has
/// the addresses 02:00:00:00:00:0N and 10.0.0.N; p1 sends to p2.
/// </summary>
public sealed class FixedDialectTests
{
    private const string Nsh = """{"correlation": "nsh"}""";

    private const string Web = """
        "flow_classifiers": [
          {"name": "v4", "protocol": "tcp", "destination_port_range_min": 80, "destination_port_range_max": 80, "logical_source_port": "p1", "logical_destination_port": "p2"},
          {"name": "v6", "ethertype": "IPv6", "protocol": "tcp", "destination_port_range_min": 80, "destination_port_range_max": 80, "logical_source_port": "p1", "logical_destination_port": "p2"}],
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Unaware_functions_get_the_frame_itself(bool isIpv6)
    {
        using BridgeRig rig = new();
        await rig.InstallAsync(State(Pair("a", 3, 4), Pair("c", 7, 8)));
        AssertSent(rig.Send("p1", Packet(isIpv6)), ("p3", Packet(isIpv6, to: 3)));
        AssertSent(rig.Send("p4", Packet(isIpv6, to: 3)), ("p7", Packet(isIpv6, to: 7)));

        // A function that bridges sends it with its own address: the IP address still says where to, if a port has it.
        AssertSent(rig.Send("p8", Packet(isIpv6)), ("p2", Packet(isIpv6)));
        if (!isIpv6)
        {
            AssertSent(rig.Send("p8", Packet(isIpv6, to: 7)), ("p2", Packet(isIpv6, to: 7)));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Labels_are_chosen_behind_spread_over_and_taken_off_whatever_they_carry(bool isIpv6)
    {
        using BridgeRig rig = new();
        await rig.InstallAsync(State(Pair("a", 3, 3, "mpls") + "," + Pair("b", 4, 4, "mpls"), Pair("c", 5, 5, "mpls") + "," + Pair("d", 6, 6, "mpls")));
        HashSet<string> first = [];
        HashSet<string> second = [];
        for (ushort flow = 1000; flow < 1040; flow++)
        {
            PacketBuilder packet = Packet(isIpv6, flow);
            (string port, byte[] frame) = Assert.Single(rig.Send("p1", packet));
            first.Add(port);
            Assert.Equal(packet.To(Mac(port)).Labelled(1, 255, 255).Build(), frame);

            // Traffic class and TTL are what the function made of them, the TTL one lower.
            (port, frame) = Assert.Single(rig.Send(port, packet.To(Mac(port)).Labelled(1, 254, 200, trafficClass: 5)));
            second.Add(port);
            Assert.Equal(packet.To(Mac(port)).Labelled(1, 254, 199, trafficClass: 5).Build(), frame);
            AssertSent(rig.Send(port, packet.Labelled(1, 253, 198, trafficClass: 5)), ("p2", packet));
        }

        Assert.Equal(["p3", "p4"], first.Order());
        Assert.Equal(["p5", "p6"], second.Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nsh_goes_around_unaware_functions_and_keeps_its_contexts(bool isIpv6)
    {
        using BridgeRig rig = new();
        await rig.InstallAsync(StateOf(Nsh, Pair("a", 3, 4), Pair("c", 5, 5, "nsh"), Pair("d", 6, 6, "nsh") + "," + Pair("e", 7, 7, "nsh"), Pair("f", 8, 8)));
        PacketBuilder packet = Packet(isIpv6);
        AssertSent(rig.Send("p1", packet), ("p3", packet.To("02:00:00:00:00:03")));
        AssertSent(rig.Send("p4", packet), ("p5", packet.InNsh("02:00:00:00:00:05", 1, 254)));

        uint[] contexts = [1, 2, 3, 0xffffffff];
        PacketBuilder Marked(string to, byte index, byte ttl) => new PacketBuilder().Ethernet(to, ChainFrames.ForwarderMac).Nsh(1, index, ttl, contexts).Append(packet);
        (string port, byte[] frame) = Assert.Single(rig.Send("p5", Marked("02:00:00:00:00:05", 253, 40)));
        Assert.Contains(port, new[] { "p6", "p7" });
        Assert.Equal(Marked(Mac(port), 253, 39).Build(), frame);

        // An incoming 0 counts as 64, 1 is at its end, and an index that this function must not send goes nowhere.
        Assert.Equal(Marked(Mac(port), 253, 63).Build(), Assert.Single(rig.Send("p5", Marked("02:00:00:00:00:05", 253, 0))).Frame);
        Assert.Empty(rig.Send("p5", Marked("02:00:00:00:00:05", 253, 1)));
        Assert.Empty(rig.Send("p5", Marked("02:00:00:00:00:05", 252, 40)));
        AssertSent(rig.Send(port, Marked("02:00:00:00:00:05", 252, 40)), ("p8", packet.To("02:00:00:00:00:08")));
        AssertSent(rig.Send("p8", packet), ("p2", packet));
    }

    [Fact]
    public async Task Shares_follow_the_weights_and_weight_0_takes_none()
    {
        using BridgeRig rig = new();
        await rig.InstallAsync(State(Pair("a", 3, 3, weight: 3) + "," + Pair("b", 4, 4, weight: 1) + "," + Pair("c", 5, 5, weight: 0)));
        const int flows = 2000;
        Dictionary<string, int> taken = [];
        for (ushort flow = 1; flow <= flows; flow++)
        {
            string port = Assert.Single(rig.Send("p1", Packet(isIpv6: false, flow))).Port;
            taken[port] = taken.GetValueOrDefault(port) + 1;
        }

        Assert.Equal(["p3", "p4"], taken.Keys.Order());

        // Three standard deviations of a fair choice are 58.
        Assert.InRange(taken["p3"], (flows * 3 / 4) - 60, (flows * 3 / 4) + 60);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Both_directions_of_a_symmetric_chain_meet_the_same_member(bool isIpv6)
    {
        using BridgeRig rig = new();
        await rig.InstallAsync(StateOf("""{"symmetric": true}""", Pair("a", 3, 4) + "," + Pair("b", 5, 6)));
        HashSet<string> ways = [];
        for (ushort flow = 1; flow <= 60; flow++)
        {
            string there = Assert.Single(rig.Send("p1", Packet(isIpv6, flow))).Port;
            PacketBuilder answer = isIpv6
                ? new PacketBuilder().Ethernet("02:00:00:00:00:01", "02:00:00:00:00:02").Ipv6("2001:db8::2", "2001:db8::1").Tcp(80, flow)
                : new PacketBuilder().Ethernet("02:00:00:00:00:01", "02:00:00:00:00:02").Ipv4("10.0.0.2", "10.0.0.1").Tcp(80, flow);
            string back = Assert.Single(rig.Send("p2", answer)).Port;
            ways.Add($"{there} {back}");
        }

        // Into the function by its ingress port, and on the way back by its egress port.
        Assert.Equal(["p3 p4", "p5 p6"], ways.Order());
    }

    [Fact]
    public async Task Taps_get_whole_frames_and_the_frame_goes_on()
    {
        using BridgeRig rig = new();
        await rig.InstallAsync(StateOf(Nsh, Tap(Pair("t", 3, 3)), Group(Pair("a", 4, 4, "nsh")), Tap(Pair("u", 5, 5, "nsh")), Group(Pair("c", 6, 6))));
        PacketBuilder packet = Packet(isIpv6: false);
        AssertSent(rig.Send("p1", packet), ("p3", packet), ("p4", packet.InNsh("02:00:00:00:00:04", 1, 255)));

        // Behind the last of two hops comes the index of the end, then that of the first tap, then that of the second.
        AssertSent(rig.Send("p4", packet.InNsh("02:00:00:00:00:04", 1, 254, ttl: 62)),
            ("p5", packet.InNsh("02:00:00:00:00:05", 1, 251, ttl: 61)), ("p6", packet.To("02:00:00:00:00:06")));
        Assert.Empty(rig.Send("p5", packet.InNsh("02:00:00:00:00:05", 1, 251)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("nsh")]
    public async Task Of_a_frame_that_an_empty_group_drops_only_the_copy_is_left(string? correlation)
    {
        using BridgeRig rig = new();
        await rig.InstallAsync(StateOf(Nsh, Group(Pair("a", 3, 3, correlation)), Tap(Pair("t", 5, 5, "nsh")), Group(""), Group(Pair("c", 4, 4, "nsh"))));
        rig.Switch.OpenFlow(BridgeRig.Bridge, "add-flow", "table=0,priority=0,actions=output:102");
        PacketBuilder packet = Packet(isIpv6: false);
        Assert.Equal(["p5"], rig.Send("p3", correlation is null ? packet : packet.InNsh("02:00:00:00:00:03", 1, 254)).Select(sent => sent.Port));
    }

    [Fact]
    public async Task Metadata_types_that_nobody_knows_are_dropped()
    {
        using BridgeRig rig = new();
        await rig.InstallAsync(StateOf(Nsh, Pair("a", 3, 3, "nsh"), Pair("b", 4, 4, "nsh")));
        PacketBuilder packet = Packet(isIpv6: false);
        foreach (byte type in Enumerable.Range(0, 16).Select(type => (byte)type))
        {
            PacketBuilder frame = new PacketBuilder().Ethernet("02:00:00:00:00:03").Nsh(1, 254, 63, null, nsh => nsh with { MdType = type, LengthWords = 6 }).Append(packet);
            Assert.Equal(type is 1 or 2 ? ["p4"] : [], rig.Send("p3", frame).Select(sent => sent.Port));
        }
    }

    [Fact]
    public async Task Headers_from_either_port_of_a_tap_are_looked_at_where_the_chain_goes_both_ways()
    {
        using BridgeRig rig = new();
        await rig.InstallAsync(StateOf("""{"correlation": "nsh", "symmetric": true}""", Tap(Pair("t", 5, 6, "nsh")), Group(Pair("a", 3, 4, "nsh"))));
        rig.Switch.OpenFlow(BridgeRig.Bridge, "add-flow", "table=0,priority=0,actions=output:102");
        foreach (string port in new[] { "p5", "p6" })
        {
            Assert.Empty(rig.Send(port, Packet(isIpv6: false).InNsh("02:00:00:00:00:02", 1, 255)));
            AssertSent(rig.Send(port, Packet(isIpv6: false)), ("p2", Packet(isIpv6: false)));
        }
    }

    [Theory]
    [InlineData("drop", "")]
    [InlineData("skip", "p4")]
    [InlineData("leave", "p2")]
    public async Task Empty_groups_do_what_they_say(string onEmpty, string port)
    {
        using BridgeRig rig = new();
        await rig.InstallAsync(State(Group(Pair("a", 3, 3)), Group("", $"\"on_empty\": \"{onEmpty}\","), Group(Pair("c", 4, 4, "mpls"))));
        IReadOnlyList<(string Port, byte[] Frame)> sent = rig.Send("p3", Packet(isIpv6: false));
        Assert.Equal(port, string.Join(' ', sent.Select(one => one.Port)));
        if (onEmpty == "skip")
        {
            // Every group counts, empty or not: the third hop is spoken to with 253.
            Assert.Equal(Packet(isIpv6: false, to: 4).Labelled(1, 253, 253).Build(), sent[0].Frame);
        }
    }

    [Fact]
    public async Task What_is_in_no_chain_is_left_to_the_flows_that_were_there()
    {
        using BridgeRig rig = new();
        await rig.InstallAsync(StateOf(Nsh, Pair("a", 3, 3, "nsh")));
        rig.Switch.OpenFlow(BridgeRig.Bridge, "add-flow", "table=0,priority=0,actions=output:102");
        PacketBuilder other = Packet(isIpv6: false).Change<TcpLayer>(tcp => tcp with { DestinationPort = 81 });
        AssertSent(rig.Send("p1", other), ("p2", other));
        PacketBuilder arp = new PacketBuilder().Ethernet("ff:ff:ff:ff:ff:ff").Arp(1, "02:00:00:00:00:01", "10.0.0.1");
        AssertSent(rig.Send("p1", arp), ("p2", arp));

        // A function may send messages of its own, but nothing with a header that nobody expects.
        AssertSent(rig.Send("p3", other), ("p2", other));
        Assert.Empty(rig.Send("p3", other.Labelled(1, 254, 9)));

        // From anybody else a header is not looked at.
        AssertSent(rig.Send("p1", Packet(isIpv6: false).Labelled(1, 254, 9)), ("p2", Packet(isIpv6: false).Labelled(1, 254, 9)));
    }

    private static PacketBuilder Packet(bool isIpv6, ushort flow = 4000, int? to = null)
    {
        PacketBuilder link = new PacketBuilder().Ethernet($"02:00:00:00:00:0{to ?? 2}", "02:00:00:00:00:01");
        return (isIpv6 ? link.Ipv6("2001:db8::1", "2001:db8::2") : link.Ipv4("10.0.0.1", "10.0.0.2")).Tcp(flow, 80).Payload(20);
    }

    private static string Mac(string port) => $"02:00:00:00:00:0{port[1..]}";

    private static void AssertSent(IReadOnlyList<(string Port, byte[] Frame)> sent, params (string Port, PacketBuilder Frame)[] expected) =>
        Assert.Equal(
            expected.Select(one => (one.Port, Convert.ToHexString(one.Frame.Build()))),
            sent.OrderBy(one => one.Port).Select(one => (one.Port, Convert.ToHexString(one.Frame))));

    private static string State(params string[] groups) => StateOf("""{"correlation": "mpls"}""", groups);

    private static string StateOf(string parameters, params string[] groups)
    {
        string[] written = [.. groups.Select(group => group.StartsWith("group", StringComparison.Ordinal) ? group : Group(group))];
        string[] pairs = [.. written.Select(group => group.Split('|')[2]).Where(pair => pair.Length > 0)];
        string[] named = [.. written.Select((group, index) => $$"""{"name": "g{{index}}", {{group.Split('|')[1]}} "port_pairs": [{{string.Join(",", Names(group.Split('|')[2]))}}]}""")];
        return $$"""
            {{Web}}
            "port_pairs": [{{string.Join(",", pairs)}}],
            "port_pair_groups": [{{string.Join(",", named)}}],
            "port_chains": [{"name": "chain", "chain_id": 1, "chain_parameters": {{parameters}}, "flow_classifiers": ["v4", "v6"], "port_pair_groups": [{{string.Join(",", named.Select((_, index) => $"\"g{index}\""))}}]}]
            """;
    }

    private static string Group(string pairs, string more = "") => $"group|{more}|{pairs}";

    private static string Tap(string pair) => Group(pair, "\"tap_enabled\": true,");

    private static IEnumerable<string> Names(string pairs) =>
        pairs.Split("\"name\": ", StringSplitOptions.None).Skip(1).Select(rest => rest.Split(',')[0]);

    private static string Pair(string name, int ingress, int egress, string? correlation = null, int weight = 1)
    {
        string aware = correlation is null ? "null" : $"\"{correlation}\"";
        return $$"""{"name": "{{name}}", "ingress": "p{{ingress}}", "egress": "p{{egress}}", "service_function_parameters": {"correlation": {{aware}}, "weight": {{weight}} } }""";
    }
}
