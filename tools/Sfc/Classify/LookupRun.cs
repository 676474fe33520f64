using System.Diagnostics;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Workers.WarmUp;
using NetworkingSfc.Sfc.Client;

namespace NetworkingSfc.Sfc.Classify;

/// <summary>What passes over a trace came to.</summary>
/// <param name="Mismatches">Wrong answers before or after the passes, whichever are more.</param>
/// <param name="FirstMismatch">The first packet answered wrongly then, or -1.</param>
/// <param name="PassSeconds">Seconds of each pass, shortest first.</param>
internal sealed record LookupRun(int Mismatches, int FirstMismatch, IReadOnlyList<double> PassSeconds)
{
    private const int FewestPasses = 3;

    /// <summary>Measures whole passes.</summary>
    /// <param name="classifier">Who answers.</param>
    /// <param name="packets">The trace.</param>
    /// <param name="seconds">About how long.</param>
    /// <exception cref="CommandFailure">Looking up allocates memory.</exception>
    public static LookupRun Measure(IFlowClassifier classifier, PacketBatches packets, double seconds)
    {
        JitWarmup.Settle(() => packets.Classify(classifier));
        GC.Collect();
        List<double> passes = [];
        long leastAllocated = long.MaxValue;
        int mismatches = CountMismatches(classifier, packets, out int first);
        for (double spent = 0; passes.Count < FewestPasses || spent < seconds; spent += passes[^1])
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long started = Stopwatch.GetTimestamp();
            packets.Classify(classifier);

            // Few packets may take less than a tick of a coarse clock.
            passes.Add(Math.Max(1.0, Stopwatch.GetTimestamp() - started) / Stopwatch.Frequency);
            leastAllocated = Math.Min(leastAllocated, GC.GetAllocatedBytesForCurrentThread() - allocated);
        }

        // Again, as what is remembered from the passes between may be wrong.
        if (CountMismatches(classifier, packets, out int firstAgain) is int again && again > mismatches)
        {
            (mismatches, first) = (again, firstAgain);
        }

        // The runtime itself allocates now and then on whatever thread is there; code that allocates does so in every pass.
        if (leastAllocated > 0)
        {
            throw new CommandFailure($"every pass allocated memory, {leastAllocated} bytes at least; looking up must allocate none.");
        }

        passes.Sort();
        return new LookupRun(mismatches, first, passes);
    }

    private static int CountMismatches(IFlowClassifier classifier, PacketBatches packets, out int first)
    {
        packets.Answer(classifier);
        return packets.CountMismatches(out first);
    }
}
