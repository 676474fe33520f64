using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using Xunit;
using static NetworkingSfc.Conformance.Tests.Chains.ChainFrames;

namespace NetworkingSfc.Conformance.Tests.Switching;

/// <summary>Rule 1: where a frame goes that is in no chain or has ended its path.</summary>
public sealed class SwitchingTests
{
    private const string A = "02:00:00:00:01:0a";
    private const string B = "02:00:00:00:01:0b";
    private const string Nobody = "02:00:00:00:ff:ff";

    [Fact]
    public void The_port_with_the_mac_address_is_first()
    {
        PacketBuilder frame = Ip(Lab.UplinkMac, "10.0.0.2");
        Replayed.Run(Lab.Usual(), "src", frame).Crosses("route", Crossing.In("src", frame), Crossing.Out("up", frame));
    }

    [Theory]
    [InlineData("10.0.0.2", "dst")]
    [InlineData("10.0.0.9", "up")]
    [InlineData("2001:db8::2", "dst")]
    [InlineData("2001:db8::9", "up")]
    public void Without_one_the_port_with_the_ip_address_then_the_uplink(string address, string port)
    {
        PacketBuilder frame = Ip(Nobody, address);
        PacketBuilder tagged = new PacketBuilder().Ethernet(Nobody, Lab.SourceMac).Vlan(3).Append(Ip(Nobody, address).Without<NetworkingSfc.Testing.Frames.EthernetLayer>());
        Replayed.Run(Lab.Usual(), "src", frame, tagged).Crosses("route",
            Crossing.In("src", frame), Crossing.Out(port, frame), Crossing.In("src", tagged), Crossing.Out(port, tagged));
    }

    [Fact]
    public void Without_all_three_there_is_no_destination()
    {
        Lab lab = Lab.Usual().Change(root => root["uplinks"]!.AsObject().Clear());
        Replayed.Run(lab, "src", Ip(Nobody, "10.0.0.9")).Crosses("route", Crossing.In("src", Ip(Nobody, "10.0.0.9"))).Drops("no_destination=1");
    }

