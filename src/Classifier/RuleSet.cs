using System.Collections.Immutable;

namespace NetworkingSfc.Classifier;

/// <summary>
/// Rules in priority order, immutable. The first rule that matches wins; what a classifier returns is the rule's stable
/// id, which says nothing about its priority.
/// </summary>
public sealed class RuleSet
{
    /// <summary>The set without rules.</summary>
    public static readonly RuleSet Empty = new([]);

    /// <summary>Makes a set.</summary>
    /// <param name="rules">Rules in any order. Ids are 0 to 2^31 - 1 and occur once each.</param>
    /// <exception cref="ArgumentException">An id is negative or occurs twice, or a rule is impossible.</exception>
    public RuleSet(IEnumerable<RankedRule> rules)
    {
        ImmutableArray<RankedRule> sorted = [.. rules.OrderBy(rule => rule.Order)];
        HashSet<int> ids = new(sorted.Length);
        foreach (RankedRule rule in sorted)
        {
            Check(rule);
            if (!ids.Add(rule.Id))
            {
                throw new ArgumentException($"Rule id {rule.Id} is used twice; ids are unique.");
            }
        }

        Rules = sorted;
    }

    /// <summary>The rules, best first.</summary>
    public ImmutableArray<RankedRule> Rules { get; }

    /// <summary>A set whose ids and ranks are the positions in the list.</summary>
    /// <param name="rules">Rules, best first.</param>
    public static RuleSet InOrder(IEnumerable<FlowRule> rules) =>
        new(rules.Select((rule, index) => new RankedRule(index, (uint)index, rule)));

    /// <summary>Refuses a rule that cannot exist.</summary>
    /// <param name="rule">The rule.</param>
    /// <exception cref="ArgumentException">Its id is negative, or its EtherType, a prefix or a port range is impossible.</exception>
    public static void Check(in RankedRule rule)
    {
        (int id, _, FlowRule match) = rule;
        if (id < 0)
        {
            throw new ArgumentException($"Rule id {id} is negative; ids are 0 or more.");
        }

        if (match.EtherType is not (AddressPrefix.Ipv4EtherType or AddressPrefix.Ipv6EtherType))
        {
            throw new ArgumentException($"Rule {id} has EtherType 0x{match.EtherType:x4}; 0x0800 and 0x86dd are accepted.");
        }

        int bits = AddressPrefix.AddressBits(match.EtherType);
        if (match.Source.Length > bits || match.Destination.Length > bits)
        {
            throw new ArgumentException($"Rule {id} has a prefix longer than {bits} bits.");
        }

        if (match.SourcePorts.Minimum > match.SourcePorts.Maximum || match.DestinationPorts.Minimum > match.DestinationPorts.Maximum)
        {
            throw new ArgumentException($"Rule {id} has a port range whose minimum is above its maximum.");
        }
    }
}
