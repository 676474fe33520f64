using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Conformance.Tests.Live;

/// <summary>
/// Reads the counters of a running worker over and over. Received and generated less sent and dropped is what the worker holds: never
/// less than nothing, and never more than its slots, at whatever moments the reads fall.
/// </summary>
internal sealed class StormAuditor(LiveForwarder forwarder)
{
    private const int ReadsAtOnce = 100;

    /// <summary>Times the counters were read.</summary>
    public long Reads { get; private set; }

    /// <summary>Reads until told to stop.</summary>
    public void Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            // Read before what came in, what went out is never more than it; read afterwards, it is less by what is held at most.
            long before = Out();
            long received = forwarder.Counters.Received;
            long generated = forwarder.Counters.Generated;
            Interlocked.MemoryBarrier();
            long after = Out();
            if (before > received + generated || received + generated - after > forwarder.MostHeld)
            {
                throw new PacketMismatchException(
                    $"The sum law is broken: {before} to {after} sent and dropped, {received} received, {generated} generated, room for {forwarder.MostHeld}.");
            }

            // Others need the processor too.
            if (++Reads % ReadsAtOnce == 0)
            {
                Thread.Sleep(1);
            }
        }
    }

    private long Out()
    {
        WorkerCounters counters = forwarder.Counters;
        long sum = counters.Sent;
        foreach (long dropped in counters.Dropped)
        {
            sum += dropped;
        }

        Interlocked.MemoryBarrier();
        return sum;
    }
}
