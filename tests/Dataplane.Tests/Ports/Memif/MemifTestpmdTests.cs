using System.Diagnostics;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.Memif;

/// <summary>Against a peer that others wrote: DPDK's net_memif in either role, which returns what it gets.</summary>
public sealed class MemifTestpmdTests
{
    private const int Rings = 3;
    private const int FramesARing = 5_000;
    private const int FrameBytes = 9_600;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_frame_comes_back_from_its_ring_as_it_was(bool isServer)
    {
        DpdkTestpmd.Require();
        using Setup setup = new(isServer);
        using DpdkTestpmd peer = setup.StartPeer();

        setup.Exchange(peer, FramesARing, longestFrame: 1_514);

        (long received, long sent) = peer.Stop();
        Assert.Equal((Rings * FramesARing, Rings * FramesARing), (received, sent));
        Assert.Equal(new PortStatistics(sent, received, 0), setup.Port.Statistics);
    }

    /// <summary>Longer than a buffer, so in chains both ways.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Jumbo_frames_come_back_too(bool isServer)
    {
        DpdkTestpmd.Require();
        using Setup setup = new(isServer);
        using DpdkTestpmd peer = setup.StartPeer();

        setup.Exchange(peer, FramesARing / 10, longestFrame: 9_000);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_peer_that_is_killed_can_come_back(bool isServer)
    {
        DpdkTestpmd.Require();
        using Setup setup = new(isServer);
        for (int life = 1; life <= 3; life++)
        {
            using DpdkTestpmd peer = setup.StartPeer();
            setup.Exchange(peer, 500, longestFrame: 1_514);
            peer.Kill();
            MemifRig.AwaitFault(setup.Port, fault => fault is not null);
            setup.RemoveDeadSocket();
        }

        Assert.Equal(new PortStatistics(3 * 500 * Rings, 3 * 500 * Rings, 0), setup.Port.Statistics);
    }

    [Fact]
    public void Two_ports_share_a_socket_with_two_interfaces_of_one_peer()
    {
        DpdkTestpmd.Require();
        using Setup first = new(isServer: true, id: 3);
        using Setup second = new(isServer: true, id: 4, first.Path);
        using DpdkTestpmd peer = first.StartPeer(second);

        first.Exchange(peer, 500, longestFrame: 1_514);
        second.Exchange(peer, 500, longestFrame: 1_514);
    }

    /// <summary>A port, a queue pair for each ring, and what went out but has not come back.</summary>
    private sealed class Setup : IDisposable
    {
        private const int Window = 128;
        private const string Secret = "sesame";

        private readonly bool _isServer;
        private readonly int _id;
        private readonly PacketArena _arena = new(Window * Rings, FrameBytes);
        private readonly PacketBatch _batch;
        private readonly IRxQueue[] _rx;
        private readonly ITxQueue[] _tx;

        public Setup(bool isServer, int id = 0, string? path = null)
        {
            _isServer = isServer;
            _id = id;
            Path = path ?? MemifRig.NewPath();
            Port = PortDriverCatalog.Open("memif", new Dictionary<string, string>
            {
                ["socket"] = Path,
                ["role"] = isServer ? "server" : "client",
                ["rings"] = $"{Rings}",
                ["id"] = $"{id}",
                ["secret"] = Secret,
            });
            _batch = new PacketBatch(_arena);
            _rx = [.. Enumerable.Range(0, Rings).Select(queue => Port.OpenRxQueue(queue, _arena))];
            _tx = [.. Enumerable.Range(0, Rings).Select(queue => Port.OpenTxQueue(queue, _arena))];
        }

        public string Path { get; }

        public IPort Port { get; }

        /// <summary>Starts testpmd as the peer of this port, and of others with the same socket.</summary>
        public DpdkTestpmd StartPeer(params Setup[] others)
        {
            Setup[] all = [this, .. others];
            DpdkTestpmd peer = new(
                all.Select((setup, number) => $"net_memif{number},role={(_isServer ? "client" : "server")},id={setup._id},socket={Path},socket-abstract=no,secret={Secret}"),
                "--forward-mode=io", "--no-flush-rx", $"--rxq={Rings}", $"--txq={Rings}", "--port-topology=loop");
            try
            {
                Stopwatch waited = Stopwatch.StartNew();
                while (all.Any(setup => setup.Port.Fault is not null))
                {
                    Assert.True(peer.IsRunning && waited.Elapsed < _patience, $"{Port.Fault}\n{peer.Said}");
                    Thread.Sleep(5);
                }

                // Not before: a ring that is polled while its region is being mapped can be the end of testpmd.
                peer.AwaitPrompt();
                peer.Command("start");
                return peer;
            }
            catch
            {
                peer.Dispose();
                throw;
            }
        }

        /// <summary>testpmd does not listen where the file of a dead one is.</summary>
        public void RemoveDeadSocket()
        {
            if (!_isServer)
            {
                File.Delete(Path);
            }
        }

        /// <summary>Sends so many frames to each ring, a window at a time, and compares what comes back.</summary>
        public void Exchange(DpdkTestpmd peer, int frames, int longestFrame)
        {
            int[] sent = new int[Rings];
            int[] received = new int[Rings];
            Stopwatch waited = Stopwatch.StartNew();
            while (received.Any(count => count < frames))
            {
                Assert.True(peer.IsRunning && waited.Elapsed < _patience, $"{string.Join(' ', received)} of {frames} came back of {string.Join(' ', sent)}; {Port.Fault}\n{peer.Said}");
                for (int ring = 0; ring < Rings; ring++)
                {
                    if (sent[ring] < frames && sent[ring] - received[ring] < Window && _arena.TryRent(out int slot))
                    {
                        int length = Write(_arena.Slot(slot)[PacketArena.HeadroomBytes..], ring, sent[ring], longestFrame);
                        PacketBuffer buffer = new() { Slot = slot, Start = PacketArena.HeadroomBytes, Length = length, WireLength = length };
                        int taken = _tx[ring].Transmit([buffer]);
                        sent[ring] += taken;
                        if (taken == 0)
                        {
                            _arena.Return(slot);
                        }
                    }

                    Compare(ring, received, longestFrame);
                }
            }
        }

        public void Dispose()
        {
            Port.Dispose();
            _arena.Dispose();
            File.Delete(Path);
        }

        private static int Write(Span<byte> room, int ring, int number, int longestFrame)
        {
            int length = 60 + (((number * 7919) + ring) % (longestFrame - 59));
            new Random((number * Rings) + ring).NextBytes(room[..length]);
            return length;
        }

        private void Compare(int ring, int[] received, int longestFrame)
        {
            byte[] expected = new byte[FrameBytes];
            _batch.Begin(0);
            _rx[ring].Receive(_batch);
            foreach (PacketBuffer buffer in _batch.Buffers)
            {
                int length = Write(expected, ring, received[ring], longestFrame);
                PacketAssert.Equal(expected.AsSpan(0, length), _arena.Frame(buffer), $"frame {received[ring]} of ring {ring}, {Port.Statistics} {Port.Fault}");
                _arena.Return(buffer.Slot);
                received[ring]++;
            }
        }
    }
}
