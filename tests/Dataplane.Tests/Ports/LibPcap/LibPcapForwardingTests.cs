using System.Diagnostics;
using System.Runtime.InteropServices;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Dataplane.Workers;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.VirtualLinks;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.LibPcap;

/// <summary>The whole engine between two virtual links: frames in at one, out at the other by their MAC address.</summary>
public sealed class LibPcapForwardingTests : IDisposable
{
    private const string Library = "libpcap.so.0.8";
    private const string LeftMac = "02:00:00:00:00:01";
    private const string RightMac = "02:00:00:00:00:02";
    private const string StrangerMac = "02:00:00:00:00:03";
    private const int FrameBytes = 2_048;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _silence = TimeSpan.FromMilliseconds(50);

    private readonly List<IDisposable> _opened = [];
    private readonly PacketSocket _left;
    private readonly PacketSocket _right;
    private readonly Worker _worker;

    public LibPcapForwardingTests()
    {
        Assert.SkipUnless(NativeLibrary.TryLoad(Library, out _), $"{Library} is not installed: apt-get install libpcap0.8");
        Assert.SkipWhen(VethPair.Unavailable is not null, VethPair.Unavailable ?? "");
        try
        {
            _worker = Keep(new Worker(new SnapshotCell(Snapshot()), 4 * PacketBatch.Capacity, FrameBytes));
            _left = Attach(0);
            _right = Attach(1);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        for (int i = _opened.Count - 1; i >= 0; i--)
        {
            _opened[i].Dispose();
        }

        _opened.Clear();
    }

    [Fact]
    public void Frames_cross_from_one_link_to_the_other_by_their_address()
    {
        byte[][] toRight = [.. Enumerable.Range(0, 200).Select(number => Datagram(LeftMac, RightMac, number))];
        byte[][] toLeft = [.. Enumerable.Range(0, 150).Select(number => Datagram(RightMac, LeftMac, number))];
        SendAll(_left, toRight);
        SendAll(_right, toLeft);

        RunUntilReceived(toRight.Length + toLeft.Length);

        PacketAssert.SameFrames(toRight, _right.Receive(toRight.Length, _patience));
        PacketAssert.SameFrames(toLeft, _left.Receive(toLeft.Length, _patience));
        Assert.Empty(_left.Receive(1, _silence));
        Assert.Equal(_worker.Counters.Received, _worker.Counters.Sent);
        Assert.Equal(0, _worker.Arena.HeldCount);
    }

    [Fact]
    public void A_frame_for_nobody_goes_nowhere_and_is_counted()
    {
        SendAll(_left, [Datagram(LeftMac, StrangerMac, 1), Datagram(RightMac, LeftMac, 2)]);

        RunUntilReceived(2);

        Assert.Empty(_right.Receive(1, _silence));
        Assert.Equal(2, _worker.Counters.Dropped[(int)DropReason.NoDestination]);
        Assert.Equal(0, _worker.Arena.HeldCount);
    }

    private static byte[] Datagram(string source, string destination, int number) => new PacketBuilder()
        .Ethernet(destination, source).Ipv4("192.0.2.1", "192.0.2.2").Udp(1024, 53).Payload(18 + (number * 7 % 1400), (byte)number).Build();

    private static SteeringSnapshot Snapshot() => SteeringSnapshotBuilder.Build(new SteeringDefinition
    {
        Generation = 1,
        Networks = [new NetworkDefinition(UplinkPort: -1)],
        Ports = [Port(0x0200_0000_0001), Port(0x0200_0000_0002)],
    });

    private static PortDefinition Port(ulong mac) => new(Network: 0, new MacAddress(mac), Addresses: [], MtuBytes: 1500, RuleTable: -1);

    private static void SendAll(PacketSocket socket, IEnumerable<byte[]> frames)
    {
        foreach (byte[] frame in frames)
        {
            socket.Send(frame);
        }
    }

    // A port of the engine on one end of a new link; gives a socket on the other end.
    private PacketSocket Attach(int number)
    {
        VethPair link = Keep(VethPair.Create());
        PacketSocket socket = Keep(new PacketSocket(link.Second));
        IPort port = Keep(PortDriverCatalog.Open("libpcap", new Dictionary<string, string> { ["interface"] = link.First }));
        _worker.Attach(number, port, queue: 0);
        return socket;
    }

    private T Keep<T>(T opened)
        where T : IDisposable
    {
        _opened.Add(opened);
        return opened;
    }

    private void RunUntilReceived(int count)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (_worker.Counters.Received < count && waited.Elapsed < _patience)
        {
            _worker.RunOnce();
        }
    }
}
