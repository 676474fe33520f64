using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Tests.Steering;
using NetworkingSfc.Dataplane.Tests.Workers;
using NetworkingSfc.Dataplane.Tracing;
using NetworkingSfc.Dataplane.Workers;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Tracing;

/// <summary>Which packets a trace takes, how it ends, and what it never does: wait, or allocate on a worker.</summary>
public sealed class PacketTraceTests
{
    private static readonly TestChain _chain = TestChain.Of(EncapsulationKind.Nsh, EncapsulationKind.Mpls) with { Rules = [new(0x0800)] };

    /// <summary>A filter, and which of the frames of <see cref="Cross"/> it finds.</summary>
    public static TheoryData<string, TraceFilter, string> Filters => new()
    {
        { "anything", new TraceFilter(), "v4 first second v6 arp" },
        { "a port", new TraceFilter { IngressPort = TestChain.Source }, "v4 v6 arp" },
        { "a family", Of(new FlowRule(0x0800)), "v4 first second" },
        { "either family", Of(new FlowRule(0x0800), new FlowRule(0x86dd)), "v4 first second v6" },
        { "a protocol", Of(new FlowRule(0x0800) { Protocol = 17 }, new FlowRule(0x86dd) { Protocol = 17 }), "v6" },
        { "a source", Of(new FlowRule(0x0800) { Source = new AddressPrefix(0x0a00_0000, 24) }), "v4 first second" },
        { "another source", Of(new FlowRule(0x0800) { Source = new AddressPrefix(0x0a00_0100, 24) }), "" },
        { "a destination", Of(new FlowRule(0x0800) { Destination = new AddressPrefix(0x0a00_0002, 32) }), "v4 first second" },
        { "a source port", Of(new FlowRule(0x0800) { SourcePorts = (40_000, 40_000) }), "v4 first second" },
        { "a destination port", Of(new FlowRule(0x86dd) { DestinationPorts = (400, 500) }), "v6" },
        { "another port", Of(new FlowRule(0x0800) { DestinationPorts = (80, 80) }), "" },
        { "a path", new TraceFilter { Paths = [TestChain.PathId] }, "v4 first second" },
        { "another path", new TraceFilter { Paths = [7, 8] }, "" },
        { "a path at a port", new TraceFilter { Paths = [TestChain.PathId], IngressPort = TestChain.Source }, "v4" },
    };

    [Theory]
    [MemberData(nameof(Filters))]
    public void A_filter_finds_packets_whatever_carries_them(string name, TraceFilter filter, string expected)
    {
        using TracedEngine traced = new(_chain.Definition(), filter);
        List<string> found = [];
        byte[] Cross(string frameName, int port, byte[] frame)
        {
            (TraceRecord[] records, Ports.SentFrame[] sent) = traced.Cross(port, frame);
            found.AddRange(records.Select(_ => frameName));
            return sent[0].Bytes;
        }

        byte[] first = TestFunction.Return(Cross("v4", TestChain.Source, TestFrame.Ipv4.Original().Build()), EncapsulationKind.Nsh);
        byte[] second = TestFunction.Return(Cross("first", _chain.Output(1), first), EncapsulationKind.Mpls);
        Cross("second", _chain.Output(2), second);
        Cross("v6", TestChain.Source, TestFrame.Ipv6.Original().Build());
        Cross("arp", TestChain.Source, new PacketBuilder().Ethernet(TestChain.Mac(TestChain.Destination)).Arp(2, TestChain.Mac(TestChain.Source), "10.0.0.1", TestChain.Mac(TestChain.Destination), "10.0.0.2").Build());
        Assert.True(expected == string.Join(' ', found), $"{name}: {string.Join(' ', found)}");
        Assert.Equal(found.Count, traced.Trace.End.Packets);
    }

