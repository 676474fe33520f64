using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Tests.Ports.Offload;
using NetworkingSfc.Testing.VirtualLinks;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports;

/// <summary>
/// Two network namespaces whose only connection are two ports with a relay between them, and TCP of the kernel from one to the
/// other with all offloads on.
/// </summary>
public sealed class RelayedTransferTests
{
    private const int ContentBytes = 24 * 1024 * 1024;
    private const int LargestFrame = 1514;
    private const int ServerPort = 5001;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    public RelayedTransferTests()
    {
        Assert.SkipWhen(VethPair.Unavailable is not null, VethPair.Unavailable ?? "");
        Assert.SkipWhen(NetworkNamespace.Unavailable is not null, NetworkNamespace.Unavailable ?? "");
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2")]
    [InlineData("2001:db8::1", "2001:db8::2")]
    public void Af_packet_ports_carry_TCP_with_offloads(string server, string client)
    {
        using VethPair left = VethPair.Create();
        using VethPair right = VethPair.Create();
        using IPort leftPort = Open("af-packet", left.First);
        using IPort rightPort = Open("af-packet", right.First);

        AssertTransferred(leftPort, left.Second, server, rightPort, right.Second, client);
    }

    // In native mode the kernel gives segmentation up for a link with a program, in generic mode it does not.
    [Theory]
    [InlineData("native", "192.0.2.1", "192.0.2.2")]
    [InlineData("native", "2001:db8::1", "2001:db8::2")]
    [InlineData("generic", "192.0.2.1", "192.0.2.2")]
    [InlineData("generic", "2001:db8::1", "2001:db8::2")]
    public void Af_xdp_ports_carry_TCP_with_offloads(string mode, string server, string client)
    {
        using VethPair left = VethPair.Create();
        using VethPair right = VethPair.Create();
        using IPort leftPort = Open("af-xdp", left.First, ("mode", mode));
        using IPort rightPort = Open("af-xdp", right.First, ("mode", mode));

        AssertTransferred(leftPort, left.Second, server, rightPort, right.Second, client, leastJoined: mode == "native" ? 0 : 3);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2")]
    [InlineData("2001:db8::1", "2001:db8::2")]
    public void Tap_ports_carry_TCP_with_offloads(string server, string client)
    {
        Assert.SkipUnless(File.Exists("/dev/net/tun"), "this kernel has no TAP interfaces (/dev/net/tun)");
        string left = TapInterface.FreeName();
        string right = TapInterface.FreeName();
        using IPort leftPort = Open("tap", left);
        using IPort rightPort = Open("tap", right);

        AssertTransferred(leftPort, left, server, rightPort, right, client);
    }

    private static IPort Open(string kind, string name, params (string Name, string Value)[] settings) =>
        PortDriverCatalog.Open(kind, settings.Append(("interface", name)).ToDictionary());

    // Each frame that the sender hands to its interface comes as so many at least.
    private static void AssertTransferred(IPort leftPort, string left, string server, IPort rightPort, string right, string client, int leastJoined = 3)
    {
        string prefix = server.Contains(':', StringComparison.Ordinal) ? "/64" : "/24";
        using NetworkNamespace serverSide = NetworkNamespace.Create();
        using NetworkNamespace clientSide = NetworkNamespace.Create();
        serverSide.Take(left, server + prefix);
        clientSide.Take(right, client + prefix);
        Assert.True(SpinWait.SpinUntil(() => leftPort.Fault is null && rightPort.Fault is null, _patience), leftPort.Fault ?? rightPort.Fault);
        byte[] content = RandomNumberGenerator.GetBytes(ContentBytes);
        using Relay relay = new(leftPort, rightPort);

        byte[] received = Transfer(serverSide, clientSide, server, content);

        relay.Dispose();
        Assert.Null(relay.Complaint);
        Assert.Equal(SHA256.HashData(content), SHA256.HashData(received));

        // The sender may hand its interface far fewer frames than the port receives: most come as super-frames then.
        long handedOver = serverSide.Run(() => SentPackets(left));
        Assert.InRange(leftPort.Statistics.ReceivedPackets, leastJoined * handedOver, long.MaxValue);
        Assert.Equal((0, 0), (leftPort.Statistics.ReceiveOversize, leftPort.Statistics.ReceiveInvalid));
    }

    private static byte[] Transfer(NetworkNamespace serverSide, NetworkNamespace clientSide, string server, byte[] content)
    {
        IPEndPoint address = new(IPAddress.Parse(server), ServerPort);
        using Socket listener = serverSide.Run(() =>
        {
            Socket made = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            made.Bind(address);
            made.Listen();
            return made;
        });
        using Socket receiver = clientSide.Run(() => new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveTimeout = (int)_patience.TotalMilliseconds,
        });
        Thread sending = new(() =>
        {
            using Socket sender = listener.Accept();
            sender.SendTimeout = (int)_patience.TotalMilliseconds;
            try
            {
                sender.Send(content);
            }
            catch (SocketException)
            {
                // The receiver finds out that bytes are missing.
            }
        })
        { IsBackground = true };
        sending.Start();
        receiver.Connect(address);
        byte[] received = new byte[content.Length];
        int length = 0;
        for (int read = -1; read != 0 && length < received.Length; length += read)
        {
            read = receiver.Receive(received.AsSpan(length));
        }

        sending.Join(_patience);
        return received[..length];
    }

    private static long SentPackets(string interfaceName)
    {
        const int SentPacketsColumn = 10;
        string line = File.ReadLines("/proc/thread-self/net/dev").Single(text => text.TrimStart().StartsWith(interfaceName + ":", StringComparison.Ordinal));
        string[] columns = line.Split((char[])[' ', ':'], StringSplitOptions.RemoveEmptyEntries);
        return long.Parse(columns[SentPacketsColumn], System.Globalization.CultureInfo.InvariantCulture);
    }

    // One worker that hands everything from each port to the other, and looks at every frame.
    private sealed class Relay : IDisposable
    {
        private readonly Thread _thread;
        private volatile bool _isEnding;

        public Relay(IPort left, IPort right)
        {
            _thread = new Thread(() => Run(left, right)) { IsBackground = true };
            _thread.Start();
        }

        public string? Complaint { get; private set; }

        public void Dispose()
        {
            _isEnding = true;
            _thread.Join();
        }

        private void Run(IPort left, IPort right)
        {
            using PacketArena arena = new(4 * PacketBatch.Capacity, LargestFrame);
            PacketBatch batch = new(arena);
            (IRxQueue From, ITxQueue To)[] ways =
            [
                (left.OpenRxQueue(0, arena), right.OpenTxQueue(0, arena)),
                (right.OpenRxQueue(0, arena), left.OpenTxQueue(0, arena)),
            ];
            while (!_isEnding)
            {
                foreach ((IRxQueue from, ITxQueue to) in ways)
                {
                    batch.Begin(0);
                    from.Receive(batch);
                    foreach (PacketBuffer buffer in batch.Buffers)
                    {
                        Complaint ??= TransportChecksum.Complaint(arena.Frame(buffer));
                    }

                    for (int row = to.Transmit(batch.Buffers); row < batch.Count; row++)
                    {
                        arena.Return(batch.Buffers[row].Slot);
                    }
                }
            }
        }
    }
}
