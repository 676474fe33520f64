using NetworkingSfc.Benchmarks.Dataplane;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Dataplane.Workers.WarmUp;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.WorkCount.Tests;

/// <summary>
/// What one packet of 64 bytes causes to be done, exactly, whatever the machine. A number here changes only together with a
/// design; ports of memory copy once on receive and once on transmit.
/// </summary>
public sealed class PacketWorkTests
{
    private const string Source = "02:00:00:00:00:aa";
    private const int SecondFunction = 5;
    private const int Flows = 64;
    private const int FrameBytes = 64;
    private const int NshBytes = EthernetHeader.LengthBytes + NshHeader.MdType1LengthBytes;
    private const int LabelBytes = MplsLabelEntry.LengthBytes;

    // A line of the flow table to find no tag, another look for the place, and one more for a free one.
    private static readonly Work _newFlow = new() { FlowBuckets = 3, Hashes = 1, TableEntries = 1 };

    // A line of tags and the line of the entry; no rule, no hash, no member, nothing read twice.
    private static readonly Work _recalled = new() { FlowBuckets = 1, FlowEntries = 1 };

    [Theory]
    [InlineData("Plain", 0, 0, 0)]
    [InlineData("Nsh", 1, NshBytes, NshBytes)]
    [InlineData("Mpls", 2, EthernetHeader.LengthBytes + LabelBytes, LabelBytes)]
    public void A_known_flow_costs_two_lines_of_the_flow_table(string kind, int headerCopies, int headerBytes, int longer)
    {
        using CountedEngine engine = new(Chain(10_000, kind));
        byte[][] frames = Frames(Flows);
        engine.Take(OneHopChain.SourcePort, frames);
        engine.Take(OneHopChain.SourcePort, frames);
        Work work = engine.Take(OneHopChain.SourcePort, frames);
        Assert.Equal(Flows, engine.Sent.Count);
        Assert.Equal(_recalled with { Copies = 2 + headerCopies, CopiedBytes = (2 * FrameBytes) + headerBytes + longer }, work);
    }

    [Fact]
    public void The_second_packet_of_a_flow_costs_one_line_more_to_keep_its_place()
    {
        using CountedEngine engine = new(Chain(100, "Plain"));
        byte[][] frames = Frames(Flows);
        engine.Take(OneHopChain.SourcePort, frames);
        Assert.Equal(InMemory(_recalled with { FlowBuckets = 2 }), engine.Take(OneHopChain.SourcePort, frames));
    }

    [Theory]
    [InlineData(1, 0, 0, 1)]
    [InlineData(100, 2, 1, 0)]
    [InlineData(10_000, 3, 1, 0)]
    public void A_new_flow_asks_the_rules_once(int rules, int nodes, int blocks, int wideRules)
    {
        using CountedEngine engine = new(Chain(rules, "Plain"));
        Work work = engine.Take(OneHopChain.SourcePort, Frames(Flows));
        Assert.Equal(Flows, engine.Sent.Count);
        Assert.Equal(InMemory(_newFlow with { Nodes = nodes, Blocks = blocks, WideRules = wideRules }), work);
    }

    [Fact]
    public void A_connection_that_opens_again_is_decided_anew_in_its_old_place()
    {
        using CountedEngine engine = new(Chain(100, "Plain"));
        byte[][] frames = Frames(Flows, TcpControl.Syn);
        engine.Take(OneHopChain.SourcePort, frames);
        Assert.Equal(InMemory(_newFlow with { FlowBuckets = 2, FlowEntries = 2, Nodes = 2, Blocks = 1 }), engine.Take(OneHopChain.SourcePort, frames));
    }

    // The first window of lookups tells that nobody comes twice.
    [Fact]
    public void Of_a_flood_of_new_flows_only_one_in_eight_makes_a_place()
    {
        using CountedEngine engine = new(Chain(100, "Plain"));
        byte[][] frames = Frames(3_072);
        engine.Take(OneHopChain.SourcePort, frames[..1_024]);
        engine.Take(OneHopChain.SourcePort, frames[1_024..2_048]);
        Work work = engine.Take(OneHopChain.SourcePort, frames[2_048..]);

        // So many flows that two may have one tag in one bucket: the table's seed is another each time.
        Assert.InRange(work.FlowBuckets, 1 + (2m / 8), 1.26m);
        Assert.InRange(work.FlowEntries, 0, 0.01m);
        Assert.Equal(InMemory(_newFlow with { FlowBuckets = work.FlowBuckets, FlowEntries = work.FlowEntries, Nodes = 2, Blocks = 1 }), work);
    }