    [Fact]
    public void It_ends_after_its_packets_and_the_worker_lets_go()
    {
        using TracedEngine traced = new(_chain.Definition(), count: 3);
        for (int frame = 0; frame < 5; frame++)
        {
            traced.Engine.Inject(TestChain.Source, TestFrame.Ipv4.Original().Build());
        }

        traced.Engine.Run();
        List<TraceRecord> records = [];
        Assert.True(traced.Trace.Read(records), "the worker has not let go yet");
        Assert.Equal([1, 2, 3], records.Select(record => record.Packet));
        Assert.Empty(traced.Engine.Run());
        Assert.False(traced.Trace.Read(records));
        Assert.Equal(new TraceEnd("3 packets were traced.", 3, 0), traced.Trace.End);
        Assert.Empty(traced.Cross(TestChain.Source, TestFrame.Ipv4.Original().Build()).Records);
    }

    [Fact]
    public async Task It_ends_by_itself_after_its_time()
    {
        using TestEngine engine = new(_chain.Definition());
        using PacketTrace trace = new([engine.Worker], new TraceRequest(new TraceFilter(), 3, TimeSpan.FromMilliseconds(50)));
        engine.Run();
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.True(trace.Read(new List<TraceRecord>()));
        engine.Run();
        Assert.False(trace.Read(new List<TraceRecord>()));
        Assert.Equal(0, trace.End.Packets);
    }

    [Fact]
    public void What_finds_no_room_is_counted_and_frames_go_on()
    {
        const int Frames = PacketTracer.RingRecords + 100;
        using TracedEngine traced = new(_chain.Definition(), count: Frames);
        for (int frame = 0; frame < Frames; frame++)
        {
            traced.Engine.Inject(TestChain.Source, TestFrame.Ipv4.Original().Build());
        }

        Assert.Equal(Frames, traced.Engine.Run().Count);
        Assert.Equal(PacketTracer.RingRecords, traced.Read().Length);
        Assert.Equal((PacketTracer.RingRecords, 100L), (traced.Trace.End.Packets, traced.Trace.End.NotRecorded));

        // There is room again.
        Assert.Equal(PacketTracer.RingRecords + 1, Assert.Single(traced.Cross(TestChain.Source, TestFrame.Ipv4.Original().Build()).Records).Packet);
    }

    [Fact]
    public async Task Workers_of_a_group_share_the_count_and_one_trace_runs_at_a_time()
    {
        using WorkerGroup group = new(new SnapshotCell(SteeringSnapshotBuilder.Build(_chain.Definition())), new WorkerGroupOptions { Workers = 2 });
        group.Start();
        TraceRequest request = new(new TraceFilter(), 1, TimeSpan.FromMilliseconds(200));
        using PacketTrace trace = group.StartTrace(request);
        Assert.Contains("one trace at a time", Assert.Throws<TraceRefusedException>(() => group.StartTrace(request)).Message, StringComparison.Ordinal);
        await foreach (var _ in trace.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            Assert.Fail("Nothing was there to be traced.");
        }

        using PacketTrace next = group.StartTrace(request);
        next.Dispose();
        group.StartTrace(request).Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Tracing_allocates_nothing_on_the_worker(int mode)
    {
        using LoadEngine engine = new(TraceRecordTests.WithTap(_chain, EncapsulationKind.Nsh), TestChain.Source, LoadEngine.InTurn([.. TestFrame.All.Select(frame => frame.Original().Build())]));
        TraceFilter filter = mode == 1 ? new TraceFilter { IngressPort = TestChain.Uplink } : new TraceFilter();
        using PacketTrace? trace = mode == 0 ? null : new PacketTrace([engine.Worker], new TraceRequest(filter, TraceRequest.MostPackets, TraceRequest.LongestTime));
        engine.AssertNoAllocation($"tracing, mode {mode}");
        Assert.Equal(mode == 2, trace is { End.Packets: > 0, End.NotRecorded: > 0 });
    }

    private static TraceFilter Of(params FlowRule[] rules) => new() { Rules = [.. rules] };
}
