using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Tests.Ports;
using NetworkingSfc.Dataplane.Tests.Steering;
using NetworkingSfc.Dataplane.Tests.Workers;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Encapsulation.Plain;

/// <summary>The SFC proxy: functions that know no encapsulation, told apart by port and classifier alone.</summary>
public sealed class PlainEncapsulationTests
{
    private static readonly TestChain _chain = TestChain.Of(EncapsulationKind.Plain, EncapsulationKind.Plain);

    [Fact]
    public void Nothing_but_the_destination_address_changes()
    {
        using TestEngine engine = new(_chain.Definition());
        PacketBuilder odd = TestFrame.Tagged.Original()
            .Change<Ipv4Layer>(ip => ip with { TimeToLive = 1, HeaderChecksum = 0xdead, TypeOfService = 0xff })
            .Trailer(1, 2, 3, 4);

        SentFrame sent = engine.Forward(TestChain.Source, odd.Build());

        Assert.Equal(_chain.Input(1), sent.Port);
        byte[] expected = odd.Change<EthernetLayer>(ethernet => ethernet with { Destination = TestChain.Mac(_chain.Input(1)) }).Build();
        PacketAssert.Equal(expected, sent.Bytes, "TTL, checksum, tags and trailer as received");
    }

    [Fact]
    public void Function_that_returns_a_frame_no_rule_matches_has_taken_it_out_of_the_chain()
    {
        TestChain chain = _chain with { Rules = [new(0x0800) { DestinationPorts = (443, 443) }] };
        using TestEngine engine = new(chain.Definition());
        byte[] rewritten = TestFrame.Ipv4.Original().Change<TcpLayer>(tcp => tcp with { DestinationPort = 80 }).Build();

        SentFrame sent = engine.Forward(chain.Output(1), rewritten);

        Assert.Equal(TestChain.Destination, sent.Port);
        PacketAssert.Equal(rewritten, sent.Bytes, "switched as it is");
    }

    [Fact]
    public void Entering_is_counted_at_the_classifier_and_not_behind_functions()
    {
        using TestEngine engine = new(_chain.Definition());
        byte[] frame = TestFrame.Ipv4.Original().Build();

        SentFrame atFirst = engine.Forward(TestChain.Source, frame);
        SentFrame atSecond = engine.Forward(_chain.Output(1), atFirst.Bytes);
        engine.Forward(_chain.Output(2), atSecond.Bytes);

        Assert.Equal(1, engine.Counters.Entered[0].Packets);
        Assert.Equal(frame.Length, engine.Counters.Entered[0].Bytes);
    }

    [Fact]
    public void Function_with_one_port_for_both_ways_works_the_same()
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Plain, EncapsulationKind.Nsh);
        Dataplane.Steering.SteeringDefinition definition = chain.Definition();
        int port = chain.Input(1);
        definition = definition with
        {
            Groups = definition.Groups.SetItem(0, definition.Groups[0] with { Members = [definition.Groups[0].Members[0] with { OutputPort = port }] }),
            Ports = definition.Ports.SetItem(port, definition.Ports[port] with { RuleTable = definition.Ports[chain.Output(1)].RuleTable }),
        };
        using TestEngine engine = new(definition);

        SentFrame atFirst = engine.Forward(TestChain.Source, TestFrame.Ipv6.Original().Build());
        SentFrame atSecond = engine.Forward(port, atFirst.Bytes);

        Assert.Equal(port, atFirst.Port);
        Assert.Equal(chain.Input(2), atSecond.Port);
        byte[] expected = new PacketBuilder().Ethernet(TestChain.Mac(chain.Input(2)), TestChain.ForwarderMac).Nsh(TestChain.PathId, 254)
            .Append(TestFrame.Ipv6.Bare(TestChain.Mac(port), TestChain.Mac(TestChain.Source))).Build();
        PacketAssert.Equal(expected, atSecond.Bytes, "second hop");
    }
}
