using System.Diagnostics;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.AfXdp;
using NetworkingSfc.Dataplane.Tests.Ports.Offload;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.VirtualLinks;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.AfXdp;

/// <summary>The driver on virtual links, in each of the two modes that they have.</summary>
public abstract class AfXdpPortTests : InterfacePortContract
{
    // Fewer than the contract's 2,000, so that a port whose frames nobody takes is full.
    private const int FramesEachWay = 1_024;
    private const int SlowQueueBytes = 16 * 1024 * 1024;

    private readonly string _mode;

    protected AfXdpPortTests(string mode) => _mode = mode;

    /// <summary>How <c>ip link show</c> calls an interface with a program in this mode.</summary>
    protected abstract string ShownAs { get; }

    /// <summary>Whether frames come through the queue that the sender chose. A virtual link forgets it before generic mode.</summary>
    protected abstract bool SpreadsFlows { get; }

    protected override IPortDriver Driver => new AfXdpPortDriver();

    // Nobody says what was left: an unfinished checksum shows, and where a packet was to be cut does not always.
    protected override FinishedOffloads Finishes => FinishedOffloads.Checksums;

    // The ring takes frames until the port's thread has seen that the interface is down.
    protected override bool IsToldWhenItSends => false;

    protected override InterfaceRig Open(IReadOnlyList<byte[]> incoming) => OpenRig(incoming);

    protected override InterfaceRig OpenSmall(out int flood)
    {
        flood = 300;
        return OpenRig([], ("ring_size", "64"));
    }

    // What the port sends ends in a queue that nearly stands still, and is not done with before it leaves that.
    protected override PortRig OpenCongested(int frameBytes)
    {
        VethPair slow = VethPair.Create();
        VethRig rig = OpenRig([], ("ring_size", $"{FramesEachWay}"));
        if (VethPair.TrySlowDown(slow.First, SlowQueueBytes) && VethPair.TryRedirect(rig.Link.Second, slow.First))
        {
            return new CongestedRig(rig, slow);
        }

        rig.Dispose();
        slow.Dispose();
        Assert.Skip("this system has no queueing discipline tbf or no action mirred (tc of iproute2; sch_tbf, cls_u32, act_mirred of the kernel)");
        return rig;
    }

    [Fact]
    public void The_program_is_attached_in_this_mode_and_gone_with_the_port()
    {
        using VethRig rig = OpenRig([]);
        Assert.Contains($" {ShownAs} ", rig.Link.Describe(), StringComparison.Ordinal);

        rig.Port.Dispose();

        Assert.DoesNotContain("xdp", rig.Link.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_interface_that_appears_again_gets_the_program_in_this_mode()
    {
        using VethRig rig = OpenRig([]);

        rig.EndPeer();
        AwaitFault(rig.Port, "has gone");
        rig.ReturnPeer();
        AwaitNoFault(rig.Port);

        Assert.Contains($" {ShownAs} ", rig.Link.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_queue_of_the_interface_is_a_queue_of_the_port()
    {
        using VethPair link = VethPair.Create(queues: 2);
        using PacketSocket peer = new(link.Second);
        using IPort port = OpenPort(link.First);
        using PacketArena first = new(512, FrameBytes);
        using PacketArena second = new(512, FrameBytes);
        Assert.Equal((2, 2), (port.RxQueueCount, port.TxQueueCount));
        IRxQueue rx0 = port.OpenRxQueue(0, first);
        IRxQueue rx1 = port.OpenRxQueue(1, second);
        byte[][] frames = [.. Enumerable.Range(0, 200).Select(flow => Datagram(flow))];
        foreach (byte[] frame in frames)
        {
            peer.Send(frame);
        }

        List<byte[]> received0 = Drain(rx0, first, frames.Length, TimeSpan.FromMilliseconds(500));
        List<byte[]> received1 = Drain(rx1, second, frames.Length - received0.Count);

        Assert.InRange(received1.Count, SpreadsFlows ? 1 : 0, SpreadsFlows ? frames.Length - 1 : 0);
        Assert.Equal(Sorted(frames), Sorted([.. received0, .. received1]));
        Assert.Equal(1, port.OpenTxQueue(0, first).Transmit(Load(first, [Frame(1)])));
        Assert.Equal(1, port.OpenTxQueue(1, second).Transmit(Load(second, [Frame(2)])));
        PacketAssert.SameFrames([Frame(1), Frame(2)], peer.Receive(2, Patience));
        Assert.Equal(new PortStatistics(frames.Length, 2, 0), port.Statistics);
    }

    [Fact]
    public void Frames_longer_than_the_MTU_or_shorter_than_a_header_are_thrown_away_and_do_not_hold_up_others()
    {
        using VethRig rig = OpenRig([]);
        using PacketArena arena = new(PacketBatch.Capacity, 2048);

        Assert.Equal(4, rig.Port.OpenTxQueue(0, arena).Transmit(Load(arena, [Frame(1), Frame(2, 1515), [1, 2, 3], Frame(4, 1514)])));

        PacketAssert.SameFrames([Frame(1), Frame(4, 1514)], rig.TakeSent(2));
        Assert.Equal(new PortStatistics(0, 2, 0, SendRefused: 2), rig.Port.Statistics);
        Assert.Equal(0, arena.HeldCount);
    }

    [Fact]
    public void Jumbo_frames_pass_both_ways()
    {
        byte[] frame = Frame(1, 9_014);
        using VethRig rig = OpenRig([]);
        using PacketArena arena = new(PacketBatch.Capacity, 9_216);
        IRxQueue rx = rig.Port.OpenRxQueue(0, arena);
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);
        rig.Link.SetMtu(9_000);

        rig.Peer.Send(frame);
        PacketAssert.SameFrames([frame], Drain(rx, arena, 1));

        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                // Refused, and its slot given back, until the port has seen the new MTU.
                Assert.Equal(1, tx.Transmit(Load(arena, [frame])));
                return rig.Port.Statistics.SentPackets == 1;
            },
            Patience));
        PacketAssert.SameFrames([frame], rig.TakeSent(1));
    }

