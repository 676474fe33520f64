using System.Collections.Immutable;
using NetworkingSfc.Classifier;
using NetworkingSfc.Classifier.Tests.ClassBench;
using NetworkingSfc.Sfc.Classify;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Benchmarks.Classifier;

/// <summary>
/// Rules of a shared set, and packets that hit or miss them. Every set ends in a rule that matches everything: it is left
/// out, for nothing would miss otherwise.
/// </summary>
internal sealed class SetWorkload
{
    /// <summary>Packets a batch.</summary>
    public const int Burst = 32;

    private const int Seed = 1;

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
        FlowRule everything = new(AddressPrefix.Ipv4EtherType);
        all = [.. all.Where(rule => rule != everything)];
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
    public FlowKeyBatch[] Packets(IFlowClassifier classifier, int count, bool hit)
    {
        List<FlowKeyBatch> batches = [];
        FlowKeyBatch candidates = new(256);
        int[] answers = new int[candidates.Capacity];
        FlowKeyBatch batch = new(Burst);
        while (batches.Count < count / Burst)
        {
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
