using System.Collections.Immutable;
using NetworkingSfc.Classifier;
using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Control.Compilation;

/// <summary>
/// Which rules apply to frames from which port, best first: those of classifiers with a logical source port, then those
/// without; among equals the older chain, the forward path before the way back, the order of the chain's list, the earlier hop.
/// </summary>
internal sealed class RuleTableCompiler
{
    private readonly StableNumbers _numbers;
    private readonly Dictionary<int, List<SteeringRule>> _named = [];
    private readonly Dictionary<int, List<SteeringRule>> _unnamedBehindHops = [];
    private readonly List<SteeringRule> _unnamed = [];
    private readonly ImmutableArray<RuleTableDefinition>.Builder _tables = ImmutableArray.CreateBuilder<RuleTableDefinition>();
    private int _sharedTable = -1;

    public RuleTableCompiler(ResourceSet set, StableNumbers numbers, ImmutableArray<CompiledPath> paths)
    {
        _numbers = numbers;
        foreach (CompiledPath path in paths)
        {
            foreach (FlowClassifier classifier in path.Chain.FlowClassifiers.Select(id => set.FlowClassifiers[id]))
            {
                AddRules(path, classifier);
            }
        }
    }

    /// <summary>Tables of the definition, one for each distinct use.</summary>
    public ImmutableArray<RuleTableDefinition> Tables => _tables.ToImmutable();

    /// <summary>Index of the table for frames from a port, made on first use, or -1 when no rule applies.</summary>
    /// <param name="port">Number of the port.</param>
    /// <param name="isOfPair">True when a port pair has the port: classifiers without a logical source port do not apply.</param>
    public int TableFor(int port, bool isOfPair)
    {
        List<SteeringRule> own = [.. ListOf(_named, port), .. ListOf(_unnamedBehindHops, port)];
        if (own.Count > 0)
        {
            return AddTable(isOfPair ? own : [.. own, .. _unnamed]);
        }

        if (isOfPair || _unnamed.Count == 0)
        {
            return -1;
        }

        if (_sharedTable < 0)
        {
            _sharedTable = AddTable(_unnamed);
        }

        return _sharedTable;
    }

    private void AddRules(CompiledPath path, FlowClassifier classifier)
    {
        Guid? source = path.IsReverse ? classifier.LogicalDestinationPort : classifier.LogicalSourcePort;
        SteeringRule entry = new(RuleAt(path, classifier, 0), path.Index, HopsDone: 0);
        if (source is Guid port)
        {
            AddTo(_named, _numbers.Ports[port], entry);
        }
        else if (!path.IsReverse)
        {
            _unnamed.Add(entry);
        }

        Dictionary<int, List<SteeringRule>> behindHops = classifier.LogicalSourcePort is null ? _unnamedBehindHops : _named;
        foreach (UnawareHop hop in path.UnawareHops)
        {
            FlowRule rule = RuleAt(path, classifier, hop.HopsDone);
            foreach (int output in hop.OutputPorts)
            {
                AddTo(behindHops, output, new SteeringRule(rule, path.Index, hop.HopsDone));
            }
        }
    }

    private static FlowRule RuleAt(CompiledPath path, FlowClassifier classifier, int hopsDone)
    {
        FlowRule rule = RuleOf(path.Mappings.At(classifier, path.IsReverse, hopsDone));
        return path.IsReverse ? rule.Reversed() : rule;
    }

    private int AddTable(IEnumerable<SteeringRule> rules)
    {
        _tables.Add(new RuleTableDefinition([.. rules]));
        return _tables.Count - 1;
    }

    private static List<SteeringRule> ListOf(Dictionary<int, List<SteeringRule>> lists, int port) =>
        lists.TryGetValue(port, out List<SteeringRule>? list) ? list : [];

    private static void AddTo(Dictionary<int, List<SteeringRule>> lists, int port, SteeringRule rule)
    {
        if (!lists.TryGetValue(port, out List<SteeringRule>? list))
        {
            lists.Add(port, list = []);
        }

        list.Add(rule);
    }

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
