using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tests.Ports;
using NetworkingSfc.Dataplane.Tests.Steering;
using NetworkingSfc.Dataplane.Tests.Workers;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Encapsulation.Nsh;

/// <summary>RFC 8300 and decisions 1 to 3 and 7, on a chain of NSH, NSH, plain.</summary>
public sealed class NshEncapsulationTests : IDisposable
{
    private static readonly TestChain _chain = TestChain.Of(EncapsulationKind.Nsh, EncapsulationKind.Nsh, EncapsulationKind.Plain);

    private readonly TestEngine _engine = new(_chain.Definition());

    public static TheoryData<string, Func<NshLayer, NshLayer>, DropReason> Refused => new()
    {
        { "TTL 1 is used up", nsh => nsh with { TimeToLive = 1 }, DropReason.TtlExceeded },
        { "version 1", nsh => nsh with { Version = 1 }, DropReason.NshVersion },
        { "version 3", nsh => nsh with { Version = 3 }, DropReason.NshVersion },
        { "MD type 0", nsh => nsh with { MdType = 0 }, DropReason.NshMdType },
        { "MD type 3", nsh => nsh with { MdType = 3 }, DropReason.NshMdType },
        { "MD type 15", nsh => nsh with { MdType = 15 }, DropReason.NshMdType },
        { "MD type 1 of 20 bytes", nsh => nsh with { Metadata = new byte[12] }, DropReason.NshMdType },
        { "MD type 1 of 28 bytes", nsh => nsh with { Metadata = new byte[20] }, DropReason.NshMdType },
        { "MD type 1 of length 0", nsh => nsh with { LengthWords = 0 }, DropReason.NshMdType },
        { "MD type 2 of length 0", nsh => nsh with { MdType = 2, LengthWords = 0 }, DropReason.Malformed },
        { "MD type 2 of length 1", nsh => nsh with { MdType = 2, LengthWords = 1 }, DropReason.Malformed },
        { "MD type 2 longer than the frame", nsh => nsh with { MdType = 2, LengthWords = 63 }, DropReason.Malformed },
        { "next protocol IPv4", nsh => nsh with { NextProtocol = 1 }, DropReason.NshNextProtocol },
        { "next protocol IPv6", nsh => nsh with { NextProtocol = 2 }, DropReason.NshNextProtocol },
        { "next protocol NSH", nsh => nsh with { NextProtocol = 4 }, DropReason.NshNextProtocol },
        { "next protocol 0", nsh => nsh with { NextProtocol = 0 }, DropReason.NshNextProtocol },
        { "O bit", nsh => nsh with { Oam = true }, DropReason.NshOam },
        { "index not lowered", nsh => nsh with { ServiceIndex = 255 }, DropReason.UnknownPath },
        { "index of the hop after the next", nsh => nsh with { ServiceIndex = 253 }, DropReason.UnknownPath },
        { "index 0", nsh => nsh with { ServiceIndex = 0 }, DropReason.UnknownPath },
        { "path of nobody", nsh => nsh with { ServicePathId = TestChain.PathId + 1 }, DropReason.UnknownPath },
        { "path 0", nsh => nsh with { ServicePathId = 0 }, DropReason.UnknownPath },
    };

    public void Dispose() => _engine.Dispose();

    [Theory]
    [MemberData(nameof(Refused))]
    public void Header_that_the_first_function_may_not_send_is_dropped(string what, Func<NshLayer, NshLayer> change, DropReason reason)
    {
        Assert.NotEmpty(what);
        _engine.AssertDropped(_chain.Output(1), FromFirstFunction().Change(change).Build(), reason);
    }

