using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Dataplane.Tracing;

/// <summary>
/// A bounded queue of records from a worker to whoever reads the trace. Neither ever waits for the other: what finds no room is
/// not recorded. Records may be reserved and filled several at a time, and are seen when they are published.
/// </summary>
/// <param name="capacity">Records it holds, a power of two.</param>
internal sealed class TraceRing(int capacity)
{
    private readonly NativeRows<TraceEntry> _rows = new(capacity);
    private readonly int _mask = capacity - 1;
    private long _reserved;
    private long _published;
    private long _read;

    /// <summary>True when nothing can be reserved. The worker only.</summary>
    public bool IsFull => _reserved - Volatile.Read(ref _read) > _mask;

    /// <summary>A record that was reserved and is not published yet. The worker only.</summary>
    /// <param name="place">What <see cref="Reserve"/> gave.</param>
    public ref TraceEntry this[int place] => ref _rows.Writable[place];

    /// <summary>Takes a place, which is free: see <see cref="IsFull"/>. The worker only.</summary>
    public int Reserve() => (int)(_reserved++ & _mask);

    /// <summary>Shows the reader all that is reserved. The worker only.</summary>
    public void Publish() => Volatile.Write(ref _published, _reserved);

    /// <summary>The reader takes the oldest record.</summary>
    /// <param name="worker">Number of the worker, for the record.</param>
    /// <returns>The record, or null when there is none.</returns>
    public TraceRecord? TryRead(int worker)
    {
        long read = _read;
        if (read == Volatile.Read(ref _published))
        {
            return null;
        }

        TraceRecord record = TraceRecord.Of(_rows.Span[(int)(read & _mask)], worker);
        Volatile.Write(ref _read, read + 1);
        return record;
    }
}
