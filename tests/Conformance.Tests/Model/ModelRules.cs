namespace NetworkingSfc.Conformance.Tests.Model;

/// <summary>Where on which path a frame is that carries nothing, by the port it comes from.</summary>
internal sealed class ModelRules(Topology topology)
{
    // Rule 21 and section 5 of the architecture: named source ports first, then older chains, forth before back. Behind a function
    // that may be of several hops the furthest on is meant, and chains joined behind another are further on than that one.
    // Rule 11: what is left stays on the path of an exclusive group. Rule 9: what may be on either way is on the one it was sent on.
    public Position? Classify(ModelPort port, FrameReading reading, bool wasSentBack)
    {
        bool isOfPair = topology.IsOfPair(port);
        List<(bool Unnamed, Position Position)> matches = [];
        foreach (Position position in PositionsOf(isOfPair ? [.. topology.Chains.SelectMany(Behind).Distinct()] : topology.Chains))
        {
            foreach (ModelClassifier classifier in position.Chain.Classifiers.Where(classifier => RuleMatch.Matches(classifier, reading, position.IsReverse)))
            {
                if (IsHere(classifier, position, port))
                {
                    bool isJoined = !position.IsReverse && topology.Joins.Any(join => join.Destination == position.Chain);
                    matches.Add((classifier.SourcePort is null && !isJoined, position));
                }
            }
        }

        List<Position> ordered = [.. matches.OrderBy(match => match.Unnamed).Select(match => match.Position)];
        ordered.AddRange(PositionsOf(topology.Chains.SelectMany(Behind).Distinct()).Where(position => reading.Version != 0 && KeepsRest(position, port)));
        Position? first = ordered.FirstOrDefault();
        return wasSentBack && first is { IsReverse: false, Hop: > 0 }
            ? ordered.Find(position => position.IsReverse && position.Chain == first.Chain && position.Hop > 0) ?? first
            : first;
    }

    public bool HasRules(ModelPort port) =>
        Positions().Any(position => position.Chain.Classifiers.Any(classifier => IsHere(classifier, position, port)) || KeepsRest(position, port));

    public IEnumerable<Position> Positions() => PositionsOf(topology.Chains);

    // A tap may be one too: what it sends with a header is read, and dropped.
    public bool IsAwareEgress(ModelPort port) => (
        from chain in topology.Chains
        from reverse in chain.IsSymmetric ? new[] { false, true } : [false]
        from aware in chain.Groups.Where(owner => owner.Correlation is not null).SelectMany(owner => owner.Pairs)
        select reverse ? aware.Ingress : aware.Egress).Contains(port.Name);

    public static bool IsBehind(Position position, ModelPort port) =>
        position.Behind.Pairs.Any(pair => (position.IsReverse ? pair.Ingress : pair.Egress) == port.Name);

    // Behind an exclusive group, and behind those that come after it when they are in one chain only.
    private bool KeepsRest(Position position, ModelPort port)
    {
        if (position.Hop == 0 || position.Behind.Correlation is not null || !IsBehind(position, port))
        {
            return false;
        }

        bool isRewritten = Enumerable.Range(0, position.Hop).Any(hop => position.Chain.GroupAt(hop, position.IsReverse).IsExclusive);
        return position.Behind.IsExclusive || (isRewritten && topology.Chains.Count(chain => chain.Groups.Contains(position.Behind)) == 1);
    }

    // What may come behind the end of a chain, and then the chain.
    private IEnumerable<ModelChain> Behind(ModelChain chain) =>
        [.. topology.Chains.Where(next => topology.Joins.Contains((chain, next))).SelectMany(Behind), chain];

    private bool IsHere(ModelClassifier classifier, Position position, ModelPort port)
    {
        bool isOfPair = topology.IsOfPair(port);
        string? source = position.IsReverse ? classifier.DestinationPort : classifier.SourcePort;
        return position.Hop > 0
            ? position.Behind.Correlation is null && IsBehind(position, port)
            : (position.IsReverse || !topology.Joins.Any(join => join.Destination == position.Chain))
                && (source is null ? !position.IsReverse && !isOfPair : source == port.Name);
    }

    private static IEnumerable<Position> PositionsOf(IEnumerable<ModelChain> chains) =>
        from chain in chains
        from reverse in chain.IsSymmetric ? new[] { false, true } : [false]
        from hop in Enumerable.Range(0, chain.Hops.Count + 1).Reverse()
        select new Position(chain, reverse, hop);
}