    [Theory]
    [InlineData(0x8100)]
    [InlineData(0x88a8)]
    public void A_VLAN_tag_in_a_frame_is_kept(int tpid)
    {
        byte[] frame = new PacketBuilder().Ethernet().Vlan(10, tpid: (ushort)tpid).Ipv4("192.0.2.1", "192.0.2.2").Udp(1, 2).Payload(1_400).Build();
        using VethRig rig = OpenRig([frame]);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);

        PacketAssert.SameFrames([frame], Drain(rig.Port.OpenRxQueue(0, arena), arena, 1));
    }

    [Fact]
    public void Frames_that_waited_leave_without_another_one_when_they_can()
    {
        using CongestedRig rig = (CongestedRig)OpenCongested(1_514);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        IRxQueue rx = rig.Port.OpenRxQueue(0, arena);
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);
        int taken = 0;
        for (int burst = 0; burst < 8; burst++)
        {
            taken += tx.Transmit(Load(arena, [.. Enumerable.Range(0, PacketBatch.Capacity).Select(number => Frame(taken + number, 1_514))]));
        }

        Assert.Equal(8 * PacketBatch.Capacity, taken);
        using PacketSocket end = new(rig.Slow.Second);
        VethPair.SpeedUp(rig.Slow.First);

        List<byte[]> left = [];
        Stopwatch waited = Stopwatch.StartNew();
        while ((left.Count == 0 || left[^1] is not [.., _] || !left[^1].AsSpan().SequenceEqual(Frame(taken - 1, 1_514))) && waited.Elapsed < Patience)
        {
            Drain(rx, arena, 1, TimeSpan.FromMilliseconds(1));
            left.AddRange(end.Receive(taken, TimeSpan.Zero));
        }

        // The slow queue took those it held with it; all behind them come, in order.
        PacketAssert.SameFrames([.. Enumerable.Range(taken - left.Count, left.Count).Select(number => Frame(number, 1_514))], left);
        Assert.InRange(left.Count, taken / 2, taken);
    }

    [Fact]
    public async Task A_burst_that_fails_does_not_keep_the_port_from_closing()
    {
        using VethRig rig = OpenRig([]);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        (IRxQueue rx, ITxQueue tx) = (rig.Port.OpenRxQueue(0, arena), rig.Port.OpenTxQueue(0, arena));

        Assert.Throws<NullReferenceException>(() => rx.Receive(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => tx.Transmit([new PacketBuffer { Slot = arena.SlotCount }]));

        await Task.Run(rig.Port.Dispose, TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void An_interface_that_cannot_be_used_is_explained()
    {
        using VethRig rig = OpenRig([]);
        string name = rig.Link.First;

        Assert.Contains($"'{name}' cannot be opened: another XDP program is attached", Refusal(name), StringComparison.Ordinal);
        Assert.Contains("'no-such' does not exist; accepted are", Refusal("no-such"), StringComparison.Ordinal);
        Assert.Contains(rig.Link.Second, Refusal("no-such"), StringComparison.Ordinal);
        Assert.Contains("'a-name-that-is-far-too-long' does not exist", Refusal("a-name-that-is-far-too-long"), StringComparison.Ordinal);
        Assert.Contains("'lo' is no Ethernet interface", Refusal("lo"), StringComparison.Ordinal);
        Assert.Contains("has 1 of the 2 queues", Refusal(rig.Link.Second, ("queues", "2")), StringComparison.Ordinal);
        Assert.Contains("'mode'", Refusal(rig.Link.Second, ("mode", "fast")), StringComparison.Ordinal);
        Assert.Contains("'ring_size'", Refusal(rig.Link.Second, ("ring_size", "1000")), StringComparison.Ordinal);
        Assert.Contains("'frames'", Refusal(rig.Link.Second, ("frames", "8192")), StringComparison.Ordinal);
        Assert.Contains("'frames'", Refusal(rig.Link.Second, ("frames", "101")), StringComparison.Ordinal);
        Assert.DoesNotContain("xdp", SystemDescription(rig), StringComparison.Ordinal);
    }

    private static string SystemDescription(VethRig rig)
    {
        // Nothing that was refused has left anything; what is there goes with its port.
        rig.Port.Dispose();
        return rig.Link.Describe();
    }

    private static byte[] Datagram(int flow) => new PacketBuilder()
        .Ethernet().Ipv4("192.0.2.1", "192.0.2.2").Udp((ushort)(1024 + flow), 53).Payload(30, (byte)flow).Build();

    private static string[] Sorted(IEnumerable<byte[]> frames) => [.. frames.Select(Convert.ToHexString).Order(StringComparer.Ordinal)];

    private VethRig OpenRig(IReadOnlyList<byte[]> incoming, params IEnumerable<(string Name, string Value)> settings) =>
        new("af-xdp", incoming, [("mode", _mode), .. settings]);

    private IPort OpenPort(string name, params ReadOnlySpan<(string Name, string Value)> settings)
    {
        Dictionary<string, string> values = new() { ["interface"] = name, ["mode"] = _mode };
        foreach ((string setting, string value) in settings)
        {
            values[setting] = value;
        }

        return PortDriverCatalog.Open("af-xdp", values);
    }

    private string Refusal(string name, params (string Name, string Value)[] settings) =>
        Assert.Throws<PortOpenException>(() => OpenPort(name, settings).Dispose()).Message;

    private sealed class CongestedRig(VethRig rig, VethPair slow) : PortRig
    {
        public VethPair Slow { get; } = slow;

        public override IPort Port => rig.Port;

        public override bool ShowsPeerEnded => rig.ShowsPeerEnded;

        public override IReadOnlyList<byte[]> TakeSent(int count) => rig.TakeSent(count);

        public override void EndPeer() => rig.EndPeer();

        public override void Reopen() => rig.Reopen();

        public override void Dispose()
        {
            // First: an interface cannot go while frames that it sent are held anywhere.
            Slow.Dispose();
            rig.Dispose();
        }
    }
}

/// <summary>The program in the driver of the interface.</summary>
public sealed class AfXdpNativeTests() : AfXdpPortTests("native")
{
    protected override string ShownAs => "xdp";

    protected override bool SpreadsFlows => true;

    [Fact]
    public void Automatic_choice_is_native_where_the_driver_can()
    {
        using VethRig rig = new("af-xdp", []);
        Assert.Contains(" xdp ", rig.Link.Describe(), StringComparison.Ordinal);
    }
}

/// <summary>The program behind the driver of the interface.</summary>
public sealed class AfXdpGenericTests() : AfXdpPortTests("generic")
{
    protected override string ShownAs => "xdpgeneric";

    protected override bool SpreadsFlows => false;
}
