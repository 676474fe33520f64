using System.Net.Sockets;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.Memif;

/// <summary>The port as server: the memory is the peer's.</summary>
public sealed class MemifServerPortTests : MemifPortContract
{
    protected override bool IsServer => true;

    [Fact]
    public void Before_a_peer_comes_the_port_says_so()
    {
        using Opened port = new();
        Assert.Contains($"No peer has come to '{port.Path}' for interface id 0", port.Port.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_interfaces_share_a_socket()
    {
        using Opened first = new(("id", "1"), ("rings", "2"));
        using Opened second = new(first.Path, ("id", "7"));
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        using MemifPeer one = MemifPeer.Client(first.Path, id: 1, rings: 2);
        using MemifPeer seven = MemifPeer.Client(first.Path, id: 7);
        MemifRig.AwaitFault(first.Port, fault => fault is null);
        MemifRig.AwaitFault(second.Port, fault => fault is null);

        Assert.True(one.ToPort[0].TrySend(Frame(1)));
        Assert.True(seven.ToPort[0].TrySend(Frame(7)));

        PacketAssert.SameFrames([Frame(1)], Drain(first.Port.OpenRxQueue(0, arena), arena, 1));
        PacketAssert.SameFrames([Frame(7)], Drain(second.Port.OpenRxQueue(0, arena), arena, 1));

        // The socket stays as long as one of them does.
        second.Port.Dispose();
        first.Port.Dispose();
        Assert.False(File.Exists(first.Path));
        using Opened again = new(first.Path, ("id", "7"));
        using MemifPeer later = MemifPeer.Client(first.Path, id: 7);
        MemifRig.AwaitFault(again.Port, fault => fault is null);
    }

    [Fact]
    public void An_id_belongs_to_one_port_of_a_socket()
    {
        using Opened first = new();
        Assert.Contains("another port of this process has both", Assert.Throws<PortOpenException>(() => new Opened(first.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_peer_is_sent_away_and_the_first_one_stays()
    {
        using MemifRig rig = new(isServer: true, []);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        using MemifPeer second = MemifPeer.Call(rig.Path);

        Assert.Equal("this interface has a peer already", Refusal(second, MemifPeer.InitMessage(0)));

        Assert.True(rig.Peer.ToPort[0].TrySend(Frame(1)));
        PacketAssert.SameFrames([Frame(1)], Drain(rig.Port.OpenRxQueue(0, arena), arena, 1));
        Assert.Null(rig.Port.Fault);
    }

    [Theory]
    [InlineData("", "the secret is that of the interface")]
    [InlineData("sesame and", "the secret is that of the interface")]
    [InlineData("sesame and more", "the secret is that of the interface")]
    public void A_peer_without_the_secret_is_sent_away(string secret, string reason)
    {
        using Opened port = new(("secret", "sesame and mor"));
        using MemifPeer peer = MemifPeer.Call(port.Path);
        Assert.Equal(reason, Refusal(peer, MemifPeer.InitMessage(0, secret)));
        using MemifPeer knowing = MemifPeer.Client(port.Path, secret: "sesame and mor");
        MemifRig.AwaitFault(port.Port, fault => fault is null);
    }

    [Fact]
    public void An_interface_version_or_mode_that_is_not_here_is_refused()
    {
        using Opened port = new();
        Assert.Equal("the id is that of an interface here", Refusal(port, MemifPeer.InitMessage(1)));
        Assert.Equal("the version is 2.0", Refusal(port, MemifPeer.InitMessage(0, version: 0x300)));
        Assert.Equal("the mode is Ethernet", Refusal(port, MemifPeer.InitMessage(0, mode: 1)));
        Assert.StartsWith("INIT comes first", Refusal(port, MemifPeer.Message(MemifPeer.Connect)), StringComparison.Ordinal);
        Assert.StartsWith("a message has 128 bytes", Refusal(port, new byte[127]), StringComparison.Ordinal);
        Assert.StartsWith("a message has 128 bytes", Refusal(port, new byte[500]), StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_that_cannot_be_used_is_refused_before_it_is_mapped()
    {
        using Opened port = new();
        using FileDescriptor file = MemoryFile.Create("memif test", 1 << 20);
        using FileDescriptor pipe = EventDescriptor.Create();
        Assert.StartsWith("a region comes with a descriptor", Region(port, 0, 4096), StringComparison.Ordinal);
        Assert.StartsWith("regions are added in order", Region(port, 1, 4096, file), StringComparison.Ordinal);
        Assert.StartsWith("regions are added in order", Region(port, 0xffff, 4096, file), StringComparison.Ordinal);
        Assert.StartsWith("a region has 1 to", Region(port, 0, 0, file), StringComparison.Ordinal);
        Assert.StartsWith("a region has 1 to", Region(port, 0, ulong.MaxValue, file), StringComparison.Ordinal);
        Assert.StartsWith("a region has 1 to", Region(port, 0, 1UL << 31, file), StringComparison.Ordinal);
        Assert.StartsWith("a region is no longer than its file", Region(port, 0, (1 << 20) + 1, file), StringComparison.Ordinal);
        Assert.StartsWith("a region is a memory file", Region(port, 0, 8, pipe), StringComparison.Ordinal);
        Assert.StartsWith("a message has 128 bytes and one descriptor", Region(port, 0, 4096, file, file), StringComparison.Ordinal);
        Assert.Contains("has no peer", port.Port.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_that_is_taken_can_never_be_made_shorter()
    {
        using Opened port = new();
        using FileDescriptor file = MemoryFile.Create("memif test", 1 << 20);
        using MemifPeer peer = MemifPeer.Call(port.Path);
        peer.Ask(MemifPeer.InitMessage(0));
        peer.Ask(MemifPeer.RegionMessage(0, 1 << 20), file);

        Assert.Equal(-1, LinuxInterop.SetLength(file.Number, 4096));

        Assert.Equal(1 << 20, MemoryFile.LengthOf(file));
    }

    [Fact]
    public void Memory_that_takes_no_seal_is_for_those_who_trust_the_peer()
    {
        using Opened cautious = new();
        using MemifPeer refused = MemifPeer.Call(cautious.Path);
        refused.Ask(MemifPeer.InitMessage(0));
        using FileDescriptor file = refused.MakeMemory(1, 10, isUnsealable: true);
        Assert.StartsWith(
            "a region is a memory file of ordinary pages that can be sealed",
            Refusal(refused, MemifPeer.RegionMessage(0, (ulong)refused.Region.Length), file), StringComparison.Ordinal);

        using Opened trusting = new(("regions", "any"));
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        using MemifPeer taken = MemifPeer.Client(trusting.Path, givesUnsealed: true);
        Assert.True(taken.ToPort[0].TrySend(Frame(1)));
        PacketAssert.SameFrames([Frame(1)], Drain(trusting.Port.OpenRxQueue(0, arena), arena, 1));
    }

    [Fact]
    public void Rings_that_cannot_be_used_are_refused()
    {
        const uint Length = 1 << 20;
        using Opened port = new(("ring_size", "1024"));
        Assert.StartsWith("a ring comes with a descriptor", Ring(port, MemifPeer.RingMessage(true, 0, 0, 0, 4), hasDescriptor: false), StringComparison.Ordinal);
        Assert.StartsWith("rings have numbers 0 to 0", Ring(port, MemifPeer.RingMessage(true, 1, 0, 0, 4)), StringComparison.Ordinal);
        Assert.StartsWith("rings have numbers 0 to 0", Ring(port, MemifPeer.RingMessage(false, 0xffff, 0, 0, 4)), StringComparison.Ordinal);
        Assert.StartsWith("a ring has 2 to 1024 slots", Ring(port, MemifPeer.RingMessage(true, 0, 0, 0, 0)), StringComparison.Ordinal);
        Assert.StartsWith("a ring has 2 to 1024 slots", Ring(port, MemifPeer.RingMessage(true, 0, 0, 0, 11)), StringComparison.Ordinal);
        Assert.StartsWith("a ring has 2 to 1024 slots", Ring(port, MemifPeer.RingMessage(true, 0, 0, 0, 255)), StringComparison.Ordinal);
        foreach ((ushort region, uint offset) in new (ushort, uint)[] { (1, 0), (0xffff, 0), (0, Length), (0, Length - 64), (0, 0xffff_fff0), (0, 8), (0, 4096) })
        {
            Assert.StartsWith(
                "a ring is inside of its region, begins at a multiple of 16 bytes and has its cookie",
                Ring(port, MemifPeer.RingMessage(true, 0, region, offset, 4), isConnecting: true), StringComparison.Ordinal);
        }

        Assert.StartsWith("this interface wants 1 rings each way", Refusal(Ready(port), MemifPeer.Message(MemifPeer.Connect)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_silent_caller_is_sent_away_and_keeps_nobody_else_waiting()
    {
        using Opened port = new();
        List<MemifPeer> silent = [];
        for (int caller = 0; caller < 40; caller++)
        {
            silent.Add(MemifPeer.Call(port.Path));
        }

        using MemifPeer honest = MemifPeer.Client(port.Path);
        MemifRig.AwaitFault(port.Port, fault => fault is null);
        Assert.All(silent, caller => Assert.Equal(MemifPeer.Disconnect, MemifPeer.TypeOf(caller.Receive([]))));
        silent.ForEach(caller => caller.Dispose());
    }

    [Fact]
    public async Task Callers_may_come_at_any_moment_while_the_last_port_of_a_socket_goes_and_comes_again()
    {
        const int Rounds = 100;
        string path = MemifRig.NewPath();
        using CancellationTokenSource end = new();
        Task<int>[] callers = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() => CallAgainAndAgain(path, end.Token), TestContext.Current.CancellationToken))];
        for (int round = 0; round < Rounds; round++)
        {
            using Opened port = new(path);
            Thread.SpinWait(100 * round);
        }

        end.Cancel();
        Assert.All(await Task.WhenAll(callers), connected => Assert.True(connected > 0));
        using Opened last = new(path);
        using MemifPeer peer = MemifPeer.Client(path);
        MemifRig.AwaitFault(last.Port, fault => fault is null);
    }

    [Theory]
    [InlineData("role", "server, client", "master")]
    [InlineData("id", "0 to 2147483647", "-1")]
    [InlineData("rings", "1 to 64", "65")]
    [InlineData("ring_size", "powers of two", "1000")]
    [InlineData("ring_size", "2 to 16384", "32768")]
    [InlineData("regions", "sealed, any", "all")]
    [InlineData("buffer_bytes", "'buffer_bytes' of a client only", "2048")]
    [InlineData("secret", "at most 24", "twenty-five bytes of it..")]
    public void A_setting_that_cannot_be_used_is_explained(string name, string accepted, string value)
    {
        PortOpenException refused = Assert.Throws<PortOpenException>(() => new Opened((name, value)));
        Assert.Contains($"'{name}'", refused.Message, StringComparison.Ordinal);
        Assert.Contains(accepted, refused.Message, StringComparison.Ordinal);
        Assert.True(name != "secret" || !refused.Message.Contains(value, StringComparison.Ordinal));
    }

    [Fact]
    public void A_socket_that_cannot_be_listened_at_is_explained()
    {
        using Socket other = NetworkingSfc.Dataplane.Ports.Linux.UnixSocket.Listen(new UnixDomainSocketEndPoint(MemifRig.NewPath()), UnixFileMode.UserWrite, SocketType.Seqpacket);
        string taken = other.LocalEndPoint!.ToString()!;
        Assert.Contains("another server listens there", Assert.Throws<PortOpenException>(() => new Opened(taken)).Message, StringComparison.Ordinal);
        Assert.Contains("at most 107", Assert.Throws<PortOpenException>(() => new Opened(MemifRig.NewPath() + new string('x', 100))).Message, StringComparison.Ordinal);
    }

    private static int CallAgainAndAgain(string path, CancellationToken end)
    {
        int connected = 0;
        UnixDomainSocketEndPoint listener = new(path);
        while (!end.IsCancellationRequested)
        {
            using Socket caller = new(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
            try
            {
                caller.Connect(listener);
                connected++;
            }
            catch (SocketException)
            {
                // Nobody listens just now.
            }
        }

        return connected;
    }

    private static string Region(Opened port, ushort index, ulong size, params FileDescriptor[] files)
    {
        using MemifPeer peer = MemifPeer.Call(port.Path);
        peer.Ask(MemifPeer.InitMessage(0));
        return Refusal(peer, MemifPeer.RegionMessage(index, size), files);
    }

    private static string Ring(Opened port, byte[] message, bool hasDescriptor = true, bool isConnecting = false)
    {
        using FileDescriptor interrupt = EventDescriptor.Create();
        using MemifPeer peer = Ready(port);
        if (!isConnecting)
        {
            return Refusal(peer, message, hasDescriptor ? [interrupt] : []);
        }

        peer.Ask(message, interrupt);
        peer.Ask(MemifPeer.RingMessage(isToServer: false, 0, 0, 0, 4), interrupt);
        return Refusal(peer, MemifPeer.Message(MemifPeer.Connect));
    }

    // A client that has added a region of a megabyte with a cookie at its beginning.
    private static MemifPeer Ready(Opened port)
    {
        using FileDescriptor file = MemoryFile.Create("memif test", 1 << 20);
        using MemoryMapping region = MemoryMapping.TryMap(file, 4096, 0, populate: false, out _)!;
        BitConverter.TryWriteBytes(region.Span(0, 4), PeerRing.Cookie);
        MemifPeer peer = MemifPeer.Call(port.Path);
        peer.Ask(MemifPeer.InitMessage(0));
        peer.Ask(MemifPeer.RegionMessage(0, 1 << 20), file);
        return peer;
    }

    private static string Refusal(Opened port, byte[] message)
    {
        using MemifPeer peer = MemifPeer.Call(port.Path);
        return Refusal(peer, message);
    }

    private static string Refusal(MemifPeer peer, byte[] message, params FileDescriptor[] descriptors)
    {
        peer.Send(message, descriptors);
        byte[] answer = peer.Receive([]);
        Assert.Equal(MemifPeer.Disconnect, MemifPeer.TypeOf(answer));
        Assert.Equal(0, MemifPeer.TypeOf(peer.Receive([])));
        return MemifPeer.ReasonOf(answer);
    }

    private sealed class Opened : IDisposable
    {
        public Opened(params (string Name, string Value)[] settings)
            : this(MemifRig.NewPath(), settings)
        {
        }

        public Opened(string path, params (string Name, string Value)[] settings)
        {
            Path = path;
            Dictionary<string, string> all = new() { ["socket"] = path, ["role"] = "server" };
            foreach ((string name, string value) in settings)
            {
                all[name] = value;
            }

            Port = PortDriverCatalog.Open("memif", all);
        }

        public string Path { get; }

        public IPort Port { get; }

        public void Dispose() => Port.Dispose();
    }
}
