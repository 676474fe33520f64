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
    /// <param name="rules">Rules, best first. Ids are 0 to 2^31 - 1 and occur once each.</param>
    /// <exception cref="ArgumentException">An id is negative or occurs twice, or a rule is impossible.</exception>
    public RuleSet(ImmutableArray<(int Id, FlowRule Rule)> rules)
    {
        HashSet<int> ids = new(rules.Length);
        foreach ((int id, FlowRule rule) in rules)
        {
            if (id < 0 || !ids.Add(id))
            {
                throw new ArgumentException($"Rule id {id} is negative or used twice; ids are 0 or more and unique.");
            }

            Check(id, rule);
        }

        Rules = rules;
    }

    // Positions are unique and not negative as they are.
    private RuleSet(ImmutableArray<(int Id, FlowRule Rule)>.Builder inOrder)
    {
        for (int index = 0; index < inOrder.Count; index++)
        {
            Check(index, inOrder[index].Rule);
        }

        Rules = inOrder.DrainToImmutable();
    }

    /// <summary>The rules, best first.</summary>
    public ImmutableArray<(int Id, FlowRule Rule)> Rules { get; }

    /// <summary>A set whose ids are the positions in the list.</summary>
    /// <param name="rules">Rules, best first.</param>
    public static RuleSet InOrder(IEnumerable<FlowRule> rules)
    {
        ImmutableArray<(int Id, FlowRule Rule)>.Builder inOrder =
            ImmutableArray.CreateBuilder<(int Id, FlowRule Rule)>(rules.TryGetNonEnumeratedCount(out int count) ? count : 0);
        foreach (FlowRule rule in rules)
        {
            inOrder.Add((inOrder.Count, rule));
        }

        return new RuleSet(inOrder);
    }

    private static void Check(int id, in FlowRule rule)
    {
        if (rule.EtherType is not (AddressPrefix.Ipv4EtherType or AddressPrefix.Ipv6EtherType))
        {
            throw new ArgumentException($"Rule {id} has EtherType 0x{rule.EtherType:x4}; 0x0800 and 0x86dd are accepted.");
        }

        int bits = AddressPrefix.AddressBits(rule.EtherType);
        if (rule.Source.Length > bits || rule.Destination.Length > bits)
        {
            throw new ArgumentException($"Rule {id} has a prefix longer than {bits} bits.");
        }

        if (rule.SourcePorts.Minimum > rule.SourcePorts.Maximum || rule.DestinationPorts.Minimum > rule.DestinationPorts.Maximum)
        {
            throw new ArgumentException($"Rule {id} has a port range whose minimum is above its maximum.");
        }
    }
}
