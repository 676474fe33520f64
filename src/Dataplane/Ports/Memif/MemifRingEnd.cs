using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Dataplane.Ports.Memif.Interop;

namespace NetworkingSfc.Dataplane.Ports.Memif;

/// <summary>A ring together with what its worker has to tell the control thread: that it is broken, and that the peer wants an interrupt.</summary>
/// <remarks>
/// The worker never writes to the interrupt descriptor itself. It is shared with the peer, who could make that write wait for
/// ever, and then all ports of the worker with it.
/// </remarks>
internal sealed class MemifRingEnd : IDisposable
{
    private readonly FileDescriptor _interrupt;
    private readonly ControlWake _wake;
    private string? _brokenRule;
    private int _isInterruptWanted;

    /// <summary>Takes over the interrupt's descriptor.</summary>
    public MemifRingEnd(MemifRing ring, FileDescriptor interrupt, ControlWake wake)
    {
        Ring = ring;
        _interrupt = interrupt;
        _wake = wake;
        EventDescriptor.SetNonBlocking(interrupt);
    }

    /// <summary>What the peer is given to wait on.</summary>
    public FileDescriptor InterruptDescriptor => _interrupt;

    /// <summary>The ring; for its worker only.</summary>
    public MemifRing Ring { get; }

    /// <summary>The rule that the peer broke, after which the ring is not touched any more, or null.</summary>
    public string? BrokenRule => Volatile.Read(ref _brokenRule);

    /// <summary>The worker found that the peer broke a rule: nothing in the ring can be relied on.</summary>
    public void Break(string rule)
    {
        Volatile.Write(ref _brokenRule, rule);
        _wake.Signal();
    }

    /// <summary>The worker has handed over slots: the peer is woken if it sleeps.</summary>
    public void WakePeer()
    {
        // The peer sets the flag and looks at the index; we set the index and look at the flag. One of the two is seen.
        Interlocked.MemoryBarrier();
        if (Ring.WantsInterrupt && Interlocked.Exchange(ref _isInterruptWanted, 1) == 0)
        {
            _wake.Signal();
        }
    }

    /// <summary>The control thread sends the interrupt, if one is wanted and the descriptor takes it without waiting.</summary>
    public void Interrupt()
    {
        if (Interlocked.Exchange(ref _isInterruptWanted, 0) == 0)
        {
            return;
        }

        Span<DescriptorPoll.Entry> entries = [new() { Descriptor = _interrupt.Number, Events = DescriptorPoll.Writable }];
        if (DescriptorPoll.Wait(entries, 0))
        {
            EventDescriptor.Signal(_interrupt);
        }
    }

    public void Dispose() => _interrupt.Dispose();
}
