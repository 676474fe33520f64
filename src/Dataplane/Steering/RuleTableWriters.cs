using NetworkingSfc.Classifier;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// The writers of all rule tables, for whoever builds snapshots one after the other: handed to each
/// <see cref="SteeringSnapshotBuilder.Build"/>, they make it pay for what changed and not for all rules. For one thread at a
/// time, and no part of any snapshot.
/// </summary>
public sealed class RuleTableWriters
{
    private Dictionary<int, RuleTableWriter> _byPort = [];

    /// <summary>The writers for the tables of a definition, in their order, each at its table. Equal tables have one writer.</summary>
    /// <param name="definition">A checked definition.</param>
    /// <exception cref="ArgumentException">A rule is impossible.</exception>
    internal RuleTableWriter[] Follow(SteeringDefinition definition)
    {
        // A writer that fails half-way may be anything, so no writer outlives a failure.
        Dictionary<int, RuleTableWriter> before = _byPort;
        _byPort = [];
        (int[] firstEqual, RuleTableWriter?[] writers) = Unchanged(definition, before.Values);

        // A port keeps its number, so the list of rules that it had is the one most like the list that it has.
        HashSet<RuleTableWriter> taken = [.. writers.OfType<RuleTableWriter>()];
        for (int port = 0; port < definition.Ports.Length; port++)
        {
            int table = definition.Ports[port].RuleTable;
            if (table >= 0 && writers[firstEqual[table]] is null && before.TryGetValue(port, out RuleTableWriter? writer) && taken.Add(writer))
            {
                RuleTableDefinition next = definition.RuleTables[table];
                writers[firstEqual[table]] = writer.TryFollow(next) ? writer : new RuleTableWriter(next);
            }
        }

        RuleTableWriter[] all = [.. firstEqual.Select(table => writers[table] ??= new RuleTableWriter(definition.RuleTables[table]))];
        Dictionary<int, RuleTableWriter> byPort = [];
        for (int port = 0; port < definition.Ports.Length; port++)
        {
            if (definition.Ports[port].RuleTable >= 0)
            {
                byPort.Add(port, all[definition.Ports[port].RuleTable]);
            }
        }

        _byPort = byPort;
        return all;
    }

    /// <summary>For each table the first one equal to it, and the writers that stand at one of the tables already.</summary>
    private static (int[] FirstEqual, RuleTableWriter?[] Writers) Unchanged(SteeringDefinition definition, IEnumerable<RuleTableWriter> known)
    {
        Dictionary<RuleTableDefinition, int> tables = new(SameRules.Instance);
        int[] firstEqual = new int[definition.RuleTables.Length];
        for (int table = 0; table < firstEqual.Length; table++)
        {
            firstEqual[table] = tables.TryAdd(definition.RuleTables[table], table) ? table : tables[definition.RuleTables[table]];
        }

        RuleTableWriter?[] writers = new RuleTableWriter?[firstEqual.Length];
        foreach (RuleTableWriter writer in known.Distinct())
        {
            if (tables.TryGetValue(writer.Table, out int table))
            {
                writers[table] = writer;
            }
        }

        return (firstEqual, writers);
    }
}
