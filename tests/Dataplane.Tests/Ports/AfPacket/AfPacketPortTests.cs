using System.Diagnostics;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.AfPacket;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.VirtualLinks;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.AfPacket;

public sealed class AfPacketPortTests : InterfacePortContract
{
    private const string Kind = "af-packet";

    protected override IPortDriver Driver => new AfPacketPortDriver();

    protected override InterfaceRig Open(IReadOnlyList<byte[]> incoming) => new VethRig(Kind, incoming);

    protected override PortRig OpenCongested(int frameBytes) => VethRig.Slow(Kind, ("qdisc_bypass", "no"));

    protected override InterfaceRig OpenSmall(out int flood)
    {
        flood = 10_000;
        return new VethRig(Kind, [], ("rx_blocks", "2"));
    }

    [Fact]
    public void What_was_not_taken_is_not_sent_later()
    {
        using PortRig rig = OpenCongested(1000);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);

        PacketBuffer[] burst = Load(arena, [.. Enumerable.Range(0, 60).Select(number => Frame(number, 1000))]);
        int taken = tx.Transmit(burst);

        Assert.InRange(taken, 1, 10);
        Assert.Equal(taken, rig.Port.Statistics.SentPackets);
        PacketAssert.SameFrames([.. Enumerable.Range(0, taken).Select(number => Frame(number, 1000))], rig.TakeSent(taken + 1));
    }

    [Fact]
    public void Its_own_frames_are_not_received_without_the_bypass_either()
    {
        using VethRig rig = new(Kind, [], ("qdisc_bypass", "no"));
        AssertItsOwnAreNotReceived(rig);
    }

    [Fact]
    public void Frames_that_the_interface_never_takes_are_thrown_away_and_do_not_hold_up_others()
    {
        byte[] tagged = new PacketBuilder().Ethernet().Vlan(5).Payload(1500).Build();
        byte[] overlong = new PacketBuilder().Ethernet().Vlan(5).Payload(1501).Build();
        byte[][] frames = [Frame(1), Frame(2, 1900), [1, 2, 3], Frame(4, 1514), Frame(5, 1515), tagged, overlong, Frame(6, 2040), Frame(7)];
        using VethRig rig = new(Kind, []);
        using PacketArena arena = new(PacketBatch.Capacity, 2048);

        Assert.Equal(frames.Length, rig.Port.OpenTxQueue(0, arena).Transmit(Load(arena, frames)));

        // The socket is given the tagged frame without its tag.
        PacketAssert.SameFrames([frames[0], frames[3], new PacketBuilder().Ethernet().Payload(1500).Build(), frames[8]], rig.TakeSent(4));
        Assert.Equal(new PortStatistics(0, 4, 0, SendRefused: 5), rig.Port.Statistics);
        Assert.Equal(0, arena.HeldCount);
    }

    [Fact]
    public void A_longer_MTU_is_noticed()
    {
        using VethRig rig = new(Kind, []);
        using PacketArena arena = new(PacketBatch.Capacity, 9216);
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);

        rig.Link.SetMtu(9000);

        Assert.True(SpinWait.SpinUntil(() => tx.Transmit(Load(arena, [Frame(1, 9014)])) == 1 && rig.Port.Statistics.SentPackets == 1, Patience));
        PacketAssert.SameFrames([Frame(1, 9014)], rig.TakeSent(1));
    }

    [Fact]
    public void An_interface_that_appears_again_is_taken_up_by_all_queues()
    {
        using VethRig rig = new(Kind, [], ("queues", "3"));
        AssertTakenUpAgain(rig);
    }

    [Theory]
    [InlineData(0x8100)]
    [InlineData(0x88a8)]
    public void A_VLAN_tag_that_the_kernel_took_out_is_put_back(int tpid)
    {
        using VethRig rig = new(Kind, []);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        byte[][] frames =
        [
            new PacketBuilder().Ethernet().Vlan(4095, priority: 7, (ushort)tpid, dropEligible: true).Ipv4("192.0.2.1", "192.0.2.2").Udp(1, 2).Payload(1468).Build(),
            new PacketBuilder().Ethernet().Vlan(0, tpid: (ushort)tpid).Vlan(5).Payload(64).Build(),
            Frame(1),
        ];

        Array.ForEach(frames, frame => rig.Peer.Send(frame));

        PacketAssert.SameFrames(frames, Drain(rig.Port.OpenRxQueue(0, arena), arena, frames.Length));
    }

    [Fact]
    public void Flows_keep_to_their_queue_and_their_order()
    {
        const int Flows = 64;
        const int FramesEach = 30;
        using VethRig rig = new(Kind, [], ("queues", "4"));
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        IRxQueue[] queues = [.. Enumerable.Range(0, 4).Select(queue => rig.Port.OpenRxQueue(queue, arena))];
        for (int number = 0; number < FramesEach; number++)
        {
            for (int flow = 0; flow < Flows; flow++)
            {
                rig.Peer.Send(new PacketBuilder().Ethernet().Ipv4("192.0.2.1", "192.0.2.2").Udp((ushort)(1000 + flow), 53).Payload(new[] { (byte)flow, (byte)number }).Build());
            }
        }

        List<byte[]>[] received = [.. queues.Select(_ => new List<byte[]>())];
        Stopwatch waited = Stopwatch.StartNew();
        while (received.Sum(frames => frames.Count) < Flows * FramesEach && waited.Elapsed < Patience)
        {
            for (int queue = 0; queue < queues.Length; queue++)
            {
                PacketBatch batch = new(arena);
                queues[queue].Receive(batch);
                foreach (PacketBuffer buffer in batch.Buffers)
                {
                    received[queue].Add(arena.Frame(buffer)[42..44].ToArray());
                    arena.Return(buffer.Slot);
                }
            }
        }

        Assert.InRange(received.Count(frames => frames.Count > 0), 2, 4);
        List<byte>[] numbers = [.. Enumerable.Range(0, Flows).Select(flow =>
            Assert.Single(received, frames => frames.Any(frame => frame[0] == flow)).Where(frame => frame[0] == flow).Select(frame => frame[1]).ToList())];
        Assert.All(numbers, flow => Assert.Equal(Enumerable.Range(0, FramesEach).Select(number => (byte)number), flow));
        Assert.Equal(Flows * FramesEach, rig.Port.Statistics.ReceivedPackets);
    }

    [Fact]
    public void An_interface_that_is_down_can_be_opened_and_is_taken_up_later()
    {
        using VethPair link = VethPair.Create();
        link.SetDown();
        using IPort port = OpenPort(("interface", link.First));
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        IRxQueue rx = port.OpenRxQueue(0, arena);
        Assert.Contains("is down", port.Fault, StringComparison.Ordinal);

        link.SetUp();
        Assert.True(SpinWait.SpinUntil(() => port.Fault is null, Patience));
        using PacketSocket peer = new(link.Second);
        peer.Send(Frame(1));

        PacketAssert.SameFrames([Frame(1)], Drain(rx, arena, 1));
    }

    [Fact]
    public void Settings_that_cannot_be_used_are_explained()
    {
        Assert.Contains("'no-such' does not exist; accepted is", Refusal(("interface", "no-such")), StringComparison.Ordinal);
        Assert.Contains("'a-name-far-too-long-for-one' does not exist", Refusal(("interface", "a-name-far-too-long-for-one")), StringComparison.Ordinal);
        Assert.Contains("'lo' is no Ethernet interface, or a loopback", Refusal(("interface", "lo")), StringComparison.Ordinal);
        Assert.Contains("whole numbers from 1 to 256", Refusal(("interface", "lo"), ("queues", "0")), StringComparison.Ordinal);
        Assert.Contains("whole numbers from 2 to 1024", Refusal(("interface", "lo"), ("rx_blocks", "1")), StringComparison.Ordinal);
        Assert.Contains("accepted are yes, no", Refusal(("interface", "lo"), ("qdisc_bypass", "maybe")), StringComparison.Ordinal);
    }

    private static string Refusal(params (string Name, string Value)[] settings) => Assert.Throws<PortOpenException>(() => OpenPort(settings)).Message;

    private static IPort OpenPort(params (string Name, string Value)[] settings) => PortDriverCatalog.Open(Kind, settings.ToDictionary());
}
