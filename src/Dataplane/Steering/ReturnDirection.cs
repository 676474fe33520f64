using NetworkingSfc.Classifier;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// Which way a frame goes on that an unaware function with one port returns, when the rules of both ways of its symmetric
/// chain match it: nothing in the frame says so, only the way on which the function was sent it. Not known means forward,
/// which is what the order of the rules gives.
/// </summary>
internal static class ReturnDirection
{
    /// <summary>The position of a frame that was sent on the way back.</summary>
    /// <param name="position">The position that the best matching rule stands for.</param>
    /// <param name="table">Index of the port's rule table.</param>
    /// <param name="key">The frame's fields.</param>
    /// <param name="snapshot">The steering state.</param>
    /// <returns>The position on the way back of the first rule that matches and is behind one of its hops, otherwise <paramref name="position"/>.</returns>
    public static int Choose(int position, int table, in FlowKey key, SteeringSnapshot snapshot)
    {
        PathHop chosen = snapshot.Positions[position];
        PathDefinition forth = snapshot.Definition.Paths[chosen.Path];
        if (forth.IsReverse || !forth.IsSymmetric || chosen.HopsDone == 0)
        {
            return position;
        }

        // Mostly the same hop counted from the other end; where a port is of several, the furthest, as for the way there.
        foreach (SteeringRule other in snapshot.Definition.RuleTables[table].Rules)
        {
            PathDefinition back = snapshot.Definition.Paths[other.Path];
            if (back.IsReverse && back.Counter == forth.Counter && other.HopsDone > 0 && other.Rule.Matches(key))
            {
                return snapshot.Paths[other.Path].FirstPosition + other.HopsDone;
            }
        }

        return position;
    }
}
