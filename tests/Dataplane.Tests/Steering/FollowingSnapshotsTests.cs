using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Tests.Steering.Model;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Steering;

/// <summary>Snapshots whose classifiers follow from those before answer exactly as ones that are built by themselves.</summary>
public sealed class FollowingSnapshotsTests
{
    private const int Keys = 64;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Any_sequence_of_changes_leads_to_what_building_anew_leads_to(int seed)
    {
        Random random = new(seed);
        ChangingTables tables = new(random);
        RuleTableWriters writers = new();
        List<(SteeringSnapshot Snapshot, FlowKeyBatch Keys, int[][] Answers)> older = [];
        SteeringSnapshot current = SteeringSnapshotBuilder.Build(tables.Next(), previous: null, writers);
        for (int step = 0; step < LongRun.Scale(2000); step++)
        {
            if (random.Next(10) == 0)
            {
                Assert.Throws<SteeringDefinitionException>(() => SteeringSnapshotBuilder.Build(tables.Impossible(), current, writers));
            }

            SteeringSnapshot next = SteeringSnapshotBuilder.Build(tables.Next(), current, writers);
            FlowKeyBatch keys = KeysFor(tables);
            int[][] answers = AnswersOf(next, keys);
            SteeringSnapshot alone = SteeringSnapshotBuilder.Build(next.Definition);
            Assert.Equal(AnswersOf(alone, keys), answers);
            Assert.Equal(AnswersOf(next.Definition, keys), answers);
            alone.Retire(newer: null);
            older.Add((next, keys, answers));

            // What is not published is no step on the way; what is replaced is used for a while and goes in any order.
            current = random.Next(5) == 0 ? current : next;
            if (older.Count > 20)
            {
                int gone = random.Next(older.Count);
                (SteeringSnapshot old, FlowKeyBatch oldKeys, int[][] before) = older[gone];
                Assert.Equal(before, AnswersOf(old, oldKeys));
                if (old != current)
                {
                    older.RemoveAt(gone);
                    old.Retire(current);
                }
            }
        }
    }

    [Fact]
    public void Table_that_two_ports_share_may_part_and_join_again()
    {
        SteeringDefinition shared = Grown(new ChangingTables(new Random(5)));
        RuleTableDefinition table = shared.RuleTables[0];
        ImmutableArray<SteeringRule> rules = [.. table.Rules, .. table.Rules[..5]];
        RuleTableDefinition longer = new([new SteeringRule(new FlowRule(0x86dd), 0, 1), .. rules]);
        RuleTableDefinition other = new([.. rules, new SteeringRule(new FlowRule(0x0800), 0, 2)]);
        FlowKeyBatch keys = KeysFor(new ChangingTables(new Random(6)));
        RuleTableWriters writers = new();
        foreach ((RuleTableDefinition one, RuleTableDefinition two) in new[] { (table, table), (table, longer), (longer, other), (other, longer), (other, other), (longer, longer) })
        {
            SteeringDefinition definition = shared with { RuleTables = [one, two, shared.RuleTables[2]] };
            SteeringSnapshot snapshot = SteeringSnapshotBuilder.Build(definition, previous: null, writers);
            Assert.Equal(AnswersOf(definition, keys), AnswersOf(snapshot, keys));
            Assert.Equal(one == two, ReferenceEquals(snapshot.RuleTables[0].Classifier, snapshot.RuleTables[1].Classifier));
        }
    }

    [Fact]
    public void Rules_that_are_the_same_keep_their_classifier_also_when_their_paths_move()
    {
        SteeringDefinition definition = Grown(new ChangingTables(new Random(7)));
        RuleTableWriters writers = new();
        SteeringSnapshot before = SteeringSnapshotBuilder.Build(definition, previous: null, writers);
        ImmutableArray<RuleTableDefinition> moved = [.. definition.RuleTables.Select(table => new RuleTableDefinition([.. table.Rules.Select(rule => rule with { Path = 1 })]))];
        SteeringSnapshot after = SteeringSnapshotBuilder.Build(definition with { RuleTables = moved }, before, writers);
        FlowKeyBatch keys = KeysFor(new ChangingTables(new Random(8)));

        for (int table = 0; table < moved.Length; table++)
        {
            Assert.Same(before.RuleTables[table].Classifier, after.RuleTables[table].Classifier);
        }

        Assert.Equal(AnswersOf(after.Definition, keys), AnswersOf(after, keys));
        Assert.Equal(AnswersOf(definition, keys), AnswersOf(before, keys));
    }

    [Fact]
    public void Snapshot_outlives_those_who_built_it()
    {
        ChangingTables tables = new(new Random(9));
        (SteeringSnapshot snapshot, WeakReference writers) = BuildAndForget(tables);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        FlowKeyBatch keys = KeysFor(tables);

        // Freed memory is soon given to somebody else: make somebody ask for it.
        SteeringSnapshot other = SteeringSnapshotBuilder.Build(tables.Next());
        Assert.False(writers.IsAlive);
        Assert.Equal(AnswersOf(snapshot.Definition, keys), AnswersOf(snapshot, keys));
        Assert.Equal(AnswersOf(other.Definition, keys), AnswersOf(other, keys));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (SteeringSnapshot Snapshot, WeakReference Writers) BuildAndForget(ChangingTables tables)
    {
        RuleTableWriters writers = new();
        SteeringSnapshot snapshot = SteeringSnapshotBuilder.Build(tables.Next(), previous: null, writers);
        for (int step = 0; step < 30; step++)
        {
            snapshot = SteeringSnapshotBuilder.Build(tables.Next(), snapshot, writers);
        }

        return (snapshot, new WeakReference(writers));
    }

    private static SteeringDefinition Grown(ChangingTables tables)
    {
        SteeringDefinition definition = tables.Next();
        while (definition.RuleTables.Any(table => table.Rules.Length < 50) || definition.Paths.Length < 2)
        {
            definition = tables.Next();
        }

        return definition with { Ports = [.. definition.Ports.Select((port, number) => port with { RuleTable = number % 3 })] };
    }

    private static FlowKeyBatch KeysFor(ChangingTables tables)
    {
        FlowKeyBatch keys = new(Keys);
        for (int row = 0; row < Keys; row++)
        {
            keys.Add(tables.Key());
        }

        return keys;
    }

    /// <summary>By table, for each key the path (in thousands) and the hops behind the frame; -1 where no rule matches.</summary>
    private static int[][] AnswersOf(SteeringSnapshot snapshot, FlowKeyBatch keys)
    {
        int[] results = new int[keys.Capacity];
        int[][] answers = new int[snapshot.RuleTables.Length][];
        for (int table = 0; table < answers.Length; table++)
        {
            RuleTable rules = snapshot.RuleTables[table];
            rules.Classifier.Classify(keys, results);
            answers[table] = new int[keys.Count];
            for (int row = 0; row < keys.Count; row++)
            {
                answers[table][row] = results[row] == IFlowClassifier.NoMatch ? -1 : Coded(snapshot.Positions[rules.Positions[results[row]]]);
            }
        }

        return answers;
    }

    private static int[][] AnswersOf(SteeringDefinition definition, FlowKeyBatch keys) =>
        [.. definition.RuleTables.Select(table => Enumerable.Range(0, keys.Count)
            .Select(row => table.Rules.FirstOrDefault(rule => rule.Rule.Matches(keys[row])) is { } best ? (best.Path * 1000) + best.HopsDone : -1).ToArray())];

    private static int Coded(PathHop hop) => (hop.Path * 1000) + hop.HopsDone;
}
