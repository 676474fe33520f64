using System.Collections.Immutable;
using NetworkingSfc.Classifier;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// Which way a frame goes on that an unaware function with one port returns, when the rules of both ways of its symmetric
/// chain match it: nothing in the frame says so, only the way on which the function was sent it. Not known means forward,
/// which is what the order of the rules gives.
/// </summary>
internal static class ReturnDirection
{
    /// <summary>The rule for a frame that was sent on the way back.</summary>
    /// <param name="rule">The best rule that matches.</param>
    /// <param name="table">Index of the port's rule table.</param>
    /// <param name="key">The frame's fields.</param>
    /// <param name="snapshot">The steering state.</param>
    /// <returns>The rule behind the same hop on the way back when it matches too, otherwise <paramref name="rule"/>.</returns>
    public static int Choose(int rule, int table, in FlowKey key, SteeringSnapshot snapshot)
    {
        ImmutableArray<SteeringRule> rules = snapshot.Definition.RuleTables[table].Rules;
        PathDefinition forth = snapshot.Definition.Paths[rules[rule].Path];
        if (forth.IsReverse || !forth.IsSymmetric || rules[rule].HopsDone == 0)
        {
            return rule;
        }

        // Hops are counted from the other end: behind hop k of n there is behind hop n - k + 1 here.
        int hopsDone = forth.Hops.Length - rules[rule].HopsDone + 1;
        for (int other = 0; other < rules.Length; other++)
        {
            PathDefinition back = snapshot.Definition.Paths[rules[other].Path];
            if (back.IsReverse && back.Counter == forth.Counter && rules[other].HopsDone == hopsDone && rules[other].Rule.Matches(key))
            {
                return other;
            }
        }

        return rule;
    }
}
