using System.Buffers.Binary;
using System.Diagnostics;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Testing;
using Xunit;
using static NetworkingSfc.Dataplane.Tests.Ports.PortDriverContract;
using static NetworkingSfc.Dataplane.Tests.Ports.VhostUser.VhostUserRingTests;

namespace NetworkingSfc.Dataplane.Tests.Ports.VhostUser;

/// <summary>The port and DPDK's virtio driver, which knows nothing of us.</summary>
public sealed class VhostUserTestpmdTests : IDisposable
{
    private const int FrameBytes = 9_216;
    private const int EchoedFrames = 4_000;
    private const int UnderWay = 64;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sfc-testpmd-");
    private readonly PacketArena _arena = new(256, FrameBytes);
    private readonly PacketBatch _batch;

    public VhostUserTestpmdTests()
    {
        DpdkTestpmd.Require();
        _batch = new PacketBatch(_arena);
    }

    private string SocketPath => Path.Combine(_directory.FullName, "socket");

    public void Dispose()
    {
        _arena.Dispose();
        _directory.Delete(recursive: true);
    }

    [Theory]
    [InlineData("server", 1)]
    [InlineData("client", 1)]
    [InlineData("server", 2)]
    [InlineData("client", 4)]
    public void Frames_come_back_whole_with_their_addresses_swapped(string mode, int queues)
    {
        using IPort port = Open(mode, queues);
        using DpdkTestpmd guest = Start(mode, queues, "--forward-mode=macswap");
        Begin(guest, port);
        (IRxQueue[] rx, ITxQueue[] tx) = OpenQueues(port);
        for (int queue = 0; queue < queues; queue++)
        {
            byte[][] frames = [.. Enumerable.Range(0, EchoedFrames / queues).Select(number => Frame((queue * 10_000) + number, 60 + (number * 97 % 1_455)))];

            PacketAssert.SameFrames([.. frames.Select(Swapped)], Bounce(rx[queue], tx[queue], frames));
        }

        Assert.Equal(new PortStatistics(EchoedFrames, EchoedFrames, 0), port.Statistics);
        Assert.Equal((EchoedFrames, EchoedFrames), guest.Stop());
    }

