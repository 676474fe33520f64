using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Dataplane.Tracing;

/// <summary>
/// A trace that runs on the workers of a group: ends by itself after its packets or its time, or when it is disposed. One
/// thread at a time reads.
/// </summary>
public sealed class PacketTrace : IDisposable
{
    private const int MostAtOnce = 1_024;

    private static readonly TimeSpan _readPeriod = TimeSpan.FromMilliseconds(5);

    // A worker lets go between two bursts. One that does not for so long hangs, or has ended.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    private readonly TraceRequest _request;
    private readonly ImmutableArray<Worker> _workers;
    private readonly ImmutableArray<PacketTracer> _tracers;
    private readonly long _started = Stopwatch.GetTimestamp();

    // When it was ended, or 0.
    private long _stopped;
    private bool _isStopping;
    private int _numbered;

    /// <summary>Begins.</summary>
    /// <param name="workers">The workers, of which nobody traces another one.</param>
    /// <param name="request">What is traced.</param>
    internal PacketTrace(ImmutableArray<Worker> workers, TraceRequest request)
    {
        _request = request;
        _workers = workers;
        _tracers = [.. workers.Select(_ => new PacketTracer(this, request.Filter))];
        for (int worker = 0; worker < workers.Length; worker++)
        {
            workers[worker].Trace(_tracers[worker]);
        }
    }

    /// <summary>How it ended, or stands.</summary>
    public TraceEnd End => new(
        IsFull ? string.Create(CultureInfo.InvariantCulture, $"{_request.Count} packets were traced.")
            : string.Create(CultureInfo.InvariantCulture, $"The trace ended after {(long)Stopwatch.GetElapsedTime(_started, _stopped == 0 ? Stopwatch.GetTimestamp() : _stopped).TotalSeconds} s."),
        Math.Min(Volatile.Read(ref _numbered), _request.Count),
        _tracers.Sum(tracer => tracer.NotRecorded));

    /// <summary>True once all packets have their number. Any thread.</summary>
    internal bool IsFull => Volatile.Read(ref _numbered) >= _request.Count;

    /// <summary>True once no worker traces for this any more. Any thread.</summary>
    internal bool IsStopped => Volatile.Read(ref _stopped) != 0;

    /// <summary>Takes what has been recorded.</summary>
    /// <param name="records">Gets it, in the order of each worker.</param>
    /// <returns>False when the trace is over and nothing will come any more.</returns>
    public bool Read(ICollection<TraceRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        bool isOver = IsFull || Stopwatch.GetElapsedTime(_started) >= _request.Limit;
        if (isOver)
        {
            Dispose();
        }

        // Asked before reading: what a worker writes until it lets go is read.
        bool mayWrite = !IsStopped
            || (!_workers.Zip(_tracers).All(pair => pair.First.HasLetGo(pair.Second)) && Stopwatch.GetElapsedTime(_stopped) < _patience);
        for (int worker = 0; worker < _tracers.Length; worker++)
        {
            while (_tracers[worker].Ring.TryRead(worker) is { } record)
            {
                records.Add(record);
            }
        }

        return mayWrite;
    }

    /// <summary>Reads until the trace is over.</summary>
    /// <param name="cancellation">Ends reading, not the trace.</param>
    public async IAsyncEnumerable<ImmutableArray<TraceRecord>> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        List<TraceRecord> records = [];
        for (bool isRunning = true; isRunning;)
        {
            isRunning = Read(records);
            foreach (TraceRecord[] some in records.Chunk(MostAtOnce))
            {
                yield return [.. some];
            }

            if (isRunning && records.Count == 0)
            {
                await Task.Delay(_readPeriod, cancellation);
            }

            records.Clear();
        }
    }

    /// <summary>Ends the trace; what is recorded can still be read.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isStopping, true))
        {
            return;
        }

        // In this order: who sees that it has ended may begin another one.
        foreach (Worker worker in _workers)
        {
            worker.Trace(null);
        }

        Volatile.Write(ref _stopped, Stopwatch.GetTimestamp());
    }

    /// <summary>Gives a packet its number, from 1.</summary>
    /// <param name="number">The number.</param>
    /// <returns>False when all have been given.</returns>
    internal bool TryNumber(out int number)
    {
        number = Interlocked.Increment(ref _numbered);
        if (number <= _request.Count)
        {
            return true;
        }

        number = 0;
        return false;
    }
}
