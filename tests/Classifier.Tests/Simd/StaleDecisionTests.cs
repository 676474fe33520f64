using NetworkingSfc.Classifier.CutTree;
using NetworkingSfc.Classifier.Linear;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Classifier.Tests.Simd;

/// <summary>
/// A remembered decision is used again exactly as long as no change since concerns it. What the cache finds out for all keys of
/// a batch at once is compared with the plain way: one key and one change after the other.
/// </summary>
public sealed class StaleDecisionTests
{
    private const int Seed = 64;
    private const int Entries = 65_536;
    private const int Rules = 150;
    private const int Keys = 200;
    private const int Versions = 60;

    // Of three keys in one bucket of two, one has to go. Three meet in one round of some dozens, and cost some ten decisions;
    // this allows for twenty times as many.
    private const int EvictedShare = 200;

    [Theory]
    [MemberData(nameof(DecisionCacheTests.WithCache), MemberType = typeof(DecisionCacheTests))]
    public void Decisions_hold_exactly_until_a_change_concerns_them(string name)
    {
        int evicted = 0;
        int held = 0;
        int asked = 0;
        for (int round = 0; round < LongRun.Scale(400); round++)
        {
            // The seed of a round is enough to run it alone.
            Random random = new(Seed + round);
            SmallUniverse universe = new(random);
            RandomChanges changes = new(random, universe, Rules);
            RuleSet start = changes.Start(Rules);
            using LinearClassifier oracle = new(start);
            using IUpdatableClassifier classifier = ClassifierCatalog.Named(name).Build(start);
            using IClassifierReader reader = classifier.OpenReader(Entries);
            PlainMemory plain = new(start);
            FlowKey[] keys = [.. Enumerable.Range(0, Keys).Select(_ => KeyNear(random, universe)).Distinct()];
            for (int version = 1; version <= Versions; version++)
            {
                // Mostly one; now and then more than are remembered, or so many that the trees are grown anew.
                RuleChange[] next = changes.Next(random.Next(40) switch { 0 => random.Next(60, 80), 1 => random.Next(2, 18), _ => 1 });
                oracle.Apply(next);
                classifier.Apply(next);
                plain.Apply(next);
                random.Shuffle(keys);
                FlowKey[] some = keys[..random.Next(1, 81)];
                long hits = reader.CacheHits;
                int[] answers = reader.Ask(Asking.Batch(some));
                string what = $"{name}, seed {Seed + round}, version {version}";
                Assert.True(oracle.Freeze().Ask(Asking.Batch(some)).AsSpan().SequenceEqual(answers), what);
                int expected = plain.Ask(some, answers);
                int found = (int)(reader.CacheHits - hits);
                Assert.True(found <= expected, $"{what}: {found} held of {expected} that may");
                evicted += expected - found;
                held += expected;
                asked += some.Length;
            }
        }

        Assert.InRange(evicted, 0, held / EvictedShare);
        Assert.InRange(held, asked / 10, asked * 9 / 10);
    }

    // Keys at the ends of a rule's ranges, inside and outside, and others.
    private static FlowKey KeyNear(Random random, SmallUniverse universe)
    {
        FlowRule rule = universe.Rule();
        FlowKey key = universe.Key() with { EtherType = rule.EtherType };
        int bits = AddressPrefix.AddressBits(rule.EtherType);
        return new FlowKey
        {
            EtherType = rule.EtherType,
            SourceAddress = AddressNear(random, rule.Source, bits),
            DestinationAddress = AddressNear(random, rule.Destination, bits),
            SourcePort = random.Next(3) == 0 ? key.SourcePort : PortNear(random, rule.SourcePorts),
            DestinationPort = random.Next(3) == 0 ? key.DestinationPort : PortNear(random, rule.DestinationPorts),
            Protocol = rule.Protocol ?? key.Protocol,
        };
    }

    private static UInt128 AddressNear(Random random, AddressPrefix prefix, int bits)
    {
        UInt128 all = bits == 128 ? UInt128.MaxValue : (UInt128.One << bits) - 1;
        UInt128 last = prefix.Address | (prefix.Length == 0 ? all : all >> prefix.Length);
        return all & random.Next(6) switch
        {
            0 => prefix.Address - 1,
            1 or 2 => prefix.Address,
            3 or 4 => last,
            _ => last + 1,
        };
    }

    private static ushort PortNear(Random random, (ushort Minimum, ushort Maximum) ports) => (ushort)(random.Next(6) switch
    {
        0 => ports.Minimum - 1,
        1 or 2 => ports.Minimum,
        3 or 4 => ports.Maximum,
        _ => ports.Maximum + 1,
    });

    /// <summary>Decisions, and every change since the beginning.</summary>
    private sealed class PlainMemory
    {
        private readonly Dictionary<int, RankedRule> _installed;
        private readonly Dictionary<FlowKey, (long CheckedBy, ulong Order)> _decisions = [];
        private readonly Dictionary<ushort, List<(long Version, RankedRule Rule)>> _changes = new()
        {
            [AddressPrefix.Ipv4EtherType] = [],
            [AddressPrefix.Ipv6EtherType] = [],
        };

        private readonly Dictionary<ushort, long> _forgotten = [];
        private long _version;

        public PlainMemory(RuleSet start) => _installed = start.Rules.ToDictionary(rule => rule.Id);

        public void Apply(RuleChange[] changes)
        {
            // As many as that, and the trees are grown anew instead.
            bool inBulk = changes.Length * 8 > _installed.Count;
            _version++;
            foreach (RuleChange change in changes)
            {
                if (_installed.Remove(change.Rule.Id, out RankedRule gone))
                {
                    Note(gone, inBulk);
                }

                if (change.Kind != RuleChangeKind.Delete)
                {
                    _installed.Add(change.Rule.Id, change.Rule);
                    Note(change.Rule, inBulk);
                }
            }
        }

        /// <summary>How many of the keys have a decision that still holds; the answers are remembered.</summary>
        public int Ask(FlowKey[] keys, int[] answers)
        {
            int held = 0;
            for (int row = 0; row < keys.Length; row++)
            {
                held += _decisions.TryGetValue(keys[row], out (long CheckedBy, ulong Order) decision) && Holds(keys[row], decision) ? 1 : 0;
                _decisions[keys[row]] = (_version, answers[row] == IFlowClassifier.NoMatch ? ulong.MaxValue : _installed[answers[row]].Order);
            }

            return held;
        }

        private void Note(RankedRule rule, bool inBulk)
        {
            _changes[rule.Rule.EtherType].Add((_version, rule));
            if (inBulk)
            {
                _forgotten[rule.Rule.EtherType] = _version;
            }
        }

        private bool Holds(FlowKey key, (long CheckedBy, ulong Order) decision)
        {
            List<(long Version, RankedRule Rule)> changes = _changes[key.EtherType];
            long whole = changes.Count > Journal.Most ? changes[^(Journal.Most + 1)].Version : 0;
            return decision.CheckedBy >= Math.Max(whole, _forgotten.GetValueOrDefault(key.EtherType))
                && !changes.Any(change => change.Version > decision.CheckedBy && change.Rule.Order <= decision.Order && change.Rule.Rule.Matches(key));
        }
    }
}
