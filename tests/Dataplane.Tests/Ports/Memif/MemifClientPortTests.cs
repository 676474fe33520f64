using System.Net.Sockets;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.Memif;

/// <summary>The port as client: the memory is its own.</summary>
public sealed class MemifClientPortTests : MemifPortContract
{
    protected override bool IsServer => false;

    [Fact]
    public void The_server_may_come_later()
    {
        string path = MemifRig.NewPath();
        using IPort port = Open(path);
        Assert.Contains(path, port.Fault, StringComparison.Ordinal);
        MemifRig.AwaitFault(port, fault => fault!.Contains($"nobody answers at '{path}'", StringComparison.Ordinal));

        using Socket listener = Listen(path);
        using MemifPeer peer = MemifPeer.Server(listener);

        MemifRig.AwaitFault(port, fault => fault is null);
    }

    [Fact]
    public void Id_and_secret_are_what_was_asked()
    {
        string path = MemifRig.NewPath();
        using Socket listener = Listen(path);
        using IPort port = Open(path, ("id", "77"), ("secret", "open sesame"));
        using MemifPeer peer = MemifPeer.Server(listener, expectedId: 77, expectedSecret: "open sesame");
        MemifRig.AwaitFault(port, fault => fault is null);
    }

    [Fact]
    public void The_servers_largest_ring_is_kept()
    {
        string path = MemifRig.NewPath();
        using Socket listener = Listen(path);
        using IPort port = Open(path, ("ring_size", "1024"));
        using MemifPeer peer = MemifPeer.Server(listener, maxLog2Size: 5);
        Assert.Equal((32, 32), (peer.ToPort[0].Size, peer.FromPort[0].Size));
    }

    [Fact]
    public void The_memory_is_sealed_for_the_peer_too()
    {
        string path = MemifRig.NewPath();
        using Socket listener = Listen(path);
        using IPort port = Open(path);
        Assert.True(listener.Poll(TimeSpan.FromSeconds(5), SelectMode.SelectRead));
        using Socket socket = listener.Accept();
        DescriptorSocket.Send(socket, MemifPeer.HelloMessage(0, 14));
        List<FileDescriptor> files = [];
        byte[] message = new byte[MemifPeer.MessageBytes];
        DescriptorSocket.Receive(socket, message, files);
        DescriptorSocket.Send(socket, MemifPeer.Message(MemifPeer.Ack));
        DescriptorSocket.Receive(socket, message, files);
        Assert.Equal(MemifPeer.AddRegion, MemifPeer.TypeOf(message));
        using FileDescriptor file = Assert.Single(files);

        Assert.Equal(-1, LinuxInterop.SetLength(file.Number, 4096));
    }

    [Fact]
    public void A_servers_frame_that_came_with_the_buffers_length_left_alone_leaves_the_buffer_whole_for_the_next()
    {
        using MemifRig rig = new(isServer: false, [], log2Size: 1);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        IRxQueue rx = rig.Port.OpenRxQueue(0, arena);
        PeerRing ring = rig.Peer.ToPort[0];
        for (int round = 0; round < 3; round++)
        {
            Assert.Equal((2048u, 2048u), (ring.LengthOf(0), ring.LengthOf(1)));
            Assert.True(ring.TrySend(Frame(round)));
            Assert.True(ring.TrySend(Frame(round, 1_000)));
            PacketAssert.SameFrames([Frame(round), Frame(round, 1_000)], Drain(rx, arena, 2));
        }
    }

    [Fact]
    public void A_server_that_breaks_the_protocol_is_left_and_the_port_comes_back()
    {
        string path = MemifRig.NewPath();
        using Socket listener = Listen(path);
        using IPort port = Open(path, ("rings", "2"));
        byte[][] openings =
        [
            MemifPeer.Message(MemifPeer.Connected),
            MemifPeer.Message(0xffff),
            new byte[3],
            MemifPeer.HelloMessage(1, 14, version: 0x100),
            MemifPeer.HelloMessage(0, 14),
            MemifPeer.HelloMessage(1, 0),
        ];
        foreach (byte[] opening in openings)
        {
            Assert.True(listener.Poll(TimeSpan.FromSeconds(5), SelectMode.SelectRead));
            using Socket socket = listener.Accept();
            DescriptorSocket.Send(socket, opening);
            byte[] answer = new byte[MemifPeer.MessageBytes];
            Assert.Equal(MemifPeer.MessageBytes, DescriptorSocket.Receive(socket, answer, []));
            Assert.Equal(MemifPeer.Disconnect, MemifPeer.TypeOf(answer));
            MemifRig.AwaitFault(port, fault => fault is not null);
        }

        using MemifPeer peer = MemifPeer.Server(listener, rings: 2);
        MemifRig.AwaitFault(port, fault => fault is null);
    }

    [Fact]
    public void More_shared_memory_than_there_should_be_is_refused()
    {
        Assert.Contains("of shared memory", Refusal(("rings", "64"), ("ring_size", "16384"), ("buffer_bytes", "4096")), StringComparison.Ordinal);
        Assert.Contains("'regions' of a server only", Refusal(("regions", "any")), StringComparison.Ordinal);
        Assert.Contains("64 to 262144", Refusal(("buffer_bytes", "63")), StringComparison.Ordinal);
    }

    private static Socket Listen(string path) =>
        UnixSocket.Listen(new UnixDomainSocketEndPoint(path), UnixFileMode.UserRead | UnixFileMode.UserWrite, SocketType.Seqpacket);

    private static string Refusal(params (string Name, string Value)[] settings) =>
        Assert.Throws<PortOpenException>(() => Open(MemifRig.NewPath(), settings)).Message;

    private static IPort Open(string path, params (string Name, string Value)[] settings) => PortDriverCatalog.Open(
        "memif", settings.Append(("socket", path)).Append(("role", "client")).ToDictionary(setting => setting.Item1, setting => setting.Item2));
}
