using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Fragments;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tests.Ports;
using NetworkingSfc.Dataplane.Tests.Steering;
using NetworkingSfc.Dataplane.Tests.Steering.Model;
using NetworkingSfc.Dataplane.Tests.Workers;
using NetworkingSfc.Dataplane.Tracing;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Tracing;

/// <summary>A record says what the stages decided: for each verdict, for drops, copies, answers and fragments.</summary>
public sealed class TraceRecordTests
{
    public static TheoryData<EncapsulationKind, EncapsulationKind> Kinds
    {
        get
        {
            TheoryData<EncapsulationKind, EncapsulationKind> rows = [];
            foreach (EncapsulationKind first in Enum.GetValues<EncapsulationKind>())
            {
                foreach (EncapsulationKind second in Enum.GetValues<EncapsulationKind>())
                {
                    rows.Add(first, second);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_crossing_of_a_path_has_its_record(EncapsulationKind first, EncapsulationKind second)
    {
        TestChain chain = TestChain.Of(first, second);
        using TracedEngine traced = new(chain.Definition());
        byte[] frame = TestFrame.Tagged.Original().Build();

        byte[] atFirst = AssertSent(traced, 1, TestChain.Source, frame, Verdict.Deliver, new TracePlace(TestChain.PathId, 0, 2), Member(1), chain.Input(1));
        byte[] atSecond = AssertSent(
            traced, 2, chain.Output(1), TestFunction.Return(atFirst, first), Verdict.Deliver, new TracePlace(TestChain.PathId, 1, 2), Member(2), chain.Input(2));
        AssertSent(
            traced, 3, chain.Output(2), TestFunction.Return(atSecond, second), Verdict.EndOfPath, new TracePlace(TestChain.PathId, 2, 2), null, TestChain.Destination);
    }

    [Fact]
    public void A_frame_in_no_chain_has_no_place_and_of_a_long_one_the_beginning_is_kept()
    {
        using TracedEngine traced = new(TestChain.Of(EncapsulationKind.Nsh).Definition());
        byte[] frame = Link().Ipv4("10.0.0.9", TestChain.Ipv4(TestChain.Destination)).Udp(1, 2).Payload(1_000).Build();
        AssertSent(traced, 1, TestChain.Uplink, frame, Verdict.Switch, null, null, TestChain.Destination);
    }

    [Fact]
    public void Drops_have_their_reason_and_how_far_the_frame_came()
    {
        TestChain chain = new(new TestHop(EncapsulationKind.Nsh, 1), new TestHop(EncapsulationKind.Mpls, 1), new TestHop(EncapsulationKind.Plain, 0));
        SteeringDefinition definition = chain.Definition();
        using TracedEngine traced = new(definition, unattached: [TestChain.Uplink]);
        byte[] frame = TestFrame.Ipv4.Original().Build();
        byte[] atFirst = traced.Cross(TestChain.Source, frame).Sent[0].Bytes;
        byte[] returned = TestFunction.Return([.. atFirst], EncapsulationKind.Nsh);
        byte[] atSecond = traced.Cross(chain.Output(1), returned).Sent[0].Bytes;
        byte[] lastTtl = [.. returned];
        (lastTtl[14], lastTtl[15]) = ((byte)(returned[14] & 0xf0), (byte)((returned[15] & 0x3f) | 0x40));

        AssertDropped(traced, TestChain.Source, frame[..10], DropReason.Malformed, null, null);
        AssertDropped(traced, TestChain.Source, frame, DropReason.CapturedShort, null, null, wireLength: frame.Length + 1);
        AssertDropped(traced, chain.Output(1), atFirst, DropReason.UnknownPath, null, null);
        AssertDropped(traced, chain.Output(1), lastTtl, DropReason.TtlExceeded, null, null);
        AssertDropped(traced, chain.Output(2), TestFunction.Return(atSecond, EncapsulationKind.Mpls), DropReason.GroupEmpty, new TracePlace(TestChain.PathId, 2, 3), null);
        AssertDropped(traced, TestChain.Source, Link("02:00:00:00:99:99").Arp(2, TestChain.Mac(TestChain.Source), "10.0.0.1", TestChain.Mac(TestChain.Destination), "10.0.9.9").Build(), DropReason.PortNotAttached, null, TestChain.Uplink);

        traced.Engine.Port(chain.Input(1)).Room = 0;
        AssertDropped(traced, TestChain.Source, frame, DropReason.TxQueueFull, new TracePlace(TestChain.PathId, 0, 3), chain.Input(1));
    }

    [Fact]
    public void A_copy_and_its_original_are_one_packet_with_two_records()
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Plain, EncapsulationKind.Nsh);
        int tapPort = chain.Definition().Ports.Length;
        using TracedEngine traced = new(WithTap(chain, EncapsulationKind.Nsh));
        (TraceRecord[] records, SentFrame[] sent) = traced.Cross(TestChain.Source, TestFrame.Ipv6.Original().Build());

        Assert.Equal([(1, TraceEffect.Copy, tapPort), (1, TraceEffect.Packet, chain.Input(1))], records.Select(record => (record.Packet, record.Effect, record.OutputPort!.Value)));
        Assert.Equal([(UInt128)77, Member(1)!.Value], records.Select(record => record.Member!.Value));
        Assert.Equal(sent.Select(frame => Convert.ToHexString(frame.Bytes)), records.Select(record => Convert.ToHexString(record.Sent!.Bytes.Span)));
    }

    [Fact]
    public void A_copy_without_a_buffer_is_recorded_as_dropped_and_the_packet_as_sent()
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Plain, EncapsulationKind.Nsh);
        using TracedEngine traced = new(WithTap(chain, EncapsulationKind.Plain), slotCount: PacketBatch.Capacity);
        for (int frame = 0; frame < PacketBatch.Capacity; frame++)
        {
            traced.Engine.Inject(TestChain.Source, TestFrame.Ipv4.Original().Build());
        }

        traced.Engine.Run();
        TraceRecord[] records = traced.Read();
        Assert.Equal(PacketBatch.Capacity, records.Count(record => record is { Effect: TraceEffect.Copy, Reason: DropReason.NoBuffer }));
        Assert.Equal(PacketBatch.Capacity, records.Count(record => record is { Effect: TraceEffect.Packet, Verdict: Verdict.Deliver }));
        Assert.Equal(PacketBatch.Capacity, records.Select(record => record.Packet).Distinct().Count());
    }

