using System.Collections.Immutable;
using NetworkingSfc.Dataplane.Encapsulation;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// Lays the paths of a definition out as rows: for a path of n hops, n + 1 positions, the headers that its functions must
/// send, and the ports of its chain.
/// </summary>
internal sealed class PathLayout
{
    private readonly SteeringDefinition _definition;

    /// <summary>Lays out all paths of a checked definition.</summary>
    /// <param name="definition">The definition.</param>
    public PathLayout(SteeringDefinition definition)
    {
        _definition = definition;
        for (int path = 0; path < definition.Paths.Length; path++)
        {
            LayOut(path);
        }
    }

    public List<PathEntry> Entries { get; } = [];

    public List<PathHop> Positions { get; } = [];

    public List<int> ChainPorts { get; } = [];

    public List<MemberEntry> Members { get; } = [];

    /// <summary>Headers that functions may send, with the position each stands for.</summary>
    public Dictionary<ServicePathKey, int> Expected { get; } = [];

    /// <summary>Ports that encapsulation-aware functions send from.</summary>
    public HashSet<int> EncapsulatedSenders { get; } = [];

    private void LayOut(int index)
    {
        PathDefinition path = _definition.Paths[index];
        Entries.Add(new PathEntry
        {
            FirstPosition = Positions.Count,
            FirstChainPort = ChainPorts.Count,
            ChainPortCount = path.ChainPorts.Length,
            Counter = path.Counter,
            IsSymmetric = path.IsSymmetric,
            IsReverse = path.IsReverse,
        });
        ChainPorts.AddRange(path.ChainPorts.Order());
        for (int done = 0; done < path.Hops.Length; done++)
        {
            HopDefinition hop = path.Hops[done];
            Positions.Add(new PathHop
            {
                Path = index,
                Group = hop.Group,
                HopsDone = done,
                FirstMember = Members.Count,
                Fields = _definition.Groups[hop.Group].Fields,
                Wants = hop.Wants,
                Template = EncapsulationCatalog.Template(hop.Wants, path, IndexTo(done), _definition.ForwarderMac),
            });
            AddMembers(hop);
            Expect(path, hop, IndexTo(done).Next, Positions.Count);
        }

        Positions.Add(new PathHop { Path = index, Group = PathHop.EndOfPath, HopsDone = path.Hops.Length });
        BypassEmptyGroups(index, path);
    }

    // From the last hop backwards, so that a run of groups to skip leads to the first one that is not.
    private void BypassEmptyGroups(int index, PathDefinition path)
    {
        int first = Entries[index].FirstPosition;
        for (int done = path.Hops.Length - 1; done >= 0; done--)
        {
            HopDefinition hop = path.Hops[done];
            if (hop.OnEmpty == EmptyGroupPolicy.Drop || _definition.Groups[hop.Group].Members.Any(member => member.Weight > 0))
            {
                continue;
            }

            int source = hop.OnEmpty == EmptyGroupPolicy.Skip ? first + done + 1 : first + path.Hops.Length;
            Positions[first + done] = Positions[source] with { HopsDone = done };
        }
    }

    private void AddMembers(HopDefinition hop)
    {
        ImmutableArray<MemberDefinition> members = _definition.Groups[hop.Group].Members;
        for (int i = 0; i < members.Length; i++)
        {
            Members.Add(new MemberEntry
            {
                StableId = members[i].StableId,
                Mac = _definition.Ports[members[i].InputPort].Mac,
                InputPort = members[i].InputPort,
                OutputPort = members[i].OutputPort,
                Counter = hop.MemberCounters[i],
            });
        }
    }

    // The index carried to the hop behind which `done` hops lie: 255 to the first.
    private static ServiceIndex IndexTo(int done) => new((byte)(ServiceIndex.Initial.Value - done));

    private void Expect(PathDefinition path, HopDefinition hop, ServiceIndex index, int position)
    {
        if (hop.Wants == EncapsulationKind.Plain)
        {
            return;
        }

        int pathId = hop.Wants == EncapsulationKind.Mpls ? path.MplsPathId : path.NshPathId.Value;
        foreach (MemberDefinition member in _definition.Groups[hop.Group].Members)
        {
            EncapsulatedSenders.Add(member.OutputPort);
            ServicePathKey key = new(member.OutputPort, hop.Wants, ((uint)pathId << 8) | index.Value);
            if (!Expected.TryAdd(key, position) && Expected[key] != position)
            {
                throw new SteeringDefinitionException($"No snapshot can be built: two paths use the {hop.Wants} path id {pathId}.");
            }
        }
    }
}
