using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.Tap;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.VirtualLinks;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.Tap;

public sealed class TapPortTests : InterfacePortContract
{
    public TapPortTests() => Assert.SkipUnless(File.Exists("/dev/net/tun"), "this kernel has no TAP interfaces (/dev/net/tun)");

    protected override IPortDriver Driver => new TapPortDriver();

    protected override InterfaceRig Open(IReadOnlyList<byte[]> incoming) => new TapRig(incoming);

    // The host takes every frame at once, so what is left is an interface that takes none.
    protected override PortRig OpenCongested(int frameBytes)
    {
        TapRig rig = new([]);
        rig.SetDown();
        return rig;
    }

    protected override InterfaceRig OpenSmall(out int flood)
    {
        flood = 3_000;
        return Open([]);
    }

    [Fact]
    public void An_interface_is_made_with_the_port_and_goes_with_it()
    {
        string name = TapInterface.FreeName();
        using (IPort port = OpenPort(("interface", name), ("mtu", "1400"), ("queues", "2")))
        {
            Assert.Null(port.Fault);
            Assert.Equal((2, 2), (port.RxQueueCount, port.TxQueueCount));
            Assert.Equal("1400", File.ReadAllText($"/sys/class/net/{name}/mtu").Trim());
            Assert.Equal(1, Convert.ToInt32(File.ReadAllText($"/sys/class/net/{name}/flags").Trim(), 16) & 1);
        }

        Assert.False(Directory.Exists($"/sys/class/net/{name}"));
    }

    [Fact]
    public void An_interface_that_was_there_before_stays()
    {
        using TapInterface tap = TapInterface.Create();

        OpenPort(("interface", tap.Name)).Dispose();

        Assert.True(Directory.Exists($"/sys/class/net/{tap.Name}"));
    }

    [Fact]
    public void An_interface_that_is_moved_as_soon_as_it_appears_is_the_ports_all_the_same()
    {
        Assert.SkipWhen(NetworkNamespace.Unavailable is not null, NetworkNamespace.Unavailable ?? "");
        using NetworkNamespace other = NetworkNamespace.Create();
        for (int round = 0; round < 10; round++)
        {
            string name = TapInterface.FreeName();
            Thread mover = new(() =>
            {
                SpinWait.SpinUntil(() => Directory.Exists($"/sys/class/net/{name}"), Patience);
                other.Take(name);
            });
            mover.Start();
            using IPort port = OpenPort(("interface", name));
            mover.Join();

            Assert.True(SpinWait.SpinUntil(() => port.Fault is null, Patience), port.Fault);
            Assert.Contains(name, other.Read("ip", "link", "show", name), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_interface_that_the_port_made_is_made_anew()
    {
        string name = TapInterface.FreeName();
        using IPort port = OpenPort(("interface", name));
        string index = File.ReadAllText($"/sys/class/net/{name}/ifindex");

        TapInterface.Remove(name);

        Assert.True(SpinWait.SpinUntil(() => Directory.Exists($"/sys/class/net/{name}"), Patience));
        Assert.NotEqual(index, File.ReadAllText($"/sys/class/net/{name}/ifindex"));
        Assert.True(SpinWait.SpinUntil(() => port.Fault is null, Patience));
    }

    [Fact]
    public void An_interface_that_appears_again_is_taken_up_by_all_queues()
    {
        using TapRig rig = new([], queues: 2);
        AssertTakenUpAgain(rig);
    }

    [Fact]
    public void Frames_too_short_for_Ethernet_are_thrown_away_and_do_not_hold_up_others()
    {
        using TapRig rig = new([]);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);

        Assert.Equal(3, rig.Port.OpenTxQueue(0, arena).Transmit(Load(arena, [Frame(1), [1, 2, 3], Frame(4)])));

        PacketAssert.SameFrames([Frame(1), Frame(4)], rig.TakeSent(2));
        Assert.Equal(new PortStatistics(0, 2, 0, SendRefused: 1), rig.Port.Statistics);
    }

    [Fact]
    public void A_port_with_one_queue_takes_an_interface_with_several()
    {
        using TapInterface tap = TapInterface.Create(hasSeveralQueues: true);

        using IPort port = OpenPort(("interface", tap.Name));

        Assert.Null(port.Fault);
    }

    [Fact]
    public void Interfaces_that_cannot_be_used_are_explained()
    {
        using TapInterface tap = TapInterface.Create();
        using VethPair link = VethPair.Create();

        Assert.Contains("no TAP interface with several queues", Refusal(("interface", tap.Name), ("queues", "2")), StringComparison.Ordinal);
        Assert.Contains("no TAP interface with a queue", Refusal(("interface", link.First)), StringComparison.Ordinal);
        Assert.Contains("at most 15 bytes", Refusal(("interface", "a-name-far-too-long-for-one")), StringComparison.Ordinal);
        Assert.Contains("whole numbers from 68 to 65521", Refusal(("interface", tap.Name), ("mtu", "67")), StringComparison.Ordinal);
        using IPort first = OpenPort(("interface", tap.Name));
        Assert.Contains("another process has it open", Refusal(("interface", tap.Name)), StringComparison.Ordinal);
    }

    private static string Refusal(params (string Name, string Value)[] settings) => Assert.Throws<PortOpenException>(() => OpenPort(settings)).Message;

    private static IPort OpenPort(params (string Name, string Value)[] settings) => PortDriverCatalog.Open("tap", settings.ToDictionary());
}