    [Fact]
    public void An_answer_stands_behind_the_packet_that_did_not_fit()
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Nsh);
        SteeringDefinition definition = chain.Definition();
        definition = definition with { Ports = definition.Ports.SetItem(chain.Input(1), definition.Ports[chain.Input(1)] with { MtuBytes = 200 }) };
        using TracedEngine traced = new(definition);
        byte[] frame = Link().Ipv4(TestChain.Ipv4(TestChain.Source), TestChain.Ipv4(TestChain.Destination), change: ip => ip with { DontFragment = true }).Udp(1, 2).Payload(400).Build();
        (TraceRecord[] records, SentFrame[] sent) = traced.Cross(TestChain.Source, frame);

        Assert.Equal([(1, TraceEffect.Packet, Verdict.Drop, DropReason.TooLong), (1, TraceEffect.Answer, Verdict.EndOfPath, DropReason.None)],
            records.Select(record => (record.Packet, record.Effect, record.Verdict, record.Reason)));
        Assert.Equal([chain.Input(1), TestChain.Source], records.Select(record => record.OutputPort!.Value));
        Assert.Equal(new TracePlace(TestChain.PathId, 0, 1), records[0].Place);
        Assert.All(records, record => PacketAssert.Equal(Beginning(frame), record.Received.Bytes.ToArray(), "received"));
        PacketAssert.Equal(Beginning(sent[0].Bytes), records[1].Sent!.Bytes.ToArray(), "answer");
    }

    [Fact]
    public void Fragments_are_recorded_when_they_are_let_go_or_given_up()
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Plain);
        using TracedEngine traced = new(chain.Definition());
        byte[] later = Fragment(id: 1, 64).Payload(64).Build();
        byte[] never = Fragment(id: 2, 64).Payload(64).Build();
        Assert.Empty(traced.Cross(TestChain.Source, later).Records);
        (TraceRecord[] records, _) = traced.Cross(TestChain.Source, Fragment(id: 1, 0).Udp(1, 2).Payload(56).Build());
        Assert.Equal([1, 2], records.Select(record => record.Packet));
        PacketAssert.Equal(later, records[1].Received.Bytes.ToArray(), "the later one as it came");
        Assert.Equal([chain.Input(1), chain.Input(1)], records.Select(record => record.OutputPort!.Value));

        Assert.Empty(traced.Cross(TestChain.Source, never).Records);
        traced.Engine.Worker.GiveUpHeld();
        TraceRecord given = Assert.Single(traced.Read());
        Assert.Equal((3, Verdict.Drop, DropReason.FragmentUnmatched), (given.Packet, given.Verdict, given.Reason));
        PacketAssert.Equal(never, given.Received.Bytes.ToArray(), "the one given up");
    }

    [Fact]
    public void On_random_traffic_every_frame_sent_and_every_drop_has_its_record()
    {
        int records = 0;
        for (int seed = 0; seed < LongRun.Scale(1_000); seed++)
        {
            Random random = new(seed);
            SteeringDefinition definition = RandomDefinition.Make(random);
            RandomFrames frames = new(definition, random);
            using TracedEngine traced = new(definition);
            for (int number = 0; number < 100; number++)
            {
                (int port, FrameSpec spec) = frames.Next();
                byte[] frame = spec.Bytes();
                long[] before = traced.Engine.Counters.Dropped.ToArray();
                (TraceRecord[] found, SentFrame[] sent) = traced.Cross(port, frame);
                string what = $"seed {seed}, frame {number} into port {port}: {spec}";

                Assert.True(found.All(record => record.IngressPort == port && record.Received.Bytes.Span.SequenceEqual(Beginning(frame))), what);
                Assert.Equal(sent.Select(one => $"{one.Port} {Convert.ToHexString(Beginning(one.Bytes))} {one.Member >= 0}"),
                    found.Where(record => record.Verdict != Verdict.Drop).Select(record => $"{record.OutputPort} {Convert.ToHexString(record.Sent!.Bytes.Span)} {record.Member is not null}"));
                Assert.Equal(
                    DropReasonCatalog.All.Select(entry => traced.Engine.Dropped(entry.Reason) - before[(int)entry.Reason]),
                    DropReasonCatalog.All.Select(entry => (long)found.Count(record => record.Reason == entry.Reason)));
                records += found.Length;
            }

            Assert.Equal((0L, 100), (traced.Trace.End.NotRecorded, traced.Trace.End.Packets));
        }

        Assert.True(records > 0, "nothing was recorded");
    }

    // Gives the bytes that were sent.
    private static byte[] AssertSent(
        TracedEngine traced, int number, int from, byte[] frame, Verdict verdict, TracePlace? place, UInt128? member, int to)
    {
        (TraceRecord[] records, SentFrame[] sent) = traced.Cross(from, frame);
        TraceRecord record = Assert.Single(records);
        SentFrame one = Assert.Single(sent);
        Assert.Equal(
            (number, TraceEffect.Packet, from, verdict, DropReason.None, place, member, (int?)to, one.Port),
            (record.Packet, record.Effect, record.IngressPort, record.Verdict, record.Reason, record.Place, record.Member, record.OutputPort, to));
        Assert.Equal((frame.Length, one.Bytes.Length), (record.Received.Length, record.Sent!.Length));
        PacketAssert.Equal(Beginning(frame), record.Received.Bytes.ToArray(), "received");
        PacketAssert.Equal(Beginning(one.Bytes), record.Sent!.Bytes.ToArray(), "sent");
        Assert.InRange(DateTime.UnixEpoch.AddTicks(record.TimeNanoseconds / 100), DateTime.UtcNow.AddMinutes(-1), DateTime.UtcNow);
        return one.Bytes;
    }

    private static void AssertDropped(TracedEngine traced, int from, byte[] frame, DropReason reason, TracePlace? place, int? port, int? wireLength = null)
    {
        (TraceRecord[] records, SentFrame[] sent) = traced.Cross(from, frame, wireLength);
        Assert.Empty(sent);
        TraceRecord record = Assert.Single(records);
        Assert.Equal((from, Verdict.Drop, reason, place, port), (record.IngressPort, record.Verdict, record.Reason, record.Place, record.OutputPort));
        PacketAssert.Equal(Beginning(frame), record.Received.Bytes.ToArray(), $"received, {reason}");
    }

    private static byte[] Beginning(byte[] frame) => frame[..Math.Min(frame.Length, TraceBytes.Most)];

    private static UInt128? Member(int hop) => ((UInt128)(uint)hop << 64) + 1;

    private static PacketBuilder Link(string? destination = null) => new PacketBuilder().Ethernet(destination ?? TestChain.Mac(TestChain.Destination), TestChain.Mac(TestChain.Source));

    private static PacketBuilder Fragment(ushort id, ushort offset) =>
        Link().Ipv4("10.0.0.1", "10.0.0.2", protocol: 17, change: ip => ip with { Identification = id, FragmentOffsetBytes = offset, MoreFragments = true });

    // The chain with a tap of its own port before the first hop.
    internal static SteeringDefinition WithTap(TestChain chain, EncapsulationKind wants)
    {
        SteeringDefinition definition = chain.Definition();
        int tapPort = definition.Ports.Length;
        PortDefinition port = definition.Ports[^1] with { Mac = new(0x0200_0000_00aa), Addresses = [], RuleTable = -1 };
        GroupDefinition group = new(default, [new MemberDefinition(77, 1, tapPort, tapPort)]);
        TapDefinition tap = new(0, new ServiceIndex(252), new HopDefinition(definition.Groups.Length, wants, [chain.FunctionCount]));
        return definition with
        {
            Ports = [.. definition.Ports, port],
            Groups = [.. definition.Groups, group],
            Paths = [definition.Paths[0] with { Taps = [tap] }],
        };
    }
}
