using NetworkingSfc.Dataplane.Ports.Linux.Interop;

namespace NetworkingSfc.Dataplane.Ports.Memif;

/// <summary>Wakes a control thread out of its wait, and tells it when to end. Any thread.</summary>
internal sealed class ControlWake : IDisposable
{
    private readonly FileDescriptor _event = EventDescriptor.Create();
    private volatile bool _isStopped;

    /// <summary>Whether the thread should end.</summary>
    public bool IsStopped => _isStopped;

    /// <summary>To be waited for with others; <see cref="Clear"/> when it is ready.</summary>
    public DescriptorPoll.Entry Entry => new() { Descriptor = _event.Number, Events = DescriptorPoll.Readable };

    /// <summary>Ends the wait.</summary>
    public void Signal() => EventDescriptor.Signal(_event);

    /// <summary>Ends the wait and every later one.</summary>
    public void Stop()
    {
        _isStopped = true;
        Signal();
    }

    /// <summary>Makes the next wait wait.</summary>
    public void Clear() => _ = EventDescriptor.Take(_event);

    /// <summary>Waits until woken.</summary>
    public void Wait()
    {
        Span<DescriptorPoll.Entry> entries = [Entry];
        if (DescriptorPoll.Wait(entries, -1))
        {
            Clear();
        }
    }

    /// <summary>Waits so long, unless stopped. Signals meanwhile are taken back: what they stand for is looked at afterwards.</summary>
    public void Pause(int milliseconds)
    {
        Span<DescriptorPoll.Entry> entries = [Entry];
        long end = Environment.TickCount64 + milliseconds;
        for (long left = milliseconds; left > 0 && !IsStopped; left = end - Environment.TickCount64)
        {
            if (DescriptorPoll.Wait(entries, (int)left))
            {
                Clear();
            }
        }
    }

    public void Dispose() => _event.Dispose();
}
