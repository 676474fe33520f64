using System.Diagnostics;
using System.Net.Sockets;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.Memif;

/// <summary>
/// A peer that writes anything anywhere at any time, while an honest one at another port of the same worker goes on. What
/// it did is told by the seed; the port may do anything with the hostile peer's own frames.
/// </summary>
public sealed class MemifFuzzTests
{
    private const int FrameBytes = 2_048;
    private const int HonestEvery = 50;
    private static readonly TimeSpan _longestStep = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public void Rings_and_descriptors_full_of_anything_hurt_nobody_else(bool isServer, int seed)
    {
        int steps = LongRun.Scale(500_000);
        Random random = new(seed);
        using Honest honest = new();
        using MemifRig hostile = new(isServer, [], log2Size: 5, rings: 2);
        using PacketArena arena = new(PacketBatch.Capacity * 2, FrameBytes);
        PacketBatch batch = new(arena);
        IRxQueue[] rx = [hostile.Port.OpenRxQueue(0, arena), hostile.Port.OpenRxQueue(1, arena)];
        ITxQueue[] tx = [hostile.Port.OpenTxQueue(0, arena), hostile.Port.OpenTxQueue(1, arena)];
        long peers = 0;
        for (int step = 0; step < steps; step++)
        {
            Stopwatch took = Stopwatch.StartNew();
            Damage(hostile.Peer, random);
            for (int queue = 0; queue < 2; queue++)
            {
                batch.Begin(0);
                rx[queue].Receive(batch);
                foreach (PacketBuffer frame in batch.Buffers)
                {
                    Assert.InRange(frame.Length, 1, FrameBytes);
                }

                int taken = tx[queue].Transmit(batch.Buffers);
                foreach (PacketBuffer frame in batch.Buffers[taken..])
                {
                    arena.Return(frame.Slot);
                }

                batch.Begin(0);
                Assert.Equal(0, arena.HeldCount);
            }

            if (hostile.Port.Fault is not null)
            {
                hostile.ReplacePeer();
                peers++;
            }

            if (step % HonestEvery == 0)
            {
                honest.MoveFrames();
            }

            Assert.True(took.Elapsed < _longestStep, $"step {step} took {took.Elapsed}");
        }

        Assert.InRange(peers, 1, steps);
        Assert.InRange(hostile.Port.Statistics.ReceiveInvalid, peers / 2, long.MaxValue);
        Assert.InRange(hostile.Port.Statistics.ReceivedPackets, 1, long.MaxValue);
        hostile.ReplacePeer();
        Assert.True(hostile.Peer.ToPort[1].TrySend(new byte[100]));
        Stopwatch waited = Stopwatch.StartNew();
        while (batch.Count == 0 && waited.Elapsed < _longestStep)
        {
            rx[1].Receive(batch);
        }

        Assert.Equal(100, Assert.Single(batch.Buffers.ToArray()).Length);
        Assert.Equal(default, honest.Port.Statistics with { ReceivedPackets = 0, SentPackets = 0 });
    }

    [Theory]
    [InlineData(3)]
    public void A_client_that_says_anything_hurts_nobody_else(int seed)
    {
        int conversations = LongRun.Scale(100_000);
        Random random = new(seed);
        using Honest honest = new();
        string path = MemifRig.NewPath();
        using IPort port = PortDriverCatalog.Open("memif", new Dictionary<string, string> { ["socket"] = path, ["role"] = "server" });
        using FileDescriptor memory = MemoryFile.Create("memif test", 1 << 20);
        using FileDescriptor unreadable = EventDescriptor.Create();
        using MemoryMapping region = MemoryMapping.TryMap(memory, 1 << 20, 0, populate: false, out _)!;
        BitConverter.TryWriteBytes(region.Span(0, 4), PeerRing.Cookie);
        BitConverter.TryWriteBytes(region.Span(4096, 4), PeerRing.Cookie);
        for (int conversation = 0; conversation < conversations; conversation++)
        {
            using Socket socket = new(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(path));
            for (int message = random.Next(8); message > 0; message--)
            {
                FileDescriptor[] descriptors = [.. Enumerable.Range(0, random.Next(12) switch { < 8 => 1, < 11 => 0, _ => 3 })
                    .Select(_ => random.Next(8) == 0 ? unreadable : memory)];
                DescriptorSocket.Send(socket, ClientMessage(random), descriptors);
            }

            if (conversation % HonestEvery == 0)
            {
                honest.MoveFrames();
            }
        }

        using MemifPeer peer = Patiently(() => MemifPeer.Client(path));
        MemifRig.AwaitFault(port, fault => fault is null);
    }