    // The path's place is one entry of a table. The full parser reads the frame, and in an NSH the inner one too.
    [Theory]
    [InlineData("Nsh", NshBytes, 2)]
    [InlineData("Mpls", LabelBytes, 1)]
    public void Transit_costs_a_look_at_the_paths_and_copies_nothing_more(string kind, int headerBytes, int parses)
    {
        using CountedEngine engine = new(TwoHops(kind));
        (int port, byte[][] frames) = FromFunction(engine, kind);
        engine.Take(port, frames);
        engine.Take(port, frames);
        Work work = engine.Take(port, frames);
        Assert.All(engine.Sent, sent => Assert.Equal(SecondFunction, sent.Port));
        Assert.Equal(frames.Length, engine.Sent.Count);
        Assert.Equal(_recalled with { Parses = parses, TableEntries = 1, Copies = 2, CopiedBytes = 2 * (FrameBytes + headerBytes) }, work);
    }

    // The path, and the port that has the address: a function of MPLS has changed the MAC address, so there the IP address too.
    [Theory]
    [InlineData("Nsh", NshBytes, 2, 2, 0, 0)]
    [InlineData("Mpls", LabelBytes, 1, 3, 1, EthernetHeader.LengthBytes)]
    public void The_end_of_the_path_takes_the_header_off_where_it_stands(
        string kind, int headerBytes, int parses, int tableEntries, int moves, int movedBytes)
    {
        using CountedEngine engine = new(Chain(100, kind));
        (int port, byte[][] frames) = FromFunction(engine, kind);
        Work work = engine.Take(port, frames);
        Assert.All(engine.Sent, sent => Assert.Equal(OneHopChain.SourcePort, sent.Port));
        Assert.Equal(frames.Length, engine.Sent.Count);
        Assert.Equal(
            new Work
            {
                Parses = parses,
                TableEntries = tableEntries,
                Copies = 2 + moves,
                CopiedBytes = (2 * FrameBytes) + headerBytes + movedBytes,
            },
            work);
    }

    [Fact]
    public void A_fragment_looks_at_two_sets_of_the_datagrams_and_its_flow_is_known()
    {
        using CountedEngine engine = new(Chain(100, "Plain"));
        byte[][] firsts = [.. Enumerable.Range(0, Flows).Select(datagram => Fragment(datagram, 0))];
        byte[][] laters = [.. Enumerable.Range(0, Flows).Select(datagram => Fragment(datagram, 32))];

        // Two sets of eight to look for it, both again for the one with more room, and a hash that tells which they are.
        Work first = engine.Take(OneHopChain.SourcePort, firsts);
        Assert.Equal(InMemory(_newFlow with { Parses = 1, Hashes = 2, Nodes = 2, Blocks = 1, TableEntries = 1 + 32 }, firsts[0].Length), first);
        Work later = engine.Take(OneHopChain.SourcePort, laters);
        Assert.Equal(2 * Flows, firsts.Length + engine.Sent.Count);
        Assert.InRange(later.TableEntries, 1, 16);
        Assert.Equal(InMemory(_recalled with { FlowBuckets = 2, Parses = 1, Hashes = 1, TableEntries = later.TableEntries }, laters[0].Length), later);
    }

    // What is in no chain is not remembered, so the rules say no each time.
    [Fact]
    public void A_packet_in_no_chain_looks_for_its_port_and_before_that_asks_the_rules_where_there_are_some()
    {
        using CountedEngine engine = new(Chain(50, "Plain"));
        byte[][] back = [.. Frames(100)[50..]];
        Assert.Equal(InMemory(new Work { TableEntries = 1 }), engine.Take(1, back));
        Assert.All(engine.Sent, sent => Assert.Equal(OneHopChain.SourcePort, sent.Port));

        byte[][] there = [.. Frames(100, destination: "02:00:00:00:01:01")[50..]];
        engine.Take(OneHopChain.SourcePort, there);
        Assert.Equal(InMemory(new Work { FlowBuckets = 1, TableEntries = 1, Nodes = 1, Blocks = 1 }), engine.Take(OneHopChain.SourcePort, there));
        Assert.All(engine.Sent, sent => Assert.Equal(1, sent.Port));
        Assert.Equal(there.Length, engine.Sent.Count);
    }

