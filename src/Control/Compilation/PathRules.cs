using System.Collections.Immutable;
using NetworkingSfc.Classifier;
using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Control.Compilation;

/// <summary>
/// The rules of one path, by the port that they are for. They are kept from one compilation to the next, because they are
/// most of the work and few of them change.
/// </summary>
internal sealed class PathRules
{
    private readonly CompiledPath _path;

    private PathRules(
        CompiledPath path,
        ImmutableArray<SteeringRule> unnamed,
        ImmutableDictionary<int, ImmutableArray<SteeringRule>> named,
        ImmutableDictionary<int, ImmutableArray<SteeringRule>> unnamedAtPorts,
        ImmutableDictionary<int, ImmutableArray<SteeringRule>> rest,
        ImmutableArray<SteeringRule> joined)
    {
        _path = path;
        Rest = rest;
        Joined = joined;
        Unnamed = unnamed;
        Named = named;
        UnnamedAtPorts = unnamedAtPorts;
    }

    /// <summary>Rules of classifiers without a logical source port, for every port that no pair has.</summary>
    public ImmutableArray<SteeringRule> Unnamed { get; }

    /// <summary>Rules of classifiers with a logical source port, by port.</summary>
    public ImmutableDictionary<int, ImmutableArray<SteeringRule>> Named { get; }

    /// <summary>
    /// Rules of classifiers without a logical source port that are for one port all the same, by port: for what comes out of
    /// functions, and where the way back begins.
    /// </summary>
    public ImmutableDictionary<int, ImmutableArray<SteeringRule>> UnnamedAtPorts { get; }

    /// <summary>Rules for whatever comes out of functions and no other rule takes, by port.</summary>
    public ImmutableDictionary<int, ImmutableArray<SteeringRule>> Rest { get; }

    /// <summary>Of a chain that a service graph joins to others, the rules for frames that have ended those: source ports do not count.</summary>
    public ImmutableArray<SteeringRule> Joined { get; }

    /// <summary>Makes the rules of a path.</summary>
    /// <param name="path">The path.</param>
    /// <param name="set">Has its classifiers.</param>
    /// <param name="numbers">Has the numbers of their ports.</param>
    public static PathRules Of(CompiledPath path, ResourceSet set, StableNumbers numbers)
    {
        List<SteeringRule> unnamed = [];
        List<SteeringRule> joined = [];
        Dictionary<int, List<SteeringRule>> named = [];
        Dictionary<int, List<SteeringRule>> unnamedAtPorts = [];
        Dictionary<int, List<SteeringRule>> rest = [];
        FlowClassifier[] classifiers = [.. path.Chain.FlowClassifiers.Select(id => set.FlowClassifiers[id])];

        // The furthest hop first: a frame that may be behind two of them must not come back to the same one for ever.
        foreach (UnawareHop hop in path.UnawareHops.Reverse())
        {
            foreach (FlowClassifier classifier in classifiers)
            {
                SteeringRule rule = RuleAt(path, classifier, hop.HopsDone);
                foreach (int output in hop.OutputPorts)
                {
                    AddTo(IsNamed(path, classifier) ? named : unnamedAtPorts, output, rule);
                }
            }

            // A chain that nothing enters takes nothing. Functions may turn one family into the other.
            foreach (int output in hop.TakesRest && classifiers.Length > 0 ? hop.OutputPorts : [])
            {
                AddTo(rest, output, new SteeringRule(new FlowRule(EtherType.Ipv4), path.Index, hop.HopsDone));
                AddTo(rest, output, new SteeringRule(new FlowRule(EtherType.Ipv6), path.Index, hop.HopsDone));
            }
        }

        foreach (FlowClassifier classifier in classifiers)
        {
            SteeringRule rule = RuleAt(path, classifier, hopsDone: 0);
            if (path.IsJoined)
            {
                joined.Add(rule);
            }
            else if ((path.IsReverse ? classifier.LogicalDestinationPort : classifier.LogicalSourcePort) is Guid source)
            {
                if (!path.TapPorts.Contains(numbers.Ports[source]))
                {
                    AddTo(IsNamed(path, classifier) ? named : unnamedAtPorts, numbers.Ports[source], rule);
                }
            }
            else if (!path.IsReverse)
            {
                unnamed.Add(rule);
            }
        }

        return new PathRules(path, [.. unnamed], Kept(named), Kept(unnamedAtPorts), Kept(rest), [.. joined]);
    }