    [Theory]
    [InlineData(0, 63)]
    [InlineData(2, 1)]
    [InlineData(32, 31)]
    [InlineData(63, 62)]
    public void Time_to_live_is_lowered_and_written_back(byte received, byte sent)
    {
        SentFrame frame = _engine.Forward(_chain.Output(1), FromFirstFunction().Change<NshLayer>(nsh => nsh with { TimeToLive = received }).Build());

        Assert.Equal(_chain.Input(2), frame.Port);
        byte[] expected = FromFirstFunction()
            .Change<NshLayer>(nsh => nsh with { TimeToLive = sent })
            .Change<EthernetLayer>(outer => outer with { Destination = TestChain.Mac(_chain.Input(2)), Source = TestChain.ForwarderMac })
            .Build();
        PacketAssert.Equal(expected, frame.Bytes, $"TTL {received}");
    }

    [Fact]
    public void Metadata_and_unassigned_bits_of_md_type_1_pass_unchanged()
    {
        PacketBuilder sent = FromFirstFunction(nsh => nsh with { Unassigned = 0x1f, Metadata = Enumerable.Range(1, 16).Select(i => (byte)i).ToArray() });

        AssertReaddressed(sent, _engine.Forward(_chain.Output(1), sent.Build()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(16)]
    [InlineData(244)]
    public void Md_type_2_passes_unchanged_whatever_its_length(int metadataBytes)
    {
        PacketBuilder sent = FromFirstFunction(nsh => nsh with
        {
            MdType = 2,
            Unassigned = 0x15,
            Metadata = Enumerable.Range(0, metadataBytes).Select(i => (byte)(i + 7)).ToArray(),
        });

        AssertReaddressed(sent, _engine.Forward(_chain.Output(1), sent.Build()));
    }

    [Fact]
    public void Md_type_2_is_removed_at_its_own_length()
    {
        PacketBuilder sent = Outer(_chain.Output(2)).NshMdType2(TestChain.PathId, 253, new byte[20]).Append(TestFrame.Ipv4.Original());

        SentFrame frame = _engine.Forward(_chain.Output(2), sent.Build());

        Assert.Equal(_chain.Input(3), frame.Port);
        byte[] expected = TestFrame.Ipv4.Bare(TestChain.Mac(_chain.Input(3)), TestChain.Mac(TestChain.Source)).Build();
        PacketAssert.Equal(expected, frame.Bytes, "the inner frame, to a function that knows no NSH");
    }

    [Fact]
    public void Right_header_from_another_function_is_dropped()
    {
        _engine.AssertDropped(_chain.Output(2), FromFirstFunction().Build(), DropReason.UnknownPath);
    }

    [Fact]
    public void Label_from_a_function_that_speaks_nsh_is_dropped()
    {
        byte[] labelled = TestFrame.Ipv4.Labelled(TestChain.Mac(0), TestChain.Mac(_chain.Output(1)), TestChain.Label(2), ttl: 254).Build();

        _engine.AssertDropped(_chain.Output(1), labelled, DropReason.UnknownPath);
    }

    [Fact]
    public void Header_in_a_tagged_outer_frame_is_read()
    {
        PacketBuilder sent = new PacketBuilder().Ethernet(TestChain.ForwarderMac, TestChain.Mac(_chain.Output(1))).Vlan(5)
            .Nsh(TestChain.PathId, 254).Append(TestFrame.Ipv4.Original());

        SentFrame frame = _engine.Forward(_chain.Output(1), sent.Build());

        Assert.Equal(_chain.Input(2), frame.Port);
    }

    // Every cut up to the end of the inner Ethernet header; behind that the rest of the inner frame is nobody's business.
    [Fact]
    public void Every_truncation_up_to_the_inner_ethernet_header_is_malformed()
    {
        byte[] whole = FromFirstFunction().Build();
        const int InnerEthernetEnd = 14 + 24 + 14;
        for (int length = 0; length < InnerEthernetEnd; length++)
        {
            _engine.AssertDropped(_chain.Output(1), whole[..length], DropReason.Malformed);
        }

        Assert.Equal(_chain.Input(2), _engine.Forward(_chain.Output(1), whole[..InnerEthernetEnd]).Port);
    }

    [Fact]
    public void Inner_frame_of_any_kind_is_carried_to_functions_that_speak_nsh()
    {
        PacketBuilder arp = new PacketBuilder().Ethernet("ff:ff:ff:ff:ff:ff", TestChain.Mac(0)).Arp(1, TestChain.Mac(0), "10.0.0.1", targetIp: "10.0.0.2");
        PacketBuilder sent = Outer(_chain.Output(1)).Nsh(TestChain.PathId, 254).Append(arp);

        AssertReaddressed(sent, _engine.Forward(_chain.Output(1), sent.Build()));
    }

    [Theory]
    [InlineData(TestChain.Source)]
    [InlineData(TestChain.Uplink)]
    public void From_a_port_that_no_nsh_function_sends_from_the_header_is_not_read(int port)
    {
        // Right path and index, TTL used up: it would be dropped if anybody looked.
        byte[] frame = new PacketBuilder().Ethernet(TestChain.Mac(TestChain.Destination), TestChain.Mac(port))
            .Nsh(TestChain.PathId, 254, ttl: 1).Append(TestFrame.Ipv4.Original()).Build();

        SentFrame sent = _engine.Forward(port, frame);

        Assert.Equal(TestChain.Destination, sent.Port);
        PacketAssert.Equal(frame, sent.Bytes, "switched as it is");
        Assert.Equal(0, _engine.Counters.Entered[0].Packets);
    }

    [Fact]
    public void Frame_without_nsh_from_an_nsh_function_is_switched_as_its_own()
    {
        byte[] frame = TestFrame.Ipv4.Bare(TestChain.Mac(TestChain.Destination), TestChain.Mac(_chain.Output(1))).Build();

        SentFrame sent = _engine.Forward(_chain.Output(1), frame);

        Assert.Equal(TestChain.Destination, sent.Port);
        PacketAssert.Equal(frame, sent.Bytes, "switched as it is");
    }

    [Fact]
    public void Path_ids_of_24_bits_are_written_and_read()
    {
        TestChain chain = _chain with { IsSymmetric = true };
        using TestEngine engine = new(chain.Definition());

        // The reverse path: into each function by its egress port, highest hop first.
        byte[] back = TestFrame.Ipv4.Bare(TestChain.Mac(TestChain.Source), TestChain.Mac(TestChain.Destination)).Build();
        SentFrame atThird = engine.Forward(TestChain.Destination, back);
        Assert.Equal(chain.Output(3), atThird.Port);
        SentFrame atSecond = engine.Forward(chain.Input(3), atThird.Bytes);

        Assert.Equal(chain.Output(2), atSecond.Port);
        byte[] expected = new PacketBuilder().Ethernet(TestChain.Mac(chain.Output(2)), TestChain.ForwarderMac)
            .Nsh(TestChain.ReversePathId, 254)
            .Append(TestFrame.Ipv4.Bare(TestChain.Mac(chain.Output(3)), TestChain.Mac(TestChain.Destination))).Build();
        PacketAssert.Equal(expected, atSecond.Bytes, "reverse path");
    }

    private static PacketBuilder Outer(int port) => new PacketBuilder().Ethernet(TestChain.ForwarderMac, TestChain.Mac(port));

    private static PacketBuilder FromFirstFunction(Func<NshLayer, NshLayer>? change = null) =>
        Outer(_chain.Output(1)).Nsh(TestChain.PathId, 254, change: change).Append(TestFrame.Ipv4.Original());

    private static void AssertReaddressed(PacketBuilder sent, SentFrame frame)
    {
        Assert.Equal(_chain.Input(2), frame.Port);
        byte[] expected = sent
            .Change<NshLayer>(nsh => nsh with { TimeToLive = 62 })
            .Change<EthernetLayer>(outer => outer with { Destination = TestChain.Mac(_chain.Input(2)), Source = TestChain.ForwarderMac })
            .Build();
        PacketAssert.Equal(expected, frame.Bytes, "only TTL and outer addresses change");
    }
}