    [Fact]
    public void A_tap_costs_one_copy_of_the_frame_and_a_member_of_its_own()
    {
        SteeringDefinition plain = Chain(100, "Plain");
        TapDefinition tap = new(0, ServiceIndex.Initial, plain.Paths[0].Hops[0]);
        using CountedEngine engine = new(plain with { Paths = [plain.Paths[0] with { Taps = [tap] }] });
        Work work = engine.Take(OneHopChain.SourcePort, Frames(Flows));
        Assert.Equal(2 * Flows, engine.Sent.Count);

        // In, to the copy, and out twice. The copy has the headers of its frame, which the full parser reads for it.
        Assert.Equal(_newFlow with { Nodes = 2, Blocks = 1, Parses = 1, Hashes = 2, TableEntries = 2, Copies = 4, CopiedBytes = 4 * FrameBytes }, work);
    }

    // The source is also the destination: a frame that has left the chain goes back to it.
    private static SteeringDefinition Chain(int rules, string kind)
    {
        SteeringDefinition definition = OneHopChain.Define(rules, Enum.Parse<EncapsulationKind>(kind));
        return definition with { Ports = [definition.Ports[0] with { Addresses = [new PortAddress(0xac10_0001, IsIpv6: false)] }, .. definition.Ports[1..]] };
    }

    // Another function behind those of the first hop.
    private static SteeringDefinition TwoHops(string kind)
    {
        SteeringDefinition one = Chain(100, kind);
        return one with
        {
            Ports = [.. one.Ports, new PortDefinition(0, new MacAddress(0x0200_0000_0105), [], 0, RuleTable: -1)],
            Groups = [.. one.Groups, new GroupDefinition(HashFields.FiveTuple, [new MemberDefinition(SecondFunction, 1, SecondFunction, SecondFunction)])],
            Paths =
            [
                one.Paths[0] with
                {
                    Hops = [.. one.Paths[0].Hops, new HopDefinition(1, Enum.Parse<EncapsulationKind>(kind), [4])],
                    ChainPorts = [.. one.Paths[0].ChainPorts, SecondFunction],
                },
            ],
        };
    }

    // What one function of the first hop returns.
    private static (int Port, byte[][] Frames) FromFunction(CountedEngine engine, string kind)
    {
        engine.Take(OneHopChain.SourcePort, Frames(Flows));
        IGrouping<int, byte[]> function = engine.Sent.GroupBy(sent => sent.Port, sent => sent.Frame).First();
        byte[][] frames = [.. function];
        Array.ForEach(frames, frame => WarmUpFrames.Return(frame, Enum.Parse<EncapsulationKind>(kind)));
        return (function.Key, frames);
    }

    private static Work InMemory(Work work, int frameBytes = FrameBytes) => work with { Copies = 2, CopiedBytes = 2 * frameBytes };

    private static byte[][] Frames(int count, TcpControl flags = TcpControl.Ack, string destination = Source) =>
        [.. Enumerable.Range(0, count).Select(flow => Ip(flow, destination).Tcp((ushort)(1_024 + flow), (ushort)(2_000 + (flow % 100)), flags).Payload(10).Build())];

    private static byte[] Fragment(int datagram, ushort offset)
    {
        PacketBuilder ip = Ip(datagram, Source, ip => ip with { Identification = (ushort)datagram, FragmentOffsetBytes = offset, MoreFragments = offset == 0, Protocol = IpProtocol.Tcp });
        return offset == 0 ? ip.Tcp((ushort)(1_024 + datagram), 2_000, TcpControl.Ack).Payload(12).Build() : ip.Payload(32).Build();
    }

    private static PacketBuilder Ip(int flow, string destination, Func<Ipv4Layer, Ipv4Layer>? change = null) =>
        new PacketBuilder().Ethernet(destination).Ipv4($"10.0.{flow >> 8}.{flow & 0xff}", "172.16.0.1", change: change);
}
