using System.Collections.Immutable;
using NetworkingSfc.Dataplane.Encapsulation;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// Lays the paths of a definition out as rows: for a path of n hops, n + 1 positions and one more for each tap, the headers
/// that its functions must send, and the ports of its chain.
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
            NextRules = path.NextRules,
            IsSymmetric = path.IsSymmetric,
            IsReverse = path.IsReverse,
        });
        ChainPorts.AddRange(path.ChainPorts.Order());
        for (int done = 0; done < path.Hops.Length; done++)
        {
            AddHop(index, path.Hops[done], done, IndexTo(done));
            Expect(path, path.Hops[done], IndexTo(done).Next, Positions.Count);
        }

        Positions.Add(new PathHop { Path = index, Group = PathHop.EndOfPath, HopsDone = path.Hops.Length });
        AddTaps(index, path);
        BypassEmptyGroups(index, path);
    }

    private void AddHop(int index, HopDefinition hop, int done, ServiceIndex carried)
    {
        Positions.Add(new PathHop
        {
            Path = index,
            Group = hop.Group,
            HopsDone = done,
            FirstMember = Members.Count,
            Fields = _definition.Groups[hop.Group].Fields,
            Wants = hop.Wants,
            Template = EncapsulationCatalog.Template(hop.Wants, _definition.Paths[index], carried, _definition.ForwarderMac),
        });
        AddMembers(hop);
    }

    // Rows of their own behind those of the path, in the order of the path.
    private void AddTaps(int index, PathDefinition path)
    {
        // Nothing is expected from an aware tap, also from one that gets nothing: a header that comes from it is dropped.
        EncapsulatedSenders.UnionWith(path.Taps.Where(tap => tap.Hop.Wants != EncapsulationKind.Plain)
            .SelectMany(tap => _definition.Groups[tap.Hop.Group].Members).Select(member => member.OutputPort));
        foreach (TapDefinition tap in path.Taps.Where(tap => TakesFlows(tap.Hop)))
        {
            int row = Entries[index].FirstPosition + tap.HopsDone;
            PathHop place = Positions[row];
            Positions[row] = place with { FirstTap = place.TapCount == 0 ? Positions.Count : place.FirstTap, TapCount = place.TapCount + 1 };
            AddHop(index, tap.Hop, tap.HopsDone, tap.Index);
        }
    }

    private bool TakesFlows(HopDefinition hop) => _definition.Groups[hop.Group].Members.Any(member => member.Weight > 0);

    // From the last hop backwards, so that a run of groups to skip leads to the first one that is not.
    private void BypassEmptyGroups(int index, PathDefinition path)
    {
        int first = Entries[index].FirstPosition;
        for (int done = path.Hops.Length - 1; done >= 0; done--)
        {
            HopDefinition hop = path.Hops[done];
            if (hop.OnEmpty == EmptyGroupPolicy.Drop || TakesFlows(hop))
            {
                continue;
            }

            // Whoever skips the group passes the taps behind it too; whoever leaves does not.
            bool isSkipped = hop.OnEmpty == EmptyGroupPolicy.Skip;
            PathHop own = Positions[first + done];
            PathHop target = Positions[isSkipped ? first + done + 1 : first + path.Hops.Length];
            Positions[first + done] = target with
            {
                HopsDone = done,
                FirstTap = own.TapCount > 0 ? own.FirstTap : target.FirstTap,
                TapCount = own.TapCount + (isSkipped ? target.TapCount : 0),
            };
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
