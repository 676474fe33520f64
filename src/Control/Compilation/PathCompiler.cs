using System.Collections.Immutable;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Control.Compilation;

/// <summary>
/// Chains to service paths: one path, and for a symmetric chain a second one through the groups in reverse order, every
/// function entered by its egress port.
/// </summary>
internal sealed class PathCompiler
{
    // In NSH the way back is told apart by the highest bit of the 24-bit path id.
    private const int ReverseNshPath = 0x80_0000;
    private const int MaxLabelPathId = 4095;
    private const int NoLabel = -1;

    private readonly ResourceSet _set;
    private readonly StableNumbers _numbers;
    private readonly ChainJoins _joins;
    private readonly ImmutableArray<GroupDefinition>.Builder _groups = ImmutableArray.CreateBuilder<GroupDefinition>();
    private readonly ImmutableArray<PathDefinition>.Builder _paths = ImmutableArray.CreateBuilder<PathDefinition>();
    private readonly ImmutableArray<CompiledPath>.Builder _compiled = ImmutableArray.CreateBuilder<CompiledPath>();
    private readonly Dictionary<(Guid Group, bool Reverse), int> _groupIndexes = [];
    private readonly ExclusiveHops _exclusive;
    private readonly EmptyGroupAction _onEmpty;

    public PathCompiler(ResourceSet set, StableNumbers numbers, ChainJoins joins, EmptyGroupAction onEmpty)
    {
        _set = set;
        _onEmpty = onEmpty;
        _joins = joins;
        _numbers = numbers;
        _exclusive = new ExclusiveHops(set);
    }

    /// <summary>Groups of the definition.</summary>
    public ImmutableArray<GroupDefinition> Groups => _groups.ToImmutable();

    /// <summary>Paths of the definition.</summary>
    public ImmutableArray<PathDefinition> Paths => _paths.ToImmutable();

    /// <summary>The same paths with what their rules are made of, in creation order of the chains.</summary>
    public ImmutableArray<CompiledPath> Compiled => _compiled.ToImmutable();

    /// <summary>Adds the path or the two paths of a chain.</summary>
    /// <param name="chain">The chain; checked.</param>
    public void Add(PortChain chain)
    {
        Add(chain, reverse: false, chain.ChainId, chain.ChainId <= MaxLabelPathId ? chain.ChainId : NoLabel);
        if (chain.Symmetric)
        {
            Add(chain, reverse: true, chain.ChainId + ReverseNshPath, chain.ReversePathId ?? NoLabel);
        }
    }

    private void Add(PortChain chain, bool reverse, int nshPathId, int mplsPathId)
    {
        // A tap stands beside the path: indexes are given to the other groups only.
        List<PortPairGroup> all = [.. chain.PortPairGroups.Select(id => _set.PortPairGroups[id])];
        List<PortPairGroup> groups = [.. all.Where(group => !group.TapEnabled)];
        NTupleMappings mappings = new(groups);
        ImmutableArray<TapDefinition> taps = TapsOf(chain, all, reverse);
        if (reverse)
        {
            groups.Reverse();
        }

        _compiled.Add(new CompiledPath(_paths.Count, chain, reverse, UnawareHops(groups, reverse), mappings)
        {
            TapPorts = PortsOf(all.Where(group => group.TapEnabled)),
            IsJoined = !reverse && _joins.IsDestination(chain.Id),
        });
        _paths.Add(new PathDefinition(
            new ServicePathId(nshPathId),
            mplsPathId,
            chain.Symmetric,
            reverse,
            [.. groups.Select(group => HopOf(chain, group, reverse))],
            PortsOf(_joins.InOneGraphWith(chain.Id).SelectMany(id => _set.PortChains[id].PortPairGroups).Select(id => _set.PortPairGroups[id])),
            _numbers.Chains[chain.Id])
        {
            Taps = taps,
        });
    }

    // Rule 10: behind the index at the end of the path, taps have one each in the order of the chain, the same on both ways.
    private ImmutableArray<TapDefinition> TapsOf(PortChain chain, List<PortPairGroup> groups, bool reverse)
    {
        int hops = groups.Count(group => !group.TapEnabled);
        int index = ServiceIndex.Initial.Value - hops - 1;
        int before = 0;
        List<TapDefinition> taps = [];
        foreach (PortPairGroup group in groups)
        {
            if (group.TapEnabled)
            {
                taps.Add(new TapDefinition(reverse ? hops - before : before, new ServiceIndex((byte)index--), HopOf(chain, group, reverse)));
            }
            else
            {
                before++;
            }
        }

        if (reverse)
        {
            taps.Reverse();
        }

        return [.. taps];
    }

    private HopDefinition HopOf(PortChain chain, PortPairGroup group, bool reverse) =>
        new(GroupIndex(group, reverse), EncapsulationOf(group), MemberCounters(chain, group), PolicyOf(group));

    private ImmutableArray<int> PortsOf(IEnumerable<PortPairGroup> groups) =>
        [.. groups.SelectMany(PairsOf).SelectMany(pair => new[] { PortNumber(pair.Ingress), PortNumber(pair.Egress) }).Distinct().Order()];

    // Behind functions that know no encapsulation, frames are recognised by the classifier on the port they come from.
    private ImmutableArray<UnawareHop> UnawareHops(List<PortPairGroup> groups, bool reverse) =>
    [
        .. groups.Select((group, hop) => (group, hop)).Where(entry => EncapsulationOf(entry.group) == EncapsulationKind.Plain)
            .Select(entry => new UnawareHop(entry.hop + 1, [.. PairsOf(entry.group).Select(pair => PortNumber(reverse ? pair.Ingress : pair.Egress)).Distinct()])
            {
                TakesRest = _exclusive.TakesRest(groups, entry.hop),
            }),
    ];

    private int GroupIndex(PortPairGroup group, bool reverse)
    {
        if (!_groupIndexes.TryGetValue((group.Id, reverse), out int index))
        {
            index = _groups.Count;
            _groupIndexes.Add((group.Id, reverse), index);
            _groups.Add(new GroupDefinition(HashFieldsOf.Group(group), [.. PairsOf(group).Select(pair => Member(pair, reverse))]));
        }

        return index;
    }

    private MemberDefinition Member(PortPair pair, bool reverse) => new(
        StableNumbers.StableId(pair.Id),
        (uint)pair.Parameters.Weight,
        PortNumber(reverse ? pair.Egress : pair.Ingress),
        PortNumber(reverse ? pair.Ingress : pair.Egress));

    private ImmutableArray<int> MemberCounters(PortChain chain, PortPairGroup group) =>
        [.. group.PortPairs.Select(pair => _numbers.Members[new StableNumbers.MemberKey(chain.Id, group.Id, pair)])];

    private IEnumerable<PortPair> PairsOf(PortPairGroup group) => group.PortPairs.Select(id => _set.PortPairs[id]);

    private int PortNumber(Guid port) => _numbers.Ports[port];

    private EncapsulationKind EncapsulationOf(PortPairGroup group) => ChainChecks.CorrelationOf(_set, group) switch
    {
        Correlation.Nsh => EncapsulationKind.Nsh,
        Correlation.Mpls => EncapsulationKind.Mpls,
        _ => EncapsulationKind.Plain,
    };

    private EmptyGroupPolicy PolicyOf(PortPairGroup group) => (group.OnEmpty ?? _onEmpty) switch
    {
        EmptyGroupAction.Skip => EmptyGroupPolicy.Skip,
        EmptyGroupAction.Leave => EmptyGroupPolicy.Leave,
        _ => EmptyGroupPolicy.Drop,
    };
}
