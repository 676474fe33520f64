using System.Buffers.Binary;
using System.Diagnostics;
using System.Text.Json.Nodes;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.VirtualLinks;

namespace NetworkingSfc.Control.Tests.Hosting;

/// <summary>
/// Numbered frames through a chain of one function on virtual links: a sender that has few frames under way, the function,
/// and a receiver that counts what is lost and what overtakes.
/// </summary>
internal sealed class ChainTraffic : IDisposable
{
    private const int MostUnderWay = 64;
    private const int NumberAt = 14 + 20 + 8;
    private static readonly string[] _names = ["src", "in", "out", "dst"];
    private static readonly TimeSpan _often = TimeSpan.FromMilliseconds(20);

    private readonly VethPair[] _links = [.. _names.Select(_ => VethPair.Create())];
    private readonly PacketSocket[] _peers;
    private readonly List<Thread> _threads = [];
    private long _probe;
    private long _sent;
    private long _received;
    private long _next;
    private long _disorder;
    private volatile bool _isSending;
    private volatile bool _isStopping;

    public ChainTraffic() => _peers = [.. _links.Select(link => new PacketSocket(link.Second))];

    /// <summary>Frames that arrived.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Frames sent that have not arrived.</summary>
    public long Missing => Interlocked.Read(ref _sent) - Received;

    /// <summary>Frames that arrived with another number than the next.</summary>
    public long Disorder => Interlocked.Read(ref _disorder);

    /// <summary>The state of the chain and its ports, as a document.</summary>
    public JsonNode State() => JsonNode.Parse($$$"""
        {"revision": 50, "networks": [{"name": "n"}],
         "ports": [{{{string.Join(", ", _names.Select((name, port) => $$$"""
            {"name": "{{{name}}}", "network_id": "n", "mac_address": "{{{Mac(port)}}}", "device_id": "{{{(port is 1 or 2 ? "f" : name)}}}",
             "binding:vif_type": "other", "binding:vif_details": {"kind": "libpcap", "interface": "{{{_links[port].First}}}"} }
            """))}}}],
         "port_pairs": [{"name": "p", "ingress": "in", "egress": "out"}], "port_pair_groups": [{"name": "g", "port_pairs": ["p"]}],
         "flow_classifiers": [{"name": "c", "protocol": "udp", "ethertype": "IPv4", "logical_source_port": "src"}],
         "port_chains": [{"name": "c", "port_pair_groups": ["g"], "flow_classifiers": ["c"]}]}
        """)!;

    /// <summary>Waits until a frame has gone through the chain.</summary>
    /// <returns>How long it took.</returns>
    public TimeSpan AwaitFirst()
    {
        // Not one that a forwarder before has left behind.
        long number = --_probe;
        byte[] frame = Frame(number);
        Stopwatch clock = Stopwatch.StartNew();
        while (true)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), "No frame went through the chain.");
            _peers[0].Send(frame);
            Pass(TimeSpan.FromMilliseconds(2));
            if (_peers[3].Receive(100, TimeSpan.FromMilliseconds(2)).Any(arrived => NumberOf(arrived) == number))
            {
                return clock.Elapsed;
            }
        }
    }

    /// <summary>Begins to send; what <see cref="AwaitFirst"/> left behind is out of the way before.</summary>
    public void Start()
    {
        while (Pass(_often) > 0 || _peers[3].Receive(1_000, _often).Count > 0)
        {
        }

        _isSending = true;
        Run(Send);
        Run(() => Pass(_often));
        Run(Receive);
    }

    /// <summary>Sends no more and waits for what is under way.</summary>
    public void Finish()
    {
        _isSending = false;
        _threads[0].Join();
        SpinWait.SpinUntil(() => Missing == 0, TimeSpan.FromSeconds(5));
        _isStopping = true;
        _threads.ForEach(thread => thread.Join());
    }

    public void Dispose()
    {
        _isSending = false;
        _isStopping = true;
        _threads.ForEach(thread => thread.Join());
        foreach (IDisposable made in (IEnumerable<IDisposable>)[.. _peers, .. _links])
        {
            made.Dispose();
        }
    }

    private static string Mac(int port) => $"02:00:00:00:00:0{port + 1}";

    private static byte[] Frame(long number)
    {
        byte[] frame = new PacketBuilder().Ethernet(Mac(3), "02:00:00:00:aa:01").Ipv4("10.0.0.1", "10.0.0.4").Udp(1000, 2000).Payload(40).Build();
        BinaryPrimitives.WriteInt64BigEndian(frame.AsSpan(NumberAt), number);
        return frame;
    }

    private static long NumberOf(byte[] frame) => BinaryPrimitives.ReadInt64BigEndian(frame.AsSpan(NumberAt));

    private void Run(Action step)
    {
        Thread thread = new(() =>
        {
            while (!_isStopping && (step != Send || _isSending))
            {
                step();
            }
        })
        { IsBackground = true };
        _threads.Add(thread);
        thread.Start();
    }

    // With so few under way no buffer of any link runs over, whatever the machine does meanwhile.
    private void Send()
    {
        if (Missing < MostUnderWay)
        {
            _peers[0].Send(Frame(_sent));
            Interlocked.Increment(ref _sent);
        }
        else
        {
            Thread.Sleep(0);
        }
    }

    // The function: what it gets goes on to the destination.
    private int Pass(TimeSpan patience)
    {
        IReadOnlyList<byte[]> frames = _peers[1].Receive(1, patience);
        foreach (byte[] frame in frames)
        {
            frame[5] = 4;
            _peers[2].Send(frame);
        }

        return frames.Count;
    }

    private void Receive()
    {
        foreach (byte[] frame in _peers[3].Receive(1, _often))
        {
            long number = NumberOf(frame);
            if (number != _next)
            {
                Interlocked.Increment(ref _disorder);
            }

            _next = number + 1;
            Interlocked.Increment(ref _received);
        }
    }
}
