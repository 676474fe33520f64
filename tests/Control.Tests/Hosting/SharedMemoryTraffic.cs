using System.Buffers.Binary;
using System.Diagnostics;
using System.Text.Json.Nodes;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.Hosting;

/// <summary>
/// Numbered frames of several flows at full speed through a chain of one function, by memif: one thread is the sender, who has a bounded
/// number of frames under way and no more than its ring takes, the function, and the receiver, who looks at every number.
/// </summary>
internal sealed class SharedMemoryTraffic : IDisposable
{
    private const int Flows = 16;
    public const int RingSize = 8_192;

    // Fewer than a ring has slots: no ring runs over, whatever the machine does meanwhile.
    private const int MostUnderWay = 6_000;
    private const int SourcePortAt = 14 + 20;
    private const int NumberAt = SourcePortAt + 8;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _lostAfter = TimeSpan.FromMilliseconds(200);

    private readonly TemporaryFolder _folder = new();
    private readonly PacketArena _arena = new(slotCount: 1_024, frameBytes: 2_048);
    private readonly IPort[] _ports;
    private readonly IRxQueue[] _receive;
    private readonly ITxQueue[] _transmit;
    private readonly PacketBatch _batch;
    private readonly PacketBuffer[] _pending = new PacketBuffer[PacketBatch.Capacity];
    private readonly byte[] _frame = new PacketBuilder().Ethernet(ChainState.Mac(3), "02:00:00:00:aa:01").Ipv4("10.0.0.1", "10.0.0.4").Udp(1000, 2000).Payload(40).Build();
    private readonly long[] _nextToSend = new long[Flows];
    private readonly long[] _nextToCome = new long[Flows];
    private int _pendingCount;
    private Thread? _thread;
    private long _sent;
    private long _passed;
    private long _received;
    private long _reordered;
    private long _givenUp;
    private long _lastArrival;
    private long _longestSilence;
    private volatile bool _isSending;
    private volatile bool _isStopping;

    public SharedMemoryTraffic()
    {
        _ports = [.. ChainState.Names.Select((_, port) => PortDriverCatalog.Open("memif", new Dictionary<string, string> { ["socket"] = Socket(port), ["role"] = "client", ["ring_size"] = $"{RingSize}" }))];
        _receive = [.. _ports.Select(port => port.OpenRxQueue(0, _arena))];
        _transmit = [.. _ports.Select(port => port.OpenTxQueue(0, _arena))];
        _batch = new PacketBatch(_arena);
    }

    /// <summary>
    /// Whether what has not come for a while is taken to be lost, so that more is sent. Otherwise a standstill of the machine is waited for.
    /// </summary>
    public bool ExpectsLoss { get; init; }

    /// <summary>Frames that the sender's ring took.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Frames that the function received and sent on.</summary>
    public long Passed => Interlocked.Read(ref _passed);

    /// <summary>Frames that lay in rings to the function and the receiver when the forwarder's end of them went.</summary>
    public long LostInRings => _ports.Sum(port => port.Statistics.ReceiveLost);

    /// <summary>Frames that arrived.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Frames sent that have not arrived.</summary>
    public long Missing => Sent - Received;

    /// <summary>Frames that arrived behind a later one of their flow.</summary>
    public long Reordered => Interlocked.Read(ref _reordered);

    /// <summary>Longest time between two arrivals.</summary>
    public TimeSpan LongestSilence => TimeSpan.FromSeconds((double)Interlocked.Read(ref _longestSilence) / Stopwatch.Frequency);

    /// <summary>What the peers' ends said while nothing arrived for a while.</summary>
    public string Faults { get; private set; } = "";

    /// <summary>The state of the chain and its ports, as a document.</summary>
    public JsonNode State() => ChainState.Of(port => $$"""{"kind": "memif", "socket": "{{Socket(port)}}", "role": "server", "ring_size": "{{RingSize}}"}""");

