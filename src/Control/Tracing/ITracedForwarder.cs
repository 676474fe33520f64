using System.Collections.Immutable;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Dataplane.Tracing;

namespace NetworkingSfc.Control.Tracing;

/// <summary>A forwarder whose packets can be traced.</summary>
public interface ITracedForwarder
{
    /// <summary>What the numbers of records and filters stand for now; null before the first state.</summary>
    CompiledState? State { get; }

    /// <summary>Traces packets. The first news comes at once, when the trace has begun; the last one has its end. Who leaves ends the trace.</summary>
    /// <param name="request">What is traced.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="TraceRefusedException">Another trace runs, or the forwarder is away; in the place of the first news.</exception>
    IAsyncEnumerable<TraceNews> TraceAsync(TraceRequest request, CancellationToken cancellation);
}

/// <summary>What a trace has to say.</summary>
/// <param name="Records">What became of packets.</param>
/// <param name="End">How it ended, in the last news only.</param>
public sealed record TraceNews(ImmutableArray<TraceRecord> Records, TraceEnd? End = null);
