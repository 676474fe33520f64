using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Dataplane.Ports.Memif.Interop;
using NetworkingSfc.Dataplane.Ports.Memif.Messages;

namespace NetworkingSfc.Dataplane.Ports.Memif;

/// <summary>The server's side of a connection from the answer to INIT on: regions and rings are added, then frames may move.</summary>
internal sealed class MemifServerHandshake : IDisposable
{
    private const int LongestMilliseconds = 3_000;

    private readonly MemifChannel _channel;
    private readonly MemifSettings _settings;
    private readonly ControlWake _wake;
    private readonly MemifRegions _regions;
    private readonly AddRingMessage?[] _received;
    private readonly AddRingMessage?[] _sent;
    private readonly FileDescriptor?[] _receivedInterrupts;
    private readonly FileDescriptor?[] _sentInterrupts;

    private MemifServerHandshake(MemifChannel channel, MemifSettings settings, ControlWake wake)
    {
        _channel = channel;
        _settings = settings;
        _wake = wake;
        _regions = new MemifRegions(settings.TrustsRegions);
        _received = new AddRingMessage?[settings.Rings];
        _sent = new AddRingMessage?[settings.Rings];
        _receivedInterrupts = new FileDescriptor?[settings.Rings];
        _sentInterrupts = new FileDescriptor?[settings.Rings];
    }

    /// <summary>Goes through with it.</summary>
    /// <param name="channel">A peer whose INIT was right. The connection's when there is one, else the caller's.</param>
    /// <param name="settings">The port's.</param>
    /// <param name="wake">Ends it when it stops.</param>
    /// <exception cref="MemifPeerException">The peer broke a rule, or has gone.</exception>
    public static MemifConnection Run(MemifChannel channel, MemifSettings settings, ControlWake wake)
    {
        using MemifServerHandshake handshake = new(channel, settings, wake);
        return handshake.Run();
    }

    public void Dispose()
    {
        _regions.Dispose();
        foreach (FileDescriptor? interrupt in _receivedInterrupts.Concat(_sentInterrupts))
        {
            interrupt?.Dispose();
        }
    }

    private MemifConnection Run()
    {
        byte[] ack = MemifMessage.Create(MemifMessageType.Ack);
        long deadline = Environment.TickCount64 + LongestMilliseconds;
        while (true)
        {
            _channel.Send(ack);
            MemifMessageType type = _channel.Await(_wake, deadline);
            switch (type)
            {
                case MemifMessageType.AddRegion:
                    using (FileDescriptor? file = _channel.TakeDescriptor())
                    {
                        _regions.Add(AddRegionMessage.Read(_channel.Message), file);
                    }

                    break;
                case MemifMessageType.AddRing:
                    AddRing(AddRingMessage.Read(_channel.Message));
                    break;
                case MemifMessageType.Connect:
                    return Connect();
                default:
                    throw MemifPeerException.Broken($"no message of type {(int)type} may come before CONNECT");
            }
        }
    }

    private void AddRing(in AddRingMessage ring)
    {
        FileDescriptor interrupt = _channel.TakeDescriptor() ?? throw MemifPeerException.Broken("a ring comes with a descriptor");
        AddRingMessage?[] rings = ring.IsToServer ? _received : _sent;
        FileDescriptor?[] interrupts = ring.IsToServer ? _receivedInterrupts : _sentInterrupts;
        if (ring.Index >= rings.Length || rings[ring.Index] is not null)
        {
            interrupt.Dispose();
            throw MemifPeerException.Broken($"rings have numbers 0 to {rings.Length - 1} each way, each once");
        }

        interrupts[ring.Index] = interrupt;
        if (ring.Log2Size < 1 || ring.Log2Size > _settings.Log2RingSize || ring.PrivateHeaderBytes != 0)
        {
            throw MemifPeerException.Broken($"a ring has 2 to {1 << _settings.Log2RingSize} slots and no private header");
        }

        rings[ring.Index] = ring;
    }

    private MemifConnection Connect()
    {
        if (_received.Contains(null) || _sent.Contains(null))
        {
            throw MemifPeerException.Broken($"this interface wants {_settings.Rings} rings each way, and fewer were added");
        }

        MemifMemory memory = _regions.Take();
        try
        {
            MemifRing[] received = [.. _received.Select(ring => Open(memory, ring!.Value))];
            MemifRing[] sent = [.. _sent.Select(ring => Open(memory, ring!.Value))];
            foreach (MemifRing ring in received.Concat(sent))
            {
                ring.Start();
            }

            _channel.Send(MemifMessage.Named(MemifMessageType.Connected, _settings.InterfaceName));
            return new MemifConnection(_channel, memory, Ends(received, _receivedInterrupts), Ends(sent, _sentInterrupts));
        }
        catch (MemifPeerException)
        {
            memory.Dispose();
            throw;
        }
    }

    private static MemifRing Open(MemifMemory memory, in AddRingMessage ring) =>
        MemifRing.TryOpen(memory, ring.Region, ring.Offset, ring.Log2Size, isReceiving: ring.IsToServer)
        ?? throw MemifPeerException.Broken("a ring is inside of its region, begins at a multiple of 16 bytes and has its cookie");

    private MemifRingEnd[] Ends(MemifRing[] rings, FileDescriptor?[] interrupts)
    {
        MemifRingEnd[] ends = [.. rings.Select((ring, index) => new MemifRingEnd(ring, interrupts[index]!, _wake))];
        Array.Clear(interrupts);
        return ends;
    }
}