    [Theory]
    [InlineData(4)]
    public void A_server_that_says_anything_hurts_nobody_else(int seed)
    {
        int conversations = LongRun.Scale(100);
        Random random = new(seed);
        using Honest honest = new();
        string path = MemifRig.NewPath();
        using Socket listener = UnixSocket.Listen(new UnixDomainSocketEndPoint(path), UnixFileMode.UserRead | UnixFileMode.UserWrite, SocketType.Seqpacket);
        using IPort port = PortDriverCatalog.Open("memif", new Dictionary<string, string> { ["socket"] = path, ["role"] = "client", ["ring_size"] = "64" });
        for (int conversation = 0; conversation < conversations; conversation++)
        {
            Assert.True(listener.Poll(_longestStep, SelectMode.SelectRead), "the client does not come back");
            using Socket socket = listener.Accept();
            for (int message = random.Next(12); message > 0; message--)
            {
                byte[] bytes = random.Next(4) == 0 ? Anything(random) : random.Next(5) switch
                {
                    0 => MemifPeer.HelloMessage((ushort)random.Next(3), (byte)random.Next(20)),
                    1 => MemifPeer.Message(MemifPeer.Connected),
                    _ => MemifPeer.Message(MemifPeer.Ack),
                };
                DescriptorSocket.Send(socket, bytes);
            }

            honest.MoveFrames();
        }

        using MemifPeer peer = Patiently(() => MemifPeer.Server(listener));
        MemifRig.AwaitFault(port, fault => fault is null);
    }

    // Indices, flags and descriptors, a few at a time; now and then the control connection.
    private static void Damage(MemifPeer peer, Random random)
    {
        PeerRing ring = random.Next(2) == 0 ? peer.ToPort[random.Next(2)] : peer.FromPort[random.Next(2)];
        for (int damage = random.Next(6); damage > 0; damage--)
        {
            Span<byte> slot = ring.Slot(random.Next(ring.Size));
            switch (random.Next(4))
            {
                case 0:
                    random.NextBytes(slot);
                    break;
                case 1:
                    slot[random.Next(slot.Length)] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    slot[0] = (byte)PeerRing.Next;
                    break;
                default:
                    peer.Region.Span(random.Next((int)peer.Region.Length), 1)[0] ^= (byte)random.Next(256);
                    break;
            }
        }

        switch (random.Next(2_000))
        {
            case 0:
                Volatile.Write(ref ring.Head, (ushort)random.Next(65_536));
                break;
            case 1:
                Volatile.Write(ref ring.Tail, (ushort)random.Next(65_536));
                break;
            case 2:
                peer.Send(Anything(random));
                break;
            case 3:
                ring.Flags = (ushort)random.Next(65_536);
                break;
            case < 1_500:
                // Slots change hands as with an honest peer, whatever is in them.
                ring.Advance(random.Next(1 + Math.Clamp(ring.Available, 0, ring.Size)));
                break;
        }
    }

    private static byte[] ClientMessage(Random random)
    {
        int small = random.Next(3);
        return random.Next(8) switch
        {
            0 => Anything(random),
            1 or 2 => MemifPeer.InitMessage((uint)random.Next(2)),
            3 => MemifPeer.RegionMessage((ushort)(small == 2 ? random.Next(65_536) : 0), random.Next(3) == 0 ? (ulong)random.NextInt64() : 1 << 20),
            4 or 5 => MemifPeer.RingMessage(small > 0, random.Next(4) / 3, (ushort)(random.Next(5) / 4), random.Next(3) == 0 ? (uint)random.NextInt64(1L << 32) : 4096, (byte)random.Next(16)),
            6 => MemifPeer.Message(MemifPeer.Connect),
            _ => MemifPeer.Message((ushort)random.Next(12)),
        };
    }

    private static byte[] Anything(Random random)
    {
        byte[] bytes = new byte[random.Next(4) == 0 ? random.Next(1, 300) : MemifPeer.MessageBytes];
        random.NextBytes(bytes);
        bytes[0] = (byte)random.Next(12);
        bytes[^1] = 0;
        return bytes;
    }

    // Connections that a hostile peer has opened before may still be in the way.
    private static MemifPeer Patiently(Func<MemifPeer> connect)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return connect();
            }
            catch (Exception) when (attempt < 50)
            {
                Thread.Sleep(20);
            }
        }
    }

    /// <summary>Another port with an honest peer; every frame has to come through.</summary>
    private sealed class Honest : IDisposable
    {
        private readonly MemifRig _rig = new(isServer: true, []);
        private readonly PacketArena _arena = new(PacketBatch.Capacity, FrameBytes);
        private readonly PacketBatch _batch;
        private readonly IRxQueue _rx;
        private readonly ITxQueue _tx;
        private int _number;

        public Honest()
        {
            _batch = new PacketBatch(_arena);
            _rx = Port.OpenRxQueue(0, _arena);
            _tx = Port.OpenTxQueue(0, _arena);
        }

        public IPort Port => _rig.Port;

        public void MoveFrames()
        {
            byte[] frame = new byte[60 + (_number % 1_400)];
            frame.AsSpan().Fill((byte)_number++);
            Assert.True(_rig.Peer.ToPort[0].TrySend(frame));
            _batch.Begin(0);
            _rx.Receive(_batch);
            Assert.Equal(1, _tx.Transmit(_batch.Buffers));
            Assert.True(_rig.Peer.FromPort[0].TryTake(out byte[] taken, out _));
            PacketAssert.Equal(frame, taken, $"honest frame {_number}");
        }

        public void Dispose()
        {
            _rig.Dispose();
            _arena.Dispose();
        }
    }
}
