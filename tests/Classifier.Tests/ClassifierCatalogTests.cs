using System.Globalization;
using System.IO.Compression;
using NetworkingSfc.Classifier.Linear;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Classifier.Tests;

/// <summary>Every implementation that this processor can run gives what <see cref="LinearClassifier"/> gives.</summary>
[Collection("environment")]
public sealed class ClassifierCatalogTests
{
    private const int Seed = 20_260_101;

    public static TheoryData<string> Runnable => [.. ClassifierCatalog.Implementations.Where(i => i.IsSupported).Select(i => i.Name)];

    public static TheoryData<string, string> RunnableOnTraces
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (ClassifierImplementation implementation in ClassifierCatalog.Implementations.Where(i => i.IsSupported))
            {
                foreach (string set in new[] { "acl1_1k", "fw1_1k", "ipc1_1k" })
                {
                    cases.Add(implementation.Name, set);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Runnable))]
    public void Implementation_equals_the_linear_one_on_random_rules(string name)
    {
        Random random = new(Seed);
        int hits = 0;
        int rounds = LongRun.Scale(3000);
        for (int round = 0; round < rounds; round++)
        {
            // Ids that say nothing about priority, in some sets; sizes around whole vectors.
            int count = random.Next(4) == 0 ? random.Next(300) : random.Next(18);
            int[] ids = [.. Enumerable.Range(0, count).Select(id => id * 7)];
            random.Shuffle(ids);
            RuleSet rules = new(ids.Select((id, place) => new RankedRule(id, (uint)place, RandomFlows.Rule(random))));
            FlowKeyBatch keys = new(64);
            int rows = random.Next(65);
            for (int row = 0; row < rows; row++)
            {
                keys.Add(random.Next(10) == 0 ? RandomFlows.AnyKey(random) : RandomFlows.Key(random));
            }

            int[] expected = Answers(new LinearClassifier(rules).Freeze(), keys);
            int[] found = Answers(Build(name, rules), keys);
            Assert.True(expected.SequenceEqual(found), $"{name}, seed {Seed}, round {round}: {count} rules");
            hits += expected.Count(id => id != IFlowClassifier.NoMatch);
        }

        // Neither all nor nothing: the universe is small enough to hit and large enough to miss.
        Assert.InRange(hits, rounds * 3, rounds * 30);
    }

    // The oracle itself, against a search written a second time.
    [Fact]
    public void Linear_classifier_gives_the_id_of_the_first_rule_that_matches()
    {
        Random random = new(Seed);
        for (int round = 0; round < 300; round++)
        {
            RankedRule[] rules = [.. Enumerable.Range(0, 12).Select(place => new RankedRule(1000 - place, (uint)place, RandomFlows.Rule(random)))];
            FlowKeyBatch keys = new(64);
            for (int row = 0; row < 64; row++)
            {
                keys.Add(RandomFlows.Key(random));
            }

            int[] found = Answers(new LinearClassifier(new RuleSet(rules)).Freeze(), keys);
            for (int row = 0; row < 64; row++)
            {
                FlowKey key = keys[row];
                int first = Array.FindIndex(rules, entry => entry.Rule.Matches(key));
                Assert.Equal(first < 0 ? IFlowClassifier.NoMatch : rules[first].Id, found[row]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Runnable))]
    public void No_rules_match_nothing_and_an_empty_batch_is_answered(string name)
    {
        FlowKeyBatch keys = new(64);
        IFlowClassifier none = Build(name, RuleSet.Empty);
        none.Classify(keys, new int[keys.Capacity]);
        keys.Add(new FlowKey { EtherType = AddressPrefix.Ipv4EtherType });
        keys.Add(default);

        Assert.Equal([IFlowClassifier.NoMatch, IFlowClassifier.NoMatch], Answers(none, keys));
    }

    [Theory]
    [MemberData(nameof(RunnableOnTraces))]
    public void Implementation_gives_the_answers_of_the_classbench_trace(string name, string set)
    {
        Assert.SkipUnless(Repository.HasShared, $"{set}: no shared test material beside the checkout");
        IFlowClassifier classifier = Build(name, RuleSet.InOrder(Lines($"{set}.rules.gz").Select(ParseRule)));
        foreach (string trace in new[] { "uniform", "zipf" })
        {
            CompareTrace(classifier, $"{set}.{trace}.trace.gz");
        }
    }

    [Fact]
    public void Preferred_implementation_is_the_first_that_runs_unless_one_is_forced()
    {
        ClassifierImplementation first = ClassifierCatalog.Implementations.First(i => i.IsSupported);
        Assert.IsType(first.Build(RuleSet.Empty).GetType(), ClassifierCatalog.Build(RuleSet.Empty));
        foreach (ClassifierImplementation implementation in ClassifierCatalog.Implementations.Where(i => i.IsSupported))
        {
            Assert.IsType(implementation.Build(RuleSet.Empty).Freeze().GetType(), Build(implementation.Name, RuleSet.Empty));
        }
    }

    [Theory]
    [InlineData("NoSuchClassifier")]
    [InlineData("linearclassifier")]
    public void Unknown_name_is_refused_and_the_known_ones_are_told(string name)
    {
        InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(() => Build(name, RuleSet.Empty));

        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(ClassifierCatalog.ForcedNameVariable, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(LinearClassifier), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_unique() =>
        Assert.Equal(ClassifierCatalog.Implementations.Length, ClassifierCatalog.Implementations.Select(i => i.Name).Distinct().Count());

    private static IFlowClassifier Build(string name, RuleSet rules)
    {
        string? before = Environment.GetEnvironmentVariable(ClassifierCatalog.ForcedNameVariable);
        Environment.SetEnvironmentVariable(ClassifierCatalog.ForcedNameVariable, name);
        try
        {
            return ClassifierCatalog.Build(rules).Freeze();
        }
        finally
        {
            Environment.SetEnvironmentVariable(ClassifierCatalog.ForcedNameVariable, before);
        }
    }

    private static int[] Answers(IFlowClassifier classifier, FlowKeyBatch keys)
    {
        int[] results = new int[keys.Capacity];
        Array.Fill(results, int.MinValue);
        classifier.Classify(keys, results);
        return results[..keys.Count];
    }

    private static void CompareTrace(IFlowClassifier classifier, string file)
    {
        FlowKeyBatch keys = new(64);
        List<int> expected = [];
        int line = 0;
        foreach (uint[] fields in Lines(file).Select(text => text.Split('\t').Select(field => (uint)long.Parse(field, CultureInfo.InvariantCulture)).ToArray()))
        {
            keys.Add(new FlowKey
            {
                EtherType = AddressPrefix.Ipv4EtherType,
                SourceAddress = fields[0],
                DestinationAddress = fields[1],
                SourcePort = (ushort)fields[2],
                DestinationPort = (ushort)fields[3],
                Protocol = (byte)fields[4],
            });
            expected.Add((int)fields[5]);
            line++;
            if (keys.Count == keys.Capacity || line == 100_000)
            {
                Assert.True(expected.SequenceEqual(Answers(classifier, keys)), $"{file}, up to line {line}");
                keys.Clear();
                expected.Clear();
            }
        }

        Assert.Equal(100_000, line);
    }

    // @1.2.3.4/32 <tab> 5.6.7.8/24 <tab> 0 : 65535 <tab> 80 : 80 <tab> 0x06/0xff
    private static FlowRule ParseRule(string line)
    {
        string[] fields = line.TrimStart('@').Split('\t', StringSplitOptions.RemoveEmptyEntries);
        string[] protocol = fields[4].Split('/');
        return new FlowRule(AddressPrefix.Ipv4EtherType)
        {
            Source = ParsePrefix(fields[0]),
            Destination = ParsePrefix(fields[1]),
            SourcePorts = ParseRange(fields[2]),
            DestinationPorts = ParseRange(fields[3]),
            Protocol = protocol[1].Trim() == "0x00" ? null : Convert.ToByte(protocol[0].Trim(), 16),
        };
    }

    private static AddressPrefix ParsePrefix(string text)
    {
        string[] parts = text.Split('/');
        uint address = parts[0].Split('.').Aggregate(0u, (sum, octet) => (sum << 8) | byte.Parse(octet, CultureInfo.InvariantCulture));
        return new AddressPrefix(address, byte.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    private static (ushort Minimum, ushort Maximum) ParseRange(string text)
    {
        ushort[] bounds = [.. text.Split(':').Select(bound => ushort.Parse(bound.Trim(), CultureInfo.InvariantCulture))];
        return (bounds[0], bounds[1]);
    }

    private static IEnumerable<string> Lines(string file)
    {
        using StreamReader reader = new(new GZipStream(File.OpenRead(Path.Combine(Repository.Shared, "classbench", file)), CompressionMode.Decompress));
        while (reader.ReadLine() is string line)
        {
            yield return line;
        }
    }
}
