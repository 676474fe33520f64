using System.Diagnostics;
using System.Runtime.InteropServices;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.LibPcap;
using NetworkingSfc.Dataplane.Tests.Ports.Offload;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.VirtualLinks;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.LibPcap;

public sealed class LibPcapPortTests : InterfacePortContract
{
    private const string Kind = "libpcap";
    private const string Library = "libpcap.so.0.8";

    public LibPcapPortTests() => Assert.SkipUnless(NativeLibrary.TryLoad(Library, out _), $"{Library} is not installed: apt-get install libpcap0.8");

    protected override IPortDriver Driver => new LibPcapPortDriver();

    // libpcap shows a frame as it is, and not what its sender left to be done.
    protected override FinishedOffloads Finishes => FinishedOffloads.None;

    // A handle of libpcap stays with the interface that it was opened for.
    protected override bool TakesUpAgain => false;

    protected override InterfaceRig Open(IReadOnlyList<byte[]> incoming) => new VethRig(Kind, incoming);

    protected override PortRig OpenCongested(int frameBytes) => VethRig.Slow(Kind);

    protected override InterfaceRig OpenSmall(out int flood)
    {
        flood = 5_000;
        return Open([]);
    }

    [Fact]
    public void Frames_that_the_interface_never_takes_are_thrown_away_and_do_not_hold_up_others()
    {
        using VethRig rig = new(Kind, []);
        using PacketArena arena = new(PacketBatch.Capacity, 2048);

        Assert.Equal(4, rig.Port.OpenTxQueue(0, arena).Transmit(Load(arena, [Frame(1), Frame(2, 1900), [1, 2, 3], Frame(4)])));

        PacketAssert.SameFrames([Frame(1), Frame(4)], rig.TakeSent(2));
        Assert.Equal(new PortStatistics(0, 2, 0, SendRefused: 2), rig.Port.Statistics);
        Assert.Equal(0, arena.HeldCount);
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
        while (batch.Count == 0 && waited.Elapsed < Patience)
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
        PortDriverCatalog.Open(Kind, new Dictionary<string, string> { ["interface"] = name, ["snaplen"] = snaplen });
}
