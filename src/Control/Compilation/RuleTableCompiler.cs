using System.Collections.Immutable;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Control.Compilation;

/// <summary>
/// Which rules apply to frames from which port, best first: those of classifiers with a logical source port, then those
/// without; among equals the older chain, the forward path before the way back, the further hop, the order of the chain's
/// list. Last come the rules of hops that keep whatever comes out of them (<see cref="ExclusiveHops"/>). At ports of port pairs <see cref="ChainJoins.RankOf"/> stands for age. So a frame that nobody rewrites goes from rule
/// to rule only to a path of better rank or further on its own, and to an end.
/// </summary>
internal sealed class RuleTableCompiler
{
    // Behind it, the tables that no port has: one for each chain that others are joined to.
    private const int FirstJoin = -2;

    // Stands for all ports without rules of their own.
    private const int NoPort = -1;

    private readonly CompiledRules _previous;
    private readonly ImmutableDictionary<(Guid Chain, bool IsReverse), PathRules>.Builder _paths =
        ImmutableDictionary.CreateBuilder<(Guid Chain, bool IsReverse), PathRules>();

    private readonly Dictionary<int, List<RankedPart>> _named = [];
    private readonly Dictionary<int, List<RankedPart>> _unnamedAtPorts = [];
    private readonly Dictionary<int, List<RankedPart>> _rest = [];
    private readonly List<ImmutableArray<SteeringRule>> _unnamed = [];
    private readonly Dictionary<Guid, (int Order, ImmutableArray<SteeringRule> Rules)> _joined = [];
    private readonly ImmutableArray<RuleTableDefinition>.Builder _tables = ImmutableArray.CreateBuilder<RuleTableDefinition>();
    private readonly ImmutableDictionary<int, CompiledRules.Table>.Builder _byPort = ImmutableDictionary.CreateBuilder<int, CompiledRules.Table>();
    private int _sharedTable = -1;

    public RuleTableCompiler(ResourceSet set, StableNumbers numbers, ImmutableArray<CompiledPath> paths, ChainJoins joins, CompiledState? previous)
    {
        _previous = previous?.Rules ?? CompiledRules.None;
        HashSet<Guid> changed = previous is null ? [] : set.FlowClassifiers.ChangedSince(previous.Resources.FlowClassifiers);
        foreach (CompiledPath path in paths)
        {
            (Guid, bool) key = (path.Chain.Id, path.IsReverse);
            Add(key, joins.RankOf(path.Chain.Id, age: path.Index), _previous.Paths.GetValueOrDefault(key)?.For(path, changed) ?? PathRules.Of(path, set, numbers));
        }
    }

    /// <summary>Tables of the definition, one for each distinct use.</summary>
    public ImmutableArray<RuleTableDefinition> Tables => _tables.ToImmutable();

    /// <summary>What was compiled, for the next time.</summary>
    public CompiledRules Compiled => new(_paths.ToImmutable(), _byPort.ToImmutable());

    /// <summary>Index of the table for frames from a port, made on first use, or -1 when no rule applies.</summary>
    /// <param name="port">Number of the port.</param>
    /// <param name="isOfPair">True when a port pair has the port: classifiers without a logical source port do not apply.</param>
    public int TableFor(int port, bool isOfPair)
    {
        List<ImmutableArray<SteeringRule>> own = [.. PartsAt(_named, port, isOfPair), .. PartsAt(_unnamedAtPorts, port, isOfPair), .. PartsAt(_rest, port, isOfPair)];
        if (own.Count > 0)
        {
            return AddTable(port, isOfPair ? own : [.. own, .. _unnamed]);
        }

        if (isOfPair || _unnamed.Count == 0)
        {
            return -1;
        }

        if (_sharedTable < 0)
        {
            _sharedTable = AddTable(NoPort, _unnamed);
        }

        return _sharedTable;
    }

    /// <summary>
    /// Index of the table for frames that have ended a chain, or -1 when a graph joins nothing to it. Among the chains joined
    /// to it the oldest comes first, whatever the order of the branches (behaviour 21).
    /// </summary>
    /// <param name="chain">Id of the chain.</param>
    /// <param name="number">Its number.</param>
    /// <param name="joins">What service graphs say.</param>
    public int TableBehind(Guid chain, int number, ChainJoins joins)
    {
        List<ImmutableArray<SteeringRule>> parts =
            [.. joins.BehindEndOf(chain).Where(_joined.ContainsKey).Select(next => _joined[next]).OrderBy(next => next.Order).Select(next => next.Rules)];
        return parts.Count == 0 ? -1 : AddTable(FirstJoin - number, parts);
    }

    private void Add((Guid Chain, bool IsReverse) key, int rank, PathRules rules)
    {
        _paths.Add(key, rules);
        if (!rules.Joined.IsEmpty)
        {
            _joined.Add(key.Chain, (_joined.Count, rules.Joined));
        }

        AddTo(_named, rank, rules.Named);
        AddTo(_unnamedAtPorts, rank, rules.UnnamedAtPorts);
        AddTo(_rest, rank, rules.Rest);
        if (!rules.Unnamed.IsEmpty)
        {
            _unnamed.Add(rules.Unnamed);
        }
    }

    private static void AddTo(Dictionary<int, List<RankedPart>> lists, int rank, ImmutableDictionary<int, ImmutableArray<SteeringRule>> added)
    {
        foreach ((int port, ImmutableArray<SteeringRule> rules) in added)
        {
            if (!lists.TryGetValue(port, out List<RankedPart>? list))
            {
                lists.Add(port, list = []);
            }

            list.Add(new RankedPart(rank, rules));
        }
    }

    // The table that the port had stays the same object when its parts do, which is how others see that nothing changed.
    private int AddTable(int port, List<ImmutableArray<SteeringRule>> parts)
    {
        CompiledRules.Table table = _previous.Tables.TryGetValue(port, out CompiledRules.Table? before) && before.Parts.SequenceEqual(parts)
            ? before
            : new CompiledRules.Table([.. parts], new RuleTableDefinition(Joined(parts)));
        _byPort.Add(port, table);
        _tables.Add(table.Definition);
        return _tables.Count - 1;
    }

    // Rules come by the ten thousand, and a list that grows would leave several times as much behind.
    private static ImmutableArray<SteeringRule> Joined(List<ImmutableArray<SteeringRule>> parts)
    {
        ImmutableArray<SteeringRule>.Builder rules = ImmutableArray.CreateBuilder<SteeringRule>(parts.Sum(part => part.Length));
        foreach (ImmutableArray<SteeringRule> part in parts)
        {
            rules.AddRange(part);
        }

        return rules.MoveToImmutable();
    }

    // Parts stand in the order of age.
    private static IEnumerable<ImmutableArray<SteeringRule>> PartsAt(Dictionary<int, List<RankedPart>> lists, int port, bool isOfPair)
    {
        List<RankedPart> parts = lists.GetValueOrDefault(port, []);
        return (isOfPair ? parts.OrderBy(part => part.Rank) : parts.AsEnumerable()).Select(part => part.Rules);
    }

    private readonly record struct RankedPart(int Rank, ImmutableArray<SteeringRule> Rules);
}