    [Fact]
    public void No_destination_address_is_special()
    {
        // Broadcast, multicast, spanning tree and zero: not flooded, not eaten; the uplink gets them.
        foreach (string mac in new[] { "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "01:80:c2:00:00:00", "00:00:00:00:00:00" })
        {
            PacketBuilder frame = Ip(mac, "10.0.0.9");
            Replayed replayed = Replayed.Run(Lab.Usual(), "src", frame);
            replayed.Crosses(mac, Crossing.In("src", frame), Crossing.Out("up", frame));
            Assert.Equal(0, replayed.Counts.Generated);
        }
    }

    [Fact]
    public void No_step_chooses_the_port_the_frame_came_from()
    {
        // By MAC it is its own, by IP that of "dst"; then by IP its own; then the uplink its own.
        Replayed.Run(Lab.Usual(), "src", Ip(Lab.SourceMac, "10.0.0.2")).Crosses("mac", Crossing.In("src", Ip(Lab.SourceMac, "10.0.0.2")), Crossing.Out("dst", Ip(Lab.SourceMac, "10.0.0.2")));
        Replayed.Run(Lab.Usual(), "src", Ip(Nobody, "10.0.0.1")).Crosses("ip", Crossing.In("src", Ip(Nobody, "10.0.0.1")), Crossing.Out("up", Ip(Nobody, "10.0.0.1")));
        Replayed.Run(Lab.Usual(), "up", Ip(Nobody, "10.0.0.9")).Crosses("uplink", Crossing.In("up", Ip(Nobody, "10.0.0.9"))).Drops("no_destination=1");
    }

    [Fact]
    public void The_network_is_that_of_the_port_the_frame_came_from()
    {
        // The other network has the same MAC and IP addresses on other ports.
        Lab lab = Lab.Usual().Network("other").Port("src2", Lab.SourceMac, ["10.0.0.1"], "other").Port("dst2", Lab.DestinationMac, ["10.0.0.2"], "other");
        Replayed.Run(lab, [InputFile.Of("src", Ip(Lab.DestinationMac, "10.0.0.9").Build()), InputFile.Of("src2", Ip(Lab.DestinationMac, "10.0.0.9").Build(), Ip(Nobody, "10.0.0.2").Build(), Ip(Lab.UplinkMac, "10.0.0.9").Build())])
            .Crosses("route",
                Crossing.In("src", Ip(Lab.DestinationMac, "10.0.0.9")), Crossing.Out("dst", Ip(Lab.DestinationMac, "10.0.0.9")),
                Crossing.In("src2", Ip(Lab.DestinationMac, "10.0.0.9")), Crossing.Out("dst2", Ip(Lab.DestinationMac, "10.0.0.9")),
                Crossing.In("src2", Ip(Nobody, "10.0.0.2")), Crossing.Out("dst2", Ip(Nobody, "10.0.0.2")),
                Crossing.In("src2", Ip(Lab.UplinkMac, "10.0.0.9")))
            .Drops("no_destination=1");
    }

    [Fact]
    public void Behind_the_last_function_the_network_is_that_functions()
    {
        Lab lab = Lab.Usual().Network("other").Port("dst2", "02:00:00:00:00:22", ["10.0.0.2"], "other").Uplink("other", "dst2")
            .Function("a", null, A, "02:00:00:00:02:0a", "other").WebChain(3, "nsh", "a");
        Replayed.Run(lab, "src", Web()).Crosses("route",
            Crossing.In("src", Web()), Crossing.Out("a-in", Web().To(A)), Crossing.In("a-out", Web().To(A)), Crossing.Out("dst2", Web().To(A)));
    }

    [Fact]
    public void A_frame_past_its_path_never_goes_to_a_port_of_its_chain_by_any_step()
    {
        // The uplink and the port with the IP address are functions' ports of the chain: of another member too.
        Lab lab = Lab.Usual().Function("a", null, A).Port("spare", B, ["10.0.0.7"]).Pair("spare", null, "spare", "spare", weight: 0)
            .Group("g", ["a", "spare"]).Classifier("web", ("protocol", "tcp"), ("logical_source_port", "src")).Chain("web", 1, "nsh", ["g"], ["web"])
            .Uplink("lan", "spare");
        PacketBuilder frame = Ip(B, "10.0.0.7");
        Replayed.Run(lab, "src", frame).Crosses("route", Crossing.In("src", frame), Crossing.Out("a", frame.To(A)), Crossing.In("a", frame.To(A))).Drops("no_destination=1");

        // A frame in no chain may: it is delivered there and ends there.
        PacketBuilder udp = Link().To(B).Ipv4("10.0.0.1", "10.0.0.7").Udp(1, 2);
        Replayed.Run(lab, "src", udp).Crosses("udp", Crossing.In("src", udp), Crossing.Out("spare", udp)).Drops("");
    }

    [Fact]
    public void The_inner_destination_that_is_still_the_first_functions_does_not_make_a_loop()
    {
        Lab lab = Lab.Usual().Function("a", null, A).Function("b", "nsh", B).WebChain(3, "nsh", "a", "b");
        PacketBuilder toA = Ip(Lab.DestinationMac, "10.0.0.9").To(A);
        Replayed.Run(lab, "src", Ip(Lab.DestinationMac, "10.0.0.9")).Crosses("route",
            Crossing.In("src", Ip(Lab.DestinationMac, "10.0.0.9")),
            Crossing.Out("a", toA), Crossing.In("a", toA), Crossing.Out("b", toA.InNsh(B, 3, 254)), Crossing.In("b", toA.InNsh(B, 3, 253)), Crossing.Out("up", toA));
    }

    [Fact]
    public void A_frame_that_does_not_fit_the_network_is_not_sent()
    {
        // 1500 bytes fit behind the Ethernet header and any tags; what we add counts.
        Lab lab = Lab.Usual().Change(root => root["networks"]![0]!["mtu"] = 1500).Function("a", "mpls", A).WebChain(3, "mpls", "a");
        PacketBuilder Sized(int ipBytes, ushort port) => Link().Vlan(1).Ipv4("10.0.0.1", "10.0.0.2").Tcp(1, port).Payload(new byte[ipBytes - 40]);
        Replayed replayed = Replayed.Run(lab, "src", Sized(1500, 81), Sized(1501, 81), Sized(1496, 80), Sized(1497, 80)).Drops("too_long=2");
        Assert.Equal(["src 4 0", "dst 0 2", "up 0 0", "a 1 1"], replayed.Counts.Ports);

        // A network of which no MTU is given has no limit.
        Assert.Equal("", Replayed.Run(Lab.Usual(), "src", Sized(9000, 81)).Counts.Dropped);
    }

    private static PacketBuilder Ip(string mac, string address) => address.Contains(':', StringComparison.Ordinal)
        ? new PacketBuilder().Ethernet(mac, Lab.SourceMac).Ipv6("2001:db8::1", address).Tcp(1, 80)
        : new PacketBuilder().Ethernet(mac, Lab.SourceMac).Ipv4("10.0.0.1", address).Tcp(1, 80);
}