    [Fact]
    public void Long_frames_cross_in_several_buffers_each_way()
    {
        using IPort port = Open("server", queues: 1);
        using DpdkTestpmd guest = Start("server", 1, "--forward-mode=macswap", "--max-pkt-len=9000", "--enable-scatter", "--tx-offloads=0x8000");
        Begin(guest, port);
        (IRxQueue[] rx, ITxQueue[] tx) = OpenQueues(port);
        byte[][] frames = [.. Enumerable.Range(0, 500).Select(number => Frame(number, 60 + (number * 997 % 8_900)))];

        PacketAssert.SameFrames([.. frames.Select(Swapped)], Bounce(rx[0], tx[0], frames));
        Assert.Equal(new PortStatistics(500, 500, 0), port.Statistics);
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void A_guest_that_is_killed_and_started_again_goes_on(string mode)
    {
        using IPort port = Open(mode, queues: 1);
        (IRxQueue[] rx, ITxQueue[] tx) = OpenQueues(port);
        for (int round = 0; round < 2; round++)
        {
            using DpdkTestpmd guest = Start(mode, 1, "--forward-mode=macswap");
            Begin(guest, port);
            byte[][] frames = [.. Enumerable.Range(0, 500).Select(number => Frame((round * 1_000) + number, 60))];
            PacketAssert.SameFrames([.. frames.Select(Swapped)], Bounce(rx[0], tx[0], frames));

            guest.Kill();
            if (mode == "client")
            {
                File.Delete(SocketPath);
            }

            Await(() => port.Fault?.Contains("it closed the connection", StringComparison.Ordinal) is true, port);
            PacketBuffer[] late = Load(_arena, [Frame(1, 60)]);
            Assert.Equal(0, tx[0].Transmit(late));
            _arena.Return(late[0].Slot);
        }

        Assert.Equal(new PortStatistics(1_000, 1_000, 0), port.Statistics);
    }

    [Fact]
    public async Task Everything_that_the_guest_sends_at_full_speed_is_counted_and_none_is_damaged()
    {
        using IPort port = Open("client", queues: 1);
        using DpdkTestpmd guest = Start("client", 1, "--forward-mode=flowgen", "--flowgen-flows=100", "--txpkts=200");
        Begin(guest, port);
        (IRxQueue[] rx, _) = OpenQueues(port);
        HashSet<uint> flows = [];
        long received = 0;
        Stopwatch running = Stopwatch.StartNew();
        while (received < 50_000 && running.Elapsed < _patience)
        {
            received += ReceiveFlows(rx[0], flows);
        }

        // What is in the ring when the guest stops is still ours.
        Task<(long Received, long Sent)> stopped = Task.Run(guest.Stop, TestContext.Current.CancellationToken);
        while (!stopped.IsCompleted)
        {
            received += ReceiveFlows(rx[0], flows);
        }

        received += ReceiveFlows(rx[0], flows) + ReceiveFlows(rx[0], flows) + ReceiveFlows(rx[0], flows) + ReceiveFlows(rx[0], flows);
        Assert.InRange(received, 50_000, long.MaxValue);
        Assert.Equal((await stopped).Sent, received);
        Assert.Equal(new PortStatistics(received, 0, 0), port.Statistics);
        Assert.Equal(100, flows.Count);
    }

    private static byte[] Swapped(byte[] frame) => [.. frame[6..12], .. frame[..6], .. frame[12..]];

    private static void Await(Func<bool> isReached, IPort port) =>
        Assert.True(SpinWait.SpinUntil(isReached, _patience), $"the port says: {port.Fault ?? "nothing"}");

    private IPort Open(string mode, int queues) => PortDriverCatalog.Open(
        "vhost-user", new Dictionary<string, string> { ["socket"] = SocketPath, ["mode"] = mode, ["queues"] = $"{queues}" });

    // The guest is the other one on the socket.
    private DpdkTestpmd Start(string mode, int queues, params string[] options) => new(
        [$"net_virtio_user0,path={SocketPath},queues={queues},queue_size=256{(mode == "client" ? ",server=1" : "")}"],
        [$"--rxq={queues}", $"--txq={queues}", .. options]);

    private static void Begin(DpdkTestpmd guest, IPort port)
    {
        guest.AwaitPrompt();
        guest.Command("start");
        Await(() => port.Fault is null, port);
    }

    private (IRxQueue[] Rx, ITxQueue[] Tx) OpenQueues(IPort port) => (
        [.. Enumerable.Range(0, port.RxQueueCount).Select(queue => port.OpenRxQueue(queue, _arena))],
        [.. Enumerable.Range(0, port.TxQueueCount).Select(queue => port.OpenTxQueue(queue, _arena))]);

    // Sends frames while those that come back are taken; the guest's rings have room for all that are under way.
    private List<byte[]> Bounce(IRxQueue rx, ITxQueue tx, byte[][] frames)
    {
        List<byte[]> back = [];
        int sent = 0;
        Stopwatch waited = Stopwatch.StartNew();
        while (back.Count < frames.Length && waited.Elapsed < _patience)
        {
            PacketBuffer[] burst = Load(_arena, frames[sent..Math.Min(back.Count + UnderWay, frames.Length)]);
            int taken = tx.Transmit(burst);
            foreach (PacketBuffer refused in burst[taken..])
            {
                _arena.Return(refused.Slot);
            }

            sent += taken;
            back.AddRange(ReceiveOnce(rx, _arena));
        }

        return back;
    }

    // Every frame of flowgen, whose length counts the checksum on the wire, is IPv4 with UDP, whole and with a right header checksum; its flow is the destination address.
    private int ReceiveFlows(IRxQueue rx, HashSet<uint> flows)
    {
        _batch.Begin(0);
        rx.Receive(_batch);
        foreach (PacketBuffer buffer in _batch.Buffers)
        {
            ReadOnlySpan<byte> frame = _arena.Frame(buffer);
            Assert.Equal(196, frame.Length);
            Assert.Equal(0x0800, BinaryPrimitives.ReadUInt16BigEndian(frame[12..]));
            Assert.Equal(182, BinaryPrimitives.ReadUInt16BigEndian(frame[16..]));
            Assert.Equal(0xffff, OnesComplementSum(frame.Slice(14, 20)));
            flows.Add(BinaryPrimitives.ReadUInt32BigEndian(frame[30..]));
            _arena.Return(buffer.Slot);
        }

        return _batch.Count;
    }

    private static int OnesComplementSum(ReadOnlySpan<byte> bytes)
    {
        int sum = 0;
        for (int offset = 0; offset < bytes.Length; offset += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[offset..]);
        }

        return (sum & 0xffff) + (sum >> 16);
    }
}
