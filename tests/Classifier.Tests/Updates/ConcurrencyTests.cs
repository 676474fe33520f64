using NetworkingSfc.Classifier.Linear;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Classifier.Tests.Updates;

/// <summary>One thread changes rules while two classify: every batch is answered by exactly one version, and that no old one.</summary>
public sealed class ConcurrencyTests
{
    private const int Seed = 99;
    private const int Readers = 2;
    private const int Batches = 64;
    private const int BatchesBetweenOpenings = 50;

    // After so many versions the writer waits for a batch of the newest one, so that both sides overlap on any machine.
    private const int VersionsPerWait = 4;

    private long _started;
    private long _published;
    private long _answered;
    private volatile bool _stop;

    [Theory]
    [MemberData(nameof(CatalogCases.Runnable), MemberType = typeof(CatalogCases))]
    public async Task Batches_are_answered_by_one_version_that_was_current(string name)
    {
        Random random = new(Seed);
        SmallUniverse universe = new(random);
        RandomChanges source = new(random, universe, 80);
        RuleSet start = source.Start(80);
        RuleChange[][] changes = [.. Enumerable.Range(0, CatalogCases.Share(name, LongRun.Scale(40_000)))
            .Select(_ => source.Next(random.Next(10) switch { 0 => random.Next(1, 501), 1 or 2 => random.Next(1, 10), _ => 1 }))];
        FlowKeyBatch[] batches = [.. Enumerable.Range(0, Batches).Select(_ => Asking.Batch(universe.Keys(random.Next(1, 100))))];
        IFlowClassifier[] oracle = OraclePerVersion(start, changes);

        using IUpdatableClassifier classifier = ClassifierCatalog.Named(name).Build(start);
        Task<int>[] readers = [.. Enumerable.Range(0, Readers).Select(number =>
            Task.Factory.StartNew(() => Read(classifier, batches, oracle, number), TaskCreationOptions.LongRunning))];
        try
        {
            Write(classifier, changes, readers);
        }
        finally
        {
            _stop = true;
        }

        int[] versionsSeen = await Task.WhenAll(readers);

        Assert.Equal(changes.Length, classifier.Version);
        Assert.InRange(versionsSeen.Sum(), changes.Length / VersionsPerWait, int.MaxValue);
    }

    private static IFlowClassifier[] OraclePerVersion(RuleSet start, RuleChange[][] changes)
    {
        using LinearClassifier linear = new(start);
        List<IFlowClassifier> versions = [linear.Freeze()];
        foreach (RuleChange[] batch in changes)
        {
            linear.Apply(batch);
            versions.Add(linear.Freeze());
        }

        return [.. versions];
    }

    private void Write(IUpdatableClassifier classifier, RuleChange[][] changes, Task[] readers)
    {
        for (int version = 1; version <= changes.Length; version++)
        {
            Volatile.Write(ref _started, version);
            classifier.Apply(changes[version - 1]);
            Volatile.Write(ref _published, version);
            if (version % VersionsPerWait == 0)
            {
                AwaitNewBatch(readers);
            }
        }
    }

    // Of one more answers than there are readers, two are by the same one: the later of them was asked for after now.
    private void AwaitNewBatch(Task[] readers)
    {
        long enough = Volatile.Read(ref _answered) + Readers + 1;
        while (Volatile.Read(ref _answered) < enough && !readers.Any(reader => reader.IsCompleted))
        {
            Thread.Yield();
        }
    }

    /// <summary>Classifies until the writer is done; gives how many different versions answered.</summary>
    private int Read(IUpdatableClassifier classifier, FlowKeyBatch[] batches, IFlowClassifier[] oracle, int number)
    {
        Random random = new(Seed + number);
        int versions = 0;
        long last = -1;
        while (!_stop)
        {
            using IClassifierReader reader = classifier.OpenReader(random.Next(3) switch { 0 => 0, 1 => 64, _ => 4_096 });
            for (int round = 0; round < BatchesBetweenOpenings && !_stop; round++)
            {
                FlowKeyBatch keys = batches[random.Next(batches.Length)];
                long oldest = Volatile.Read(ref _published);
                int[] found = reader.Ask(keys);
                long newest = Volatile.Read(ref _started);
                Assert.InRange(reader.Version, oldest, newest);
                Assert.Equal(oracle[reader.Version].Ask(keys), found);
                versions += reader.Version == last ? 0 : 1;
                last = reader.Version;
                Interlocked.Increment(ref _answered);
            }
        }

        return versions;
    }
}
