using System.Diagnostics;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Workers.WarmUp;

namespace NetworkingSfc.Sfc.Classify;

/// <summary>What replaying an update script came to.</summary>
/// <param name="Mismatches">Lookups answered wrongly.</param>
/// <param name="FirstMismatch">The first such step, or -1.</param>
/// <param name="Microseconds">Time of each change until it was visible, shortest first.</param>
internal sealed record UpdateRun(int Mismatches, int FirstMismatch, IReadOnlyList<double> Microseconds)
{
    private const int WarmupSteps = 2_000;

    /// <summary>Replays a script, warmed up by the beginning of it on a classifier of its own.</summary>
    /// <param name="script">The script.</param>
    /// <param name="build">Makes a classifier.</param>
    /// <param name="cacheEntries">Decisions that the reader remembers.</param>
    public static UpdateRun Measure(UpdateScript script, Func<RuleSet, IUpdatableClassifier> build, int cacheEntries)
    {
        RuleSet start = script.Start;
        JitWarmup.Settle(() => Replay(script, script.Steps.AsSpan()[..Math.Min(script.Steps.Length, WarmupSteps)], build(start), cacheEntries));
        GC.Collect();
        return Replay(script, script.Steps.AsSpan(), build(start), cacheEntries);
    }

    private static UpdateRun Replay(UpdateScript script, ReadOnlySpan<UpdateStep> steps, IUpdatableClassifier building, int cacheEntries)
    {
        using IUpdatableClassifier classifier = building;
        using IClassifierReader reader = classifier.OpenReader(cacheEntries);
        List<double> microseconds = new(steps.Length);
        FlowKeyBatch keys = new(1);
        int[] answers = new int[keys.Capacity];
        int mismatches = 0;
        int first = -1;
        for (int step = 0; step < steps.Length; step++)
        {
            if (steps[step].Kind == UpdateStepKind.Query)
            {
                keys.Clear();
                keys.Add(steps[step].Packet.Key);
                reader.Classify(keys, answers);
                if (answers[0] != steps[step].Packet.Expected)
                {
                    first = mismatches++ == 0 ? step : first;
                }
            }
            else
            {
                RuleChange change = script.ChangeOf(steps[step]);
                long started = Stopwatch.GetTimestamp();
                classifier.Apply([change]);
                microseconds.Add((Stopwatch.GetTimestamp() - started) * 1e6 / Stopwatch.Frequency);
            }
        }

        microseconds.Sort();
        return new UpdateRun(mismatches, first, microseconds);
    }

    /// <summary>The time that this share of the changes did not exceed; 0 without changes.</summary>
    /// <param name="share">Above 0, up to 1.</param>
    public double Quantile(double share) =>
        Microseconds.Count == 0 ? 0 : Microseconds[(int)Math.Ceiling(share * Microseconds.Count) - 1];
}