    /// <summary>Waits until all ports are connected, and begins to send.</summary>
    public void Start()
    {
        Assert.True(SpinWait.SpinUntil(() => _ports.All(port => port.Fault is null), _patience), string.Join('\n', _ports.Select(port => port.Fault)));
        _isSending = true;
        _lastArrival = Stopwatch.GetTimestamp();
        _thread = new Thread(Run) { Name = "traffic", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Waits until this many more have arrived.</summary>
    public async Task MoreAsync(long frames)
    {
        long until = Received + frames;
        Stopwatch clock = Stopwatch.StartNew();
        while (Received < until)
        {
            Assert.True(clock.Elapsed < _patience, $"{Received} frames of {until} arrived, {Missing} are missing.");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Sends no more and waits for what is under way.</summary>
    public void Finish()
    {
        _isSending = false;
        SpinWait.SpinUntil(() => Missing == 0, TimeSpan.FromSeconds(2));
        Stop();
    }

    public void Dispose()
    {
        Stop();
        foreach (IDisposable made in (IEnumerable<IDisposable>)[.. _ports, _arena, _folder])
        {
            made.Dispose();
        }
    }

    private string Socket(int port) => _folder.File(ChainState.Names[port]);

    private void Stop()
    {
        _isStopping = true;
        _thread?.Join();
    }

    private void Run()
    {
        while (!_isStopping)
        {
            if ((Arrive() | Pass() | Send()) == 0)
            {
                Thread.Yield();
                if (_isSending && Faults.Length == 0 && Stopwatch.GetElapsedTime(_lastArrival) > _lostAfter)
                {
                    Faults = string.Join(", ", _ports.Select(port => port.Fault).OfType<string>());
                }
            }
        }
    }

    private int Send()
    {
        if (ExpectsLoss && Missing - _givenUp > MostUnderWay - PacketBatch.Capacity && Stopwatch.GetElapsedTime(_lastArrival) > _lostAfter)
        {
            _givenUp = Missing;
        }

        if (!_isSending || Missing - _givenUp > MostUnderWay - PacketBatch.Capacity)
        {
            return 0;
        }

        Span<PacketBuffer> burst = stackalloc PacketBuffer[PacketBatch.Capacity];
        for (int frame = 0; frame < burst.Length; frame++)
        {
            Assert.True(_arena.TryRent(out int slot));
            int flow = frame % Flows;
            Span<byte> bytes = _arena.Slot(slot).Slice(PacketArena.HeadroomBytes, _frame.Length);
            _frame.CopyTo(bytes);
            BinaryPrimitives.WriteUInt16BigEndian(bytes[SourcePortAt..], (ushort)flow);
            BinaryPrimitives.WriteInt64BigEndian(bytes[NumberAt..], _nextToSend[flow] + (frame / Flows));
            burst[frame] = new PacketBuffer { Slot = slot, Start = PacketArena.HeadroomBytes, Length = _frame.Length, WireLength = _frame.Length, Member = PacketBuffer.NoMember };
        }

        // What the ring refuses has not been sent; its numbers come again.
        int taken = _transmit[0].Transmit(burst);
        for (int frame = 0; frame < taken; frame++)
        {
            _nextToSend[frame % Flows]++;
        }

        Return(burst[taken..]);
        Interlocked.Add(ref _sent, taken);
        return taken;
    }

    // The function: what it gets goes on to the destination, and what its ring does not take it sends first the next time.
    private int Pass()
    {
        if (_pendingCount == 0)
        {
            _batch.Begin(1);
            _receive[1].Receive(_batch);
            foreach (ref PacketBuffer buffer in _batch.Buffers)
            {
                _arena.Frame(buffer)[5] = 4;
            }

            _batch.Buffers.CopyTo(_pending);
            _pendingCount = _batch.Count;
        }

        int taken = _transmit[2].Transmit(_pending.AsSpan(0, _pendingCount));
        _pending.AsSpan(taken, _pendingCount - taken).CopyTo(_pending);
        _pendingCount -= taken;
        Interlocked.Add(ref _passed, taken);
        return taken;
    }

    private int Arrive()
    {
        _batch.Begin(3);
        _receive[3].Receive(_batch);
        if (_batch.Count == 0)
        {
            return 0;
        }

        long now = Stopwatch.GetTimestamp();
        Interlocked.Exchange(ref _longestSilence, Math.Max(_longestSilence, now - _lastArrival));
        _lastArrival = now;
        foreach (ref PacketBuffer buffer in _batch.Buffers)
        {
            ReadOnlySpan<byte> frame = _arena.Frame(buffer);
            int flow = BinaryPrimitives.ReadUInt16BigEndian(frame[SourcePortAt..]);
            long number = BinaryPrimitives.ReadInt64BigEndian(frame[NumberAt..]);
            if (number < _nextToCome[flow])
            {
                Interlocked.Increment(ref _reordered);
            }

            _nextToCome[flow] = number + 1;
        }

        Return(_batch.Buffers);
        Interlocked.Add(ref _received, _batch.Count);
        return _batch.Count;
    }

    private void Return(ReadOnlySpan<PacketBuffer> buffers)
    {
        foreach (ref readonly PacketBuffer buffer in buffers)
        {
            _arena.Return(buffer.Slot);
        }
    }
}