    /// <summary>These rules as those of a path of another compilation, or null when it needs others.</summary>
    /// <param name="path">The path.</param>
    /// <param name="changedClassifiers">Classifiers that are not what they were.</param>
    public PathRules? For(CompiledPath path, HashSet<Guid> changedClassifiers)
    {
        if (!ReferenceEquals(path.Chain, _path.Chain)
            || path.IsReverse != _path.IsReverse
            || !path.UnawareHops.AsSpan().SequenceEqual(_path.UnawareHops.AsSpan())
            || path.IsJoined != _path.IsJoined
            || !path.TapPorts.AsSpan().SequenceEqual(_path.TapPorts.AsSpan())
            || !path.Mappings.IsSameAs(_path.Mappings)
            || (changedClassifiers.Count > 0 && path.Chain.FlowClassifiers.Any(changedClassifiers.Contains)))
        {
            return null;
        }

        // Paths move up when one before them is deleted.
        return path.Index == _path.Index ? this : new PathRules(
            path, Moved(Unnamed, path.Index), Moved(Named, path.Index), Moved(UnnamedAtPorts, path.Index), Moved(Rest, path.Index), Moved(Joined, path.Index));
    }

    // All rules of a classifier on a path have one precedence. Who enters a chain from the end of another did not come by its source port.
    private static bool IsNamed(CompiledPath path, FlowClassifier classifier) => path.IsJoined || classifier.LogicalSourcePort is not null;

    private static SteeringRule RuleAt(CompiledPath path, FlowClassifier classifier, int hopsDone)
    {
        FlowRule rule = RuleOf(path.Mappings.At(classifier, path.IsReverse, hopsDone));
        return new SteeringRule(path.IsReverse ? rule.Reversed() : rule, path.Index, hopsDone);
    }

    private static void AddTo(Dictionary<int, List<SteeringRule>> lists, int port, SteeringRule rule)
    {
        if (!lists.TryGetValue(port, out List<SteeringRule>? list))
        {
            lists.Add(port, list = []);
        }

        list.Add(rule);
    }

    private static ImmutableDictionary<int, ImmutableArray<SteeringRule>> Kept(Dictionary<int, List<SteeringRule>> lists) =>
        lists.ToImmutableDictionary(list => list.Key, list => list.Value.ToImmutableArray());

    private static ImmutableDictionary<int, ImmutableArray<SteeringRule>> Moved(ImmutableDictionary<int, ImmutableArray<SteeringRule>> lists, int path) =>
        lists.ToImmutableDictionary(list => list.Key, list => Moved(list.Value, path));

    private static ImmutableArray<SteeringRule> Moved(ImmutableArray<SteeringRule> rules, int path) => [.. rules.Select(rule => rule with { Path = path })];

    private static FlowRule RuleOf(FlowClassifier classifier)
    {
        bool isIpv6 = classifier.Ethertype == IpFamily.IPv6;
        return new FlowRule(isIpv6 ? EtherType.Ipv6 : EtherType.Ipv4)
        {
            Protocol = classifier.Protocol switch
            {
                FlowProtocol.Tcp => IpProtocol.Tcp,
                FlowProtocol.Udp => IpProtocol.Udp,
                FlowProtocol.Icmp => isIpv6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp,
                _ => null,
            },
            Source = PrefixOf(classifier.SourceIpPrefix),
            Destination = PrefixOf(classifier.DestinationIpPrefix),
            SourcePorts = (classifier.SourcePorts.Lowest, classifier.SourcePorts.Highest),
            DestinationPorts = (classifier.DestinationPorts.Lowest, classifier.DestinationPorts.Highest),
        };
    }

    private static AddressPrefix PrefixOf(IpPrefix? prefix) =>
        prefix is IpPrefix given ? new AddressPrefix(given.Address.Value, (byte)given.Length) : default;
}
