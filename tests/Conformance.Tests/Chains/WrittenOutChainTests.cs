using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;
using static NetworkingSfc.Conformance.Tests.Chains.ChainFrames;

namespace NetworkingSfc.Conformance.Tests.Chains;

/// <summary>Whole routes with every header written out by hand, so that no rule of a test can be wrong together with its expectation.</summary>
public sealed class WrittenOutChainTests
{
    private const string A = "02:00:00:00:01:0a";
    private const string B = "02:00:00:00:01:0b";
    private const string C = "02:00:00:00:01:0c";

    [Fact]
    public void Nsh_aware_then_unaware_then_nsh_aware_with_a_vlan_tag()
    {
        Lab lab = Lab.Usual().Function("a", "nsh", A).Function("b", null, B, "02:00:00:00:02:0b").Function("c", "nsh", C)
            .WebChain(0x1234, "nsh", "a", "b", "c");
        PacketBuilder body = new PacketBuilder().Vlan(100).Ipv4("10.0.0.1", "10.0.0.2").Tcp(1111, 80).Payload(8);
        PacketBuilder frame = new PacketBuilder().Ethernet("02:00:00:00:00:02", "02:00:00:00:00:01").Append(body);
        PacketBuilder toB = new PacketBuilder().Ethernet(B, "02:00:00:00:00:01").Append(body);
        PacketBuilder outerA = new PacketBuilder().Ethernet(A, "02:00:5e:00:53:01");
        PacketBuilder outerC = new PacketBuilder().Ethernet(C, "02:00:5e:00:53:01");

        Replayed.Run(lab, "src", frame).Crosses("route",
            Crossing.In("src", frame),
            Crossing.Out("a", outerA.Nsh(0x1234, 255, ttl: 63).Append(frame)),
            Crossing.In("a", outerA.Nsh(0x1234, 254, ttl: 63).Append(frame)),
            Crossing.Out("b-in", toB),
            Crossing.In("b-out", toB),
            Crossing.Out("c", outerC.Nsh(0x1234, 253, ttl: 63).Append(toB)),
            Crossing.In("c", outerC.Nsh(0x1234, 252, ttl: 63).Append(toB)),
            Crossing.Out("dst", toB));
    }

    [Fact]
    public void Nsh_aware_functions_in_a_row_keep_one_header_whose_ttl_falls()
    {
        Lab lab = Lab.Usual().Function("a", "nsh", A).Function("b", "nsh", B).WebChain(1, "nsh", "a", "b");
        PacketBuilder frame = Web();

        Replayed.Run(lab, "src", frame).Crosses("route",
            Crossing.In("src", frame),
            Crossing.Out("a", new PacketBuilder().Ethernet(A, ForwarderMac).Nsh(1, 255, ttl: 63).Append(frame)),
            Crossing.In("a", new PacketBuilder().Ethernet(A, ForwarderMac).Nsh(1, 254, ttl: 63).Append(frame)),
            Crossing.Out("b", new PacketBuilder().Ethernet(B, ForwarderMac).Nsh(1, 254, ttl: 62).Append(frame)),
            Crossing.In("b", new PacketBuilder().Ethernet(B, ForwarderMac).Nsh(1, 253, ttl: 62).Append(frame)),
            Crossing.Out("dst", frame));
    }

    [Fact]
    public void Mpls_aware_twice_then_unaware_with_a_vlan_tag()
    {
        Lab lab = Lab.Usual().Function("a", "mpls", A).Function("b", "mpls", B).Function("c", null, C).WebChain(4095, "mpls", "a", "b", "c");
        PacketBuilder ip = new PacketBuilder().Ipv4("10.0.0.1", "10.0.0.2").Tcp(1111, 80).Payload(8);
        PacketBuilder To(string mac) => new PacketBuilder().Ethernet(mac, "02:00:00:00:00:01").Vlan(100, priority: 3);

        Replayed.Run(lab, "src", To("02:00:00:00:00:02").Append(ip)).Crosses("route",
            Crossing.In("src", To("02:00:00:00:00:02").Append(ip)),
            Crossing.Out("a", To(A).Mpls((4095 << 8) | 255, ttl: 255).Append(ip)),
            Crossing.In("a", To(A).Mpls((4095 << 8) | 254, ttl: 255).Append(ip)),
            Crossing.Out("b", To(B).Mpls((4095 << 8) | 254, ttl: 254).Append(ip)),
            Crossing.In("b", To(B).Mpls((4095 << 8) | 253, ttl: 254).Append(ip)),
            Crossing.Out("c", To(C).Append(ip)),
            Crossing.In("c", To(C).Append(ip)),
            Crossing.Out("dst", To(C).Append(ip)));
    }

    [Fact]
    public void Unaware_then_mpls_aware_starts_with_label_and_ttl_of_the_second_hop()
    {
        Lab lab = Lab.Usual().Function("a", null, A).Function("b", "mpls", B).WebChain(7, "mpls", "a", "b");
        PacketBuilder ip = new PacketBuilder().Ipv4("10.0.0.1", "10.0.0.2").Tcp(1111, 80);
        PacketBuilder To(string mac) => new PacketBuilder().Ethernet(mac, "02:00:00:00:00:01");

        Replayed.Run(lab, "src", To(Lab.DestinationMac).Append(ip)).Crosses("route",
            Crossing.In("src", To(Lab.DestinationMac).Append(ip)),
            Crossing.Out("a", To(A).Append(ip)),
            Crossing.In("a", To(A).Append(ip)),
            Crossing.Out("b", To(B).Mpls((7 << 8) | 254, ttl: 254).Append(ip)),
            Crossing.In("b", To(B).Mpls((7 << 8) | 253, ttl: 254).Append(ip)),
            Crossing.Out("dst", To(B).Append(ip)));
    }

    [Fact]
    public void The_state_of_the_specification_runs_unchanged()
    {
        Assert.SkipUnless(Repository.HasShared, $"no folder {Repository.Shared}");
        string json = File.ReadAllText(Path.Combine(Repository.Shared, "spec", "state-example.json"));
        using WorkFolder folder = new();
        InputFile.Of("src", Web().Build()).WriteTo(folder["in.pcap"]);
        using StringWriter text = new();
        using StringWriter error = new();
        int status = Sfc.Replay.ReplayCommand.Run(
            folder.Write("state.json", json), ["src=" + folder["in.pcap"]], folder["out.pcapng"], json: true, workers: 1, text, error);

        Assert.True(status == 0, error.ToString());
        OutputCapture output = OutputCapture.Read(folder["out.pcapng"]);
        Assert.Equal(["src", "dst", "fw1", "fw2", "ids1"], output.Interfaces);
        string firewall = output.Crossings[1].Port;
        Assert.StartsWith("fw", firewall, StringComparison.Ordinal);
        string mac = firewall == "fw1" ? "02:00:00:00:01:01" : "02:00:00:00:01:02";
        PacketBuilder toIds = Web().To("02:00:00:00:02:01");
        Crossing.AssertSame(
            [
                Crossing.In("src", Web()),
                Crossing.Out(firewall, Web().InNsh(mac, 7, 255)),
                Crossing.In(firewall, Web().InNsh(mac, 7, 254)),
                Crossing.Out("ids1", toIds),
                Crossing.In("ids1", toIds),
                Crossing.Out("dst", toIds),
            ],
            output.Crossings, "state-example.json");
    }
}
