using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Sfc.Verify;

/// <summary>
/// Compares one step: where each side sent frames to and which bytes. The members of a hop are one place, and a
/// destination address that only says which of them was chosen is no difference.
/// </summary>
/// <param name="hops">The numbers of the snapshot.</param>
internal sealed class StepComparison(HopTable hops)
{
    /// <summary>Compares.</summary>
    /// <param name="view">The step on both sides.</param>
    public StepResult Compare(StepView view)
    {
        StepResult whole = CompareAll(view);
        StepView rest = view.Without(view.Ours, view.Theirs);
        if (IsKnown(whole) || rest.Ours.Count == view.Ours.Count)
        {
            return whole;
        }

        // A frame that the switch takes another way may come where only our copy does, and is not that copy.
        StepResult without = CompareAll(rest);
        return IsKnown(without) ? without : whole;
    }

    /// <summary>The switch's frame as it would have sent it to the member that our engine chose.</summary>
    public byte[] AsSentTo(EngineOutput ours, SwitchOutput theirs)
    {
        byte[] frame = [.. theirs.Frame];
        Readdress(frame, theirs.Port, ours.Port);
        return frame;
    }

    /// <summary>The member that the switch chose where our engine chose one; null when it is none of the hop.</summary>
    public PortPair? Chosen(EngineOutput ours, SwitchOutput theirs) => hops.Peer(ours.Member, theirs.Port);

    private static bool IsKnown(StepResult result) => result.Differences.All(difference => difference.Known.Count > 0);

    private StepResult CompareAll(StepView view)
    {
        List<SwitchOutput> rest = [.. view.Theirs];
        List<(EngineOutput Ours, SwitchOutput Theirs)> pairs = [];
        foreach (EngineOutput ours in view.Ours)
        {
            // Of several at the same place, as where a tap stands at a function's port, the one with the same bytes is meant.
            SwitchOutput? match = rest.Find(theirs => IsSamePlace(ours, theirs) && Addressed(ours, theirs).AsSpan().SequenceEqual(theirs.Frame))
                ?? rest.Find(theirs => IsSamePlace(ours, theirs));
            if (match is not null)
            {
                rest.Remove(match);
                pairs.Add((ours, match));
            }
        }

        List<Difference> differences = [.. pairs.Where(pair => !Addressed(pair.Ours, pair.Theirs).AsSpan().SequenceEqual(pair.Theirs.Frame)).Select(pair => Bytes(view, pair.Ours, pair.Theirs))];
        if (pairs.Count < view.Ours.Count || rest.Count > 0)
        {
            differences.Add(Route(view, view.Without(view.Ours.Except(pairs.Select(pair => pair.Ours)), rest)));
        }

        return new StepResult(differences, pairs);
    }

    private bool IsSamePlace(EngineOutput ours, SwitchOutput theirs) =>
        ours.Port == theirs.Port || (ours.Member != PacketBuffer.NoMember && Chosen(ours, theirs) is not null);

    // Our frame as we would have sent it to the member that the switch chose.
    private byte[] Addressed(EngineOutput ours, SwitchOutput theirs)
    {
        byte[] frame = [.. ours.Frame];
        Readdress(frame, ours.Port, theirs.Port);
        return frame;
    }

    private void Readdress(byte[] frame, int from, int to)
    {
        if (EthernetHeader.TryRead(frame, out EthernetHeader header) && header.Destination == hops.Port(from).MacAddress)
        {
            hops.Port(to).MacAddress.Write(frame);
        }
    }

    // What a difference is may show only when the copies are left aside that both made, or that one of them never makes.
    private Difference Route(StepView view, StepView rest)
    {
        IReadOnlyList<KnownDifference> known = KnownRoute(view) is { Count: > 0 } whole ? whole : KnownRoute(rest);
        DifferenceKind kind = view.Ours.Count == 0 || view.Theirs.Count == 0 ? DifferenceKind.Verdict : DifferenceKind.Path;
        return new Difference(kind, 0, hops.NameOf(view.Step.Port), Places(view.Ours), Places(view.Theirs), known) { Frame = view.Received };
    }

    private Difference Bytes(StepView view, EngineOutput ours, SwitchOutput theirs)
    {
        List<KnownDifference> known = [];
        byte[] expected = Addressed(ours, theirs);
        byte[] explained = expected;
        foreach (KnownDifference row in KnownDifferences.All.Where(row => row.IsOf(view.Dialect) && row.Rewrite is not null))
        {
            byte[] rewritten = row.Rewrite!(view, ours, [.. explained]);
            if (!rewritten.AsSpan().SequenceEqual(explained))
            {
                known.Add(row);
                explained = rewritten;
            }
        }

        // A frame that the switch takes another way may come to the same port.
        bool isExplained = explained.AsSpan().SequenceEqual(theirs.Frame);
        return new Difference(DifferenceKind.Bytes, 0, hops.NameOf(view.Step.Port), Place(ours), hops.NameOf(theirs.Port), isExplained ? known : KnownRoute(view))
        {
            Frame = view.Received,
            OurFrame = expected,
            TheirFrame = theirs.Frame,
        };
    }

    private static IReadOnlyList<KnownDifference> KnownRoute(StepView view) =>
        [.. KnownDifferences.All.Where(row => row.IsOf(view.Dialect) && row.IsRoute?.Invoke(view) == true).Take(1)];

    private string Places(IReadOnlyList<EngineOutput> sent) => sent.Count == 0 ? "nothing" : string.Join(", ", sent.Select(Place));

    private string Places(IReadOnlyList<SwitchOutput> sent) => sent.Count == 0 ? "nothing" : string.Join(", ", sent.Select(frame => hops.NameOf(frame.Port)));

    private string Place(EngineOutput sent)
    {
        if (sent.Member == PacketBuffer.NoMember)
        {
            return hops.NameOf(sent.Port);
        }

        (_, PortPairGroup group, _) = hops.Hop(sent.Member);
        return $"{hops.NameOf(sent.Port)} ({HopTable.Label(group.Name, group.IdText)})";
    }
}

/// <summary>What a comparison of one step found.</summary>
/// <param name="Differences">The differences; the packet is for the caller to name.</param>
/// <param name="Pairs">Frames that both sent to the same place.</param>
internal sealed record StepResult(IReadOnlyList<Difference> Differences, IReadOnlyList<(EngineOutput Ours, SwitchOutput Theirs)> Pairs);
