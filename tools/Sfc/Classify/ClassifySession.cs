using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Workers.WarmUp;
using NetworkingSfc.Sfc.Client;
using NetworkingSfc.Sfc.Replay;

namespace NetworkingSfc.Sfc.Classify;

/// <summary>Reads, builds, looks up, updates.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="error">Where the first wrong answer is named.</param>
internal sealed class ClassifySession(ClassifyRequest request, TextWriter error)
{
    private const int WarmupRules = 1_000;

    /// <summary>Does it all.</summary>
    /// <exception cref="CommandFailure">A file cannot be read or written, a line is wrong or there is no such implementation.</exception>
    public ClassifyReport Run()
    {
        Func<RuleSet, IUpdatableClassifier> build = Builder();
        ImmutableArray<FlowRule> rules = RuleFile.Read(request.Rules);
        ImmutableArray<TracePacket> packets = TraceFile.Read(request.Trace);
        UpdateScript? script = request.Updates is string path ? UpdateScript.Read(path, rules) : null;
        CheckFamilies(rules, request.Trace, packets[0].Key);
        CheckFamilies(rules, request.Updates, script?.Steps.FirstOrDefault(step => step.Kind == UpdateStepKind.Query).Packet.Key ?? default);
        int cacheEntries = request.Cache ? DecisionCache.EntriesFor(rules.Length) : 0;

        PacketBatches batches = new(packets, request.Burst);
        using IUpdatableClassifier classifier = Build(build, rules, out double buildMs);
        using IClassifierReader reader = classifier.OpenReader(cacheEntries);
        LookupRun lookups = LookupRun.Measure(reader, batches, request.Seconds);
        NameMismatch(request.Trace, lookups.FirstMismatch);
        WriteResults(batches.Answers);

        UpdateRun? updates = script is null ? null : UpdateRun.Measure(script, build, cacheEntries);
        NameMismatch(request.Updates, updates?.FirstMismatch ?? -1);
        return new ClassifyReport
        {
            Rules = rules.Length,
            Packets = packets.Length,
            Mismatches = lookups.Mismatches + (updates?.Mismatches ?? 0),
            MlookupsBest = packets.Length / lookups.PassSeconds[0] / 1e6,
            MlookupsMedian = packets.Length / lookups.PassSeconds[lookups.PassSeconds.Count / 2] / 1e6,
            BuildMs = buildMs,
            Bytes = classifier.Bytes,
            CacheBytes = reader.CacheBytes,
            UpdateUsP50 = updates?.Quantile(0.5),
            UpdateUsP999 = updates?.Quantile(0.999),
        };
    }

    private Func<RuleSet, IUpdatableClassifier> Builder()
    {
        try
        {
            // The environment may name one as well; building nothing shows whether it exists.
            Func<RuleSet, IUpdatableClassifier> build =
                request.Implementation is string name ? ClassifierCatalog.Named(name).Build : ClassifierCatalog.Build;
            build(RuleSet.Empty).Dispose();
            return build;
        }
        catch (InvalidOperationException unknown)
        {
            throw new CommandFailure(unknown.Message, CommandFailure.WrongUsage);
        }
    }

    // A trace of the other family would match nothing, quickly.
    private void CheckFamilies(ImmutableArray<FlowRule> rules, string? path, in FlowKey key)
    {
        if (!rules.IsEmpty && key.EtherType != 0 && key.EtherType != rules[0].EtherType)
        {
            throw new CommandFailure($"'{path}' and '{request.Rules}' are of different address families; files of one family are accepted.");
        }
    }

    private static IUpdatableClassifier Build(Func<RuleSet, IUpdatableClassifier> build, ImmutableArray<FlowRule> rules, out double milliseconds)
    {
        // Small sets first, until the compiler is done: its time is the process's and would be most of a small build.
        RuleSet few = RuleSet.InOrder(rules.Take(WarmupRules));
        JitWarmup.Settle(() => build(few).Dispose());
        RuleSet all = RuleSet.InOrder(rules);
        GC.Collect();
        long started = Stopwatch.GetTimestamp();
        IUpdatableClassifier classifier = build(all);
        milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        return classifier;
    }

    private void NameMismatch(string? path, int line)
    {
        if (line >= 0)
        {
            error.WriteLine($"sfc classify: {path}, line {line + 1}: the first wrong answer.");
        }
    }

    private void WriteResults(ReadOnlySpan<int> answers)
    {
        if (request.Results is not string path)
        {
            return;
        }

        StringBuilder lines = new(answers.Length * 6);
        foreach (int answer in answers)
        {
            lines.Append(CultureInfo.InvariantCulture, $"{answer}\n");
        }

        try
        {
            using OutputFile file = new(path);
            file.Stream.Write(Encoding.UTF8.GetBytes(lines.ToString()));
            file.Finish();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"'{path}' cannot be written: {failure.Message}; the name of a file in a folder that exists is accepted.");
        }
    }
}
