using System.Collections.Immutable;
using NetworkingSfc.Classifier;
using NetworkingSfc.Classifier.Tests.ClassBench;
using NetworkingSfc.Sfc.Classify;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Benchmarks.Classifier;

/// <summary>
/// Rules of a shared set, and packets that hit or miss them. What takes in a quarter of all addresses and asks for nothing
/// else is left out: every set ends in a rule that matches everything, and up to nine more before it (ipc1_10k) do so
/// together, so that nothing would miss otherwise.
/// </summary>
internal sealed class SetWorkload
{
    /// <summary>Packets a batch.</summary>
    public const int Burst = 32;

    private const int Seed = 1;
    private const int LongestSweepingPrefixes = 2;

    // At least three in five random packets miss any of the shared sets, and all that are made to hit do.
    private const int MostDrawsPerPacket = 16;

    private readonly Random _random = new(Seed);
    private readonly ImmutableArray<FlowRule> _original;
    private readonly Ipv6Mapping? _mapping;

    /// <summary>Reads a set.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="ipv6">Carried over to IPv6.</param>
    /// <param name="count">Rules wanted, taken evenly from the set; all without it.</param>
    public SetWorkload(string name, bool ipv6 = false, int? count = null)
    {
        ImmutableArray<FlowRule> all = RuleFile.Read(Path.Combine(Repository.Shared, "classbench", $"{name}.rules.gz"));
        all = [.. all.Where(rule => !IsSweeping(rule))];
        int wanted = Math.Min(count ?? all.Length, all.Length);
        _original = [.. Enumerable.Range(0, wanted).Select(place => all[(int)((long)place * all.Length / wanted)])];
        _mapping = ipv6 ? new Ipv6Mapping(new Random(Seed)) : null;
        Rules = _mapping is null ? _original : [.. _original.Select(_mapping.Map)];
    }

    /// <summary>The rules, best first.</summary>
    public ImmutableArray<FlowRule> Rules { get; }

    /// <summary>Random packets, hardly any twice.</summary>
    /// <param name="classifier">A classifier of the rules, to tell hits from misses.</param>
    /// <param name="count">How many, a multiple of <see cref="Burst"/>.</param>
    /// <param name="hit">Packets that match a rule, or packets that match none.</param>
    /// <exception cref="InvalidOperationException">Hardly any packet is of the kind wanted.</exception>
    public FlowKeyBatch[] Packets(IFlowClassifier classifier, int count, bool hit)
    {
        List<FlowKeyBatch> batches = [];
        FlowKeyBatch candidates = new(256);
        int[] answers = new int[candidates.Capacity];
        FlowKeyBatch batch = new(Burst);
        for (long drawn = 0; batches.Count < count / Burst; drawn += candidates.Capacity)
        {
            if (drawn > (long)MostDrawsPerPacket * count + candidates.Capacity)
            {
                throw new InvalidOperationException(
                    $"{batches.Count * Burst} of {drawn} random packets {(hit ? "match a rule" : "match no rule")}; {count} are wanted.");
            }

            candidates.Clear();
            for (int row = 0; row < candidates.Capacity; row++)
            {
                FlowKey key = hit ? Inside() : Mixed();
                candidates.Add(_mapping is null ? key : _mapping.Map(key));
            }

            classifier.Classify(candidates, answers);
            for (int row = 0; row < candidates.Count && batches.Count < count / Burst; row++)
            {
                if (answers[row] != IFlowClassifier.NoMatch == hit)
                {
                    batch.Add(candidates[row]);
                    if (batch.Count == Burst)
                    {
                        batches.Add(batch);
                        batch = new FlowKeyBatch(Burst);
                    }
                }
            }
        }

        return [.. batches];
    }

    private static bool IsSweeping(FlowRule rule) =>
        rule.Source.Length + rule.Destination.Length <= LongestSweepingPrefixes
        && rule == new FlowRule(AddressPrefix.Ipv4EtherType) { Source = rule.Source, Destination = rule.Destination };

    // Anywhere inside a rule.
    private FlowKey Inside()
    {
        FlowRule rule = AnyRule();
        return new FlowKey
        {
            EtherType = AddressPrefix.Ipv4EtherType,
            SourceAddress = Inside(rule.Source),
            DestinationAddress = Inside(rule.Destination),
            SourcePort = (ushort)_random.Next(rule.SourcePorts.Minimum, rule.SourcePorts.Maximum + 1),
            DestinationPort = (ushort)_random.Next(rule.DestinationPorts.Minimum, rule.DestinationPorts.Maximum + 1),
            Protocol = rule.Protocol ?? (byte)_random.Next(256),
        };
    }

    // Each address inside some rule, both together seldom inside one: what a miss looks like that is not told at first sight.
    private FlowKey Mixed() => new()
    {
        EtherType = AddressPrefix.Ipv4EtherType,
        SourceAddress = Inside(AnyRule().Source),
        DestinationAddress = Inside(AnyRule().Destination),
        SourcePort = (ushort)_random.Next(65_536),
        DestinationPort = (ushort)_random.Next(65_536),
        Protocol = (byte)_random.Next(256),
    };

    private FlowRule AnyRule() => _original[_random.Next(_original.Length)];

    private uint Inside(AddressPrefix prefix) =>
        (uint)prefix.Address ^ (uint)(_random.NextInt64(1L << 32) & ((1L << (32 - prefix.Length)) - 1));
}
