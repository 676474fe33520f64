using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.PortPairs;

namespace NetworkingSfc.Sfc.Verify;

/// <summary>
/// Which member of each hop got which flow from one of the two sides. The two sides hash differently, so their choices are
/// not compared with each other but each with the rules: equal flows to one member, and shares by weight.
/// </summary>
internal sealed class MemberChoices
{
    // Below this many flows chance looks like a fault.
    private const int FewestFlows = 100;
    private const double MostDeviations = 5;

    // A share within this factor is what a table of buckets may round to.
    private const double MostFactor = 1.5;

    private readonly Dictionary<(PortChain Chain, PortPairGroup Group), Dictionary<ulong, Choice>> _hops = [];

    /// <summary>Notes a choice.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="group">The group.</param>
    /// <param name="flow">Hash of the fields that are to choose.</param>
    /// <param name="choice">The member that was chosen.</param>
    /// <returns>The choice for an equal flow before, when it was another member.</returns>
    public Choice? Note(PortChain chain, PortPairGroup group, ulong flow, Choice choice)
    {
        if (!_hops.TryGetValue((chain, group), out Dictionary<ulong, Choice>? choices))
        {
            _hops.Add((chain, group), choices = []);
        }

        return choices.TryAdd(flow, choice) || choices[flow].Pair == choice.Pair ? null : choices[flow];
    }

    /// <summary>The hops whose flows are not spread by the weights, with the shares as text.</summary>
    /// <param name="pairs">The pairs of a group.</param>
    public IEnumerable<(PortChain Chain, PortPairGroup Group, string Shares)> Unfair(Func<PortPairGroup, IEnumerable<PortPair>> pairs)
    {
        foreach (((PortChain chain, PortPairGroup group), Dictionary<ulong, Choice> choices) in _hops)
        {
            List<PortPair> members = [.. pairs(group)];
            double weights = members.Sum(pair => (double)pair.Parameters.Weight);
            if (choices.Count >= FewestFlows
                && members.Exists(pair => IsUnfair(choices.Values.Count(chosen => chosen.Pair == pair), choices.Count, pair.Parameters.Weight / weights)))
            {
                yield return (chain, group, string.Join(", ", members.Select(pair => $"{choices.Values.Count(chosen => chosen.Pair == pair)} to {HopTable.Label(pair.Name, pair.IdText)}")));
            }
        }
    }

    private static bool IsUnfair(int got, int all, double share)
    {
        double due = all * share;
        return Math.Abs(got - due) > MostDeviations * Math.Sqrt(due * (1 - share)) && (got > due * MostFactor || got * MostFactor < due);
    }
}

/// <summary>Where a flow went at a hop.</summary>
/// <param name="Pair">The member.</param>
/// <param name="IsFragment">The packet that shows it is a fragment.</param>
/// <param name="IsOverlong">The packet that shows it says it is longer than its frame.</param>
internal sealed record Choice(PortPair Pair, bool IsFragment, bool IsOverlong);
