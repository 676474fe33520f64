using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tests.Ports;
using NetworkingSfc.Dataplane.Tests.Steering;
using NetworkingSfc.Dataplane.Tests.Workers;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Encapsulation.Mpls;

/// <summary>Decisions 1 to 5 and 8, on a chain of MPLS, MPLS, plain.</summary>
public sealed class MplsEncapsulationTests : IDisposable
{
    private static readonly TestChain _chain = TestChain.Of(EncapsulationKind.Mpls, EncapsulationKind.Mpls, EncapsulationKind.Plain);

    private readonly TestEngine _engine = new(_chain.Definition());

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 0)]
    [InlineData(2, 1)]
    public void Time_to_live_0_and_1_are_used_up_also_when_the_label_would_be_removed(int hop, byte timeToLive)
    {
        _engine.AssertDropped(_chain.Output(hop), FromFunction(hop, timeToLive: timeToLive).Build(), DropReason.TtlExceeded);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(64)]
    [InlineData(255)]
    public void Time_to_live_is_lowered_and_traffic_class_kept(byte timeToLive)
    {
        SentFrame sent = _engine.Forward(_chain.Output(1), FromFunction(1, timeToLive: timeToLive, trafficClass: 5).Build());

        Assert.Equal(_chain.Input(2), sent.Port);
        byte[] expected = TestFrame.Tagged
            .Labelled(TestChain.Mac(_chain.Input(2)), TestChain.Mac(_chain.Output(1)), TestChain.Label(2), (byte)(timeToLive - 1), trafficClass: 5).Build();
        PacketAssert.Equal(expected, sent.Bytes, $"TTL {timeToLive}");
    }

    public static TheoryData<string, uint> WrongLabels => new()
    {
        { "label not lowered", TestChain.Label(1) },
        { "label of the hop after the next", TestChain.Label(3) },
        { "index 0", TestChain.PathId << 8 },
        { "path of nobody", TestChain.Label(2, TestChain.PathId + 1) },
        { "label 0", 0 },
        { "highest label", 0xfffff },
    };

    [Theory]
    [MemberData(nameof(WrongLabels))]
    public void Label_that_the_first_function_may_not_send_is_dropped(string what, uint label)
    {
        Assert.NotEmpty(what);
        _engine.AssertDropped(_chain.Output(1), FromFunction(1).Change<MplsLayer>(mpls => mpls with { Label = label }).Build(), DropReason.UnknownPath);
    }

    [Fact]
    public void Right_label_from_another_function_is_dropped()
    {
        _engine.AssertDropped(_chain.Output(2), FromFunction(1).Build(), DropReason.UnknownPath);
    }

    [Fact]
    public void Nsh_from_a_function_that_speaks_mpls_is_dropped()
    {
        byte[] nsh = new PacketBuilder().Ethernet(TestChain.ForwarderMac, TestChain.Mac(_chain.Output(1)))
            .Nsh(TestChain.PathId, 254).Append(TestFrame.Ipv4.Original()).Build();

        _engine.AssertDropped(_chain.Output(1), nsh, DropReason.UnknownPath);
    }

    [Fact]
    public void Every_truncation_up_to_the_first_byte_behind_the_label_is_malformed()
    {
        byte[] whole = TestFrame.Ipv4.Labelled(TestChain.Mac(0), TestChain.Mac(_chain.Output(1)), TestChain.Label(2), ttl: 254).Build();
        const int LabelEnd = 14 + 4;
        for (int length = 0; length <= LabelEnd; length++)
        {
            _engine.AssertDropped(_chain.Output(1), whole[..length], DropReason.Malformed);
        }

        Assert.Equal(_chain.Input(2), _engine.Forward(_chain.Output(1), whole[..(LabelEnd + 1)]).Port);
    }

    [Fact]
    public void Label_over_something_that_is_not_ip_cannot_be_removed()
    {
        byte[] frame = new PacketBuilder().Ethernet(TestChain.Mac(0), TestChain.Mac(_chain.Output(2)))
            .Mpls(TestChain.Label(3), ttl: 9).Payload(new byte[60]).Build();

        _engine.AssertDropped(_chain.Output(2), frame, DropReason.Malformed);
    }

    [Fact]
    public void Label_over_another_label_is_removed_and_the_other_stays()
    {
        PacketBuilder Stack(string destination, params uint[] labels) =>
            labels.Aggregate(new PacketBuilder().Ethernet(destination, TestChain.Mac(_chain.Output(2))), (frame, label) => frame.Mpls(label, ttl: label == 77 ? (byte)3 : (byte)9))
                .Ipv4("10.0.0.1", "10.0.0.2").Udp(1, 2);

        SentFrame sent = _engine.Forward(_chain.Output(2), Stack(TestChain.Mac(0), TestChain.Label(3), 77).Build());

        Assert.Equal(_chain.Input(3), sent.Port);
        PacketAssert.Equal(Stack(TestChain.Mac(_chain.Input(3)), 77).Build(), sent.Bytes, "the inner label stays");
    }

    [Fact]
    public void Label_with_the_upstream_ethertype_is_read_too()
    {
        byte[] frame = FromFunction(1).Change<MplsLayer>(mpls => mpls with { EtherType = 0x8848 }).Build();

        Assert.Equal(_chain.Input(2), _engine.Forward(_chain.Output(1), frame).Port);
    }

    [Theory]
    [InlineData(0x8847)]
    [InlineData(0x8848)]
    public void From_a_port_that_no_mpls_function_sends_from_the_label_is_not_read(ushort etherType)
    {
        byte[] frame = TestFrame.Ipv4.Labelled(TestChain.Mac(TestChain.Destination), TestChain.Mac(0), TestChain.Label(2), ttl: 1)
            .Change<MplsLayer>(mpls => mpls with { EtherType = etherType }).Build();

        SentFrame sent = _engine.Forward(TestChain.Source, frame);

        Assert.Equal(TestChain.Destination, sent.Port);
        PacketAssert.Equal(frame, sent.Bytes, "switched as it is");
        Assert.Equal(0, _engine.Counters.Entered[0].Packets);
    }

    [Fact]
    public void Labelled_frame_in_no_chain_is_not_switched_by_the_address_behind_the_label()
    {
        byte[] frame = TestFrame.Ipv4.Labelled("02:00:00:00:99:99", TestChain.Mac(0), label: 5, ttl: 9).Build();

        Assert.Equal(TestChain.Uplink, _engine.Forward(TestChain.Source, frame).Port);
    }

    [Fact]
    public void Frame_without_a_label_from_an_mpls_function_is_switched_as_its_own()
    {
        byte[] frame = TestFrame.Ipv4.Bare(TestChain.Mac(TestChain.Source), TestChain.Mac(_chain.Output(1))).Build();

        SentFrame sent = _engine.Forward(_chain.Output(1), frame);

        Assert.Equal(TestChain.Source, sent.Port);
        PacketAssert.Equal(frame, sent.Bytes, "switched as it is");
    }

    [Theory]
    [InlineData("ARP")]
    [InlineData("another label")]
    [InlineData("LLC")]
    [InlineData("NSH")]
    public void What_nsh_carried_and_a_label_cannot_is_dropped_as_not_ip(string inner)
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Nsh, EncapsulationKind.Mpls);
        using TestEngine engine = new(chain.Definition());
        PacketBuilder ethernet = new PacketBuilder().Ethernet(TestChain.Mac(1), TestChain.Mac(0));
        PacketBuilder frame = inner switch
        {
            "ARP" => ethernet.Arp(1, TestChain.Mac(0), "10.0.0.1"),
            "another label" => ethernet.Mpls(5).Ipv4("10.0.0.1", "10.0.0.2").Udp(1, 2),
            "LLC" => ethernet.Snap().Ipv4("10.0.0.1", "10.0.0.2").Udp(1, 2),
            _ => ethernet.Nsh(1, 1).Append(TestFrame.Ipv4.Original()),
        };

        byte[] sent = new PacketBuilder().Ethernet(TestChain.ForwarderMac, TestChain.Mac(chain.Output(1)))
            .Nsh(TestChain.PathId, 254).Append(frame).Build();

        engine.AssertDropped(chain.Output(1), sent, DropReason.NotIp);
    }

    private static PacketBuilder FromFunction(int hop, byte timeToLive = 254, byte trafficClass = 0) => TestFrame.Tagged
        .Labelled(TestChain.Mac(_chain.Input(hop)), TestChain.Mac(_chain.Output(hop)), TestChain.Label(hop + 1), timeToLive, trafficClass);
}
