using System.Diagnostics;
using System.Runtime.InteropServices;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.LibPcap;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.VirtualLinks;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.LibPcap;

public sealed class LibPcapPortTests : PortDriverContract
{
    private const string Library = "libpcap.so.0.8";

    public LibPcapPortTests()
    {
        Assert.SkipUnless(NativeLibrary.TryLoad(Library, out _), $"{Library} is not installed: apt-get install libpcap0.8");
        Assert.SkipWhen(VethPair.Unavailable is not null, VethPair.Unavailable ?? "");
    }

    protected override IPortDriver Driver => new LibPcapPortDriver();

    protected override PortRig Open(IReadOnlyList<byte[]> incoming) => new VethRig("libpcap", incoming);

    protected override PortRig OpenCongested(int frameBytes)
    {
        VethRig rig = new("libpcap", []);
        if (!VethPair.TrySlowDown(rig.Link.First))
        {
            rig.Dispose();
            Assert.Skip("this system has no queueing discipline tbf (tc of iproute2, sch_tbf of the kernel)");
        }

        return rig;
    }

    [Fact]
    public void Its_own_frames_are_not_received()
    {
        using VethRig rig = new("libpcap", []);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        IRxQueue rx = rig.Port.OpenRxQueue(0, arena);

        Assert.Equal(1, rig.Port.OpenTxQueue(0, arena).Transmit(Load(arena, [Frame(1)])));
        PacketAssert.SameFrames([Frame(1)], rig.TakeSent(1));
        rig.Peer.Send(Frame(2));

        PacketAssert.SameFrames([Frame(2)], Drain(rx, arena, 1));
        Assert.Equal(1, rig.Port.Statistics.ReceivedPackets);
    }

    [Fact]
    public void Receiving_does_not_wait()
    {
        using VethRig rig = new("libpcap", []);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        PacketBatch batch = new(arena);
        IRxQueue rx = rig.Port.OpenRxQueue(0, arena);

        Stopwatch time = Stopwatch.StartNew();
        for (int i = 0; i < 1_000; i++)
        {
            rx.Receive(batch);
        }

        // One call takes less than a microsecond; a wait of one millisecond a call would take a second.
        Assert.InRange(time.Elapsed, TimeSpan.Zero, TimeSpan.FromMilliseconds(900));
        Assert.Equal((0, 0), (batch.Count, arena.HeldCount));
    }

    [Fact]
    public void Frames_that_the_interface_never_takes_are_thrown_away_and_do_not_hold_up_others()
    {
        using VethRig rig = new("libpcap", []);
        using PacketArena arena = new(PacketBatch.Capacity, 2048);

        Assert.Equal(4, rig.Port.OpenTxQueue(0, arena).Transmit(Load(arena, [Frame(1), Frame(2, 1900), [1, 2, 3], Frame(4)])));

        PacketAssert.SameFrames([Frame(1), Frame(4)], rig.TakeSent(2));
        Assert.Equal(new PortStatistics(0, 2, 0, SendRefused: 2), rig.Port.Statistics);
        Assert.Equal(0, arena.HeldCount);
    }

    [Fact]
    public void An_interface_that_is_down_is_a_fault_until_it_is_up()
    {
        using VethRig rig = new("libpcap", []);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        PacketBatch batch = new(arena);
        IRxQueue rx = rig.Port.OpenRxQueue(0, arena);
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);

        rig.Link.SetDown();
        rx.Receive(batch);
        Assert.Equal(0, tx.Transmit(Load(arena, [Frame(1)])));
        Assert.Contains("is down", rig.Port.Fault, StringComparison.Ordinal);

        rig.Link.SetUp();
        Assert.Equal(1, tx.Transmit(Load(arena, [Frame(2)])));
        Assert.Null(rig.Port.Fault);
        rig.Peer.Send(Frame(3));
        PacketAssert.SameFrames([Frame(3)], Drain(rx, arena, 1));
    }

    [Fact]
    public void Frames_lost_in_the_kernel_are_counted()
    {
        const int Sent = 5_000;
        using VethRig rig = new("libpcap", []);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        for (int i = 0; i < Sent; i++)
        {
            rig.Peer.Send(Frame(i));
        }

        IRxQueue rx = rig.Port.OpenRxQueue(0, arena);
        PacketBatch batch = new(arena);
        int received = 0;
        do
        {
            batch.Begin(0);
            rx.Receive(batch);
            received += batch.Count;
            foreach (PacketBuffer buffer in batch.Buffers)
            {
                arena.Return(buffer.Slot);
            }
        }
        while (batch.Count > 0);

        Assert.InRange(rig.Port.Statistics.ReceiveLost, 1, Sent);
        Assert.Equal(Sent, received + rig.Port.Statistics.ReceiveLost);
    }

    [Fact]
    public void A_short_snaplen_gives_the_beginning_of_a_frame_and_its_length()
    {
        using VethPair link = VethPair.Create();
        using PacketSocket peer = new(link.Second);
        using IPort port = OpenPort(link.First, snaplen: "64");
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        PacketBatch batch = new(arena);
        IRxQueue rx = port.OpenRxQueue(0, arena);
        peer.Send(Frame(1, 1000));

        Stopwatch waited = Stopwatch.StartNew();
        while (batch.Count == 0 && waited.Elapsed < TimeSpan.FromSeconds(5))
        {
            rx.Receive(batch);
        }

        Assert.Equal((64, 1000), (batch.Buffers[0].Length, batch.Buffers[0].WireLength));
    }

    [Fact]
    public void An_interface_that_cannot_be_used_is_explained()
    {
        using VethPair link = VethPair.Create();
        link.SetDown();

        Assert.Contains($"'{link.First}' cannot be opened: it is down", Refusal(link.First), StringComparison.Ordinal);
        Assert.Contains("'no-such' does not exist; accepted are", Refusal("no-such"), StringComparison.Ordinal);
        Assert.Contains(link.Second, Refusal("no-such"), StringComparison.Ordinal);
        Assert.Contains("'lo' is a loopback", Refusal("lo"), StringComparison.Ordinal);
        Assert.Contains("link type 113", Refusal("any"), StringComparison.Ordinal);
        Assert.Contains("'snaplen'", Refusal(link.Second, "63"), StringComparison.Ordinal);
    }

    private static string Refusal(string name, string snaplen = "9216") =>
        Assert.Throws<PortOpenException>(() => OpenPort(name, snaplen)).Message;

    private static IPort OpenPort(string name, string snaplen) =>
        PortDriverCatalog.Open("libpcap", new Dictionary<string, string> { ["interface"] = name, ["snaplen"] = snaplen });
}
