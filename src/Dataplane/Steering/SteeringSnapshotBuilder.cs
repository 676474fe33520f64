using System.Collections.Immutable;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Switching;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>The only way to make a <see cref="SteeringSnapshot"/>: checks a definition and lays out its tables.</summary>
public static class SteeringSnapshotBuilder
{
    /// <summary>Builds a snapshot.</summary>
    /// <param name="definition">What it is to do.</param>
    /// <param name="previous">The snapshot before, whose unchanged Maglev tables are shared, or null.</param>
    /// <param name="writers">Made the rule tables of the snapshots before and make this one's; null for a snapshot by itself.</param>
    /// <exception cref="SteeringDefinitionException">The definition names something that does not exist or exceeds a limit.</exception>
    public static SteeringSnapshot Build(SteeringDefinition definition, SteeringSnapshot? previous = null, RuleTableWriters? writers = null)
    {
        DefinitionChecks.Check(definition);
        SharedMaglevTables shared = new(previous);
        ImmutableArray<MaglevTable> maglevTables = [.. definition.Groups.Select(shared.For)];
        PathLayout paths = new(definition);
        ImmutableArray<RuleTable> ruleTables = LayOutRules(definition, paths, writers ?? new RuleTableWriters());
        (NativeArray<NetworkEntry> networks, NativeArray<int> floodPorts) = LayOutNetworks(definition);
        return new SteeringSnapshot(new SnapshotTables
        {
            Definition = definition,
            Ports = LayOutPorts(definition, paths.EncapsulatedSenders),
            Networks = networks,
            FloodPorts = floodPorts,
            Members = Fill(paths.Members, member => member),
            Paths = Fill(paths.Entries, entry => entry),
            ChainPorts = Fill(paths.ChainPorts, port => port),
            Positions = Fill(paths.Positions, position => position),
            MaglevTables = maglevTables,
            RuleTables = ruleTables,
            ServicePaths = new LookupTable<ServicePathKey>(paths.Expected),
            Addresses = new LookupTable<PortAddressKey>(KnownAddresses(definition)),
            HasJoins = definition.Paths.Any(path => path.NextRules >= 0),
            HasTaps = paths.Positions.Exists(position => position.TapCount > 0),
            CounterRows = (
                definition.Paths.Select(path => path.Counter + 1).DefaultIfEmpty().Max(),
                paths.Members.Select(member => member.Counter + 1).DefaultIfEmpty().Max()),
        });
    }

    private static NativeArray<PortEntry> LayOutPorts(SteeringDefinition definition, HashSet<int> encapsulatedSenders)
    {
        int number = 0;
        return Fill(definition.Ports, port => new PortEntry
        {
            Network = port.Network,
            MtuBytes = port.MtuBytes,
            Classifier = port.RuleTable,
            SendsEncapsulated = encapsulatedSenders.Contains(number++) || port.SendsEncapsulated,
            IsOfPair = port.IsOfPair,
        });
    }

    private static (NativeArray<NetworkEntry> Networks, NativeArray<int> FloodPorts) LayOutNetworks(SteeringDefinition definition)
    {
        ILookup<int, int> flooded = definition.Ports.Select((port, number) => (port, number))
            .Where(entry => !entry.port.IsOfPair && entry.port.Network >= 0 && definition.Networks[entry.port.Network].Learns)
            .ToLookup(entry => entry.port.Network, entry => entry.number);
        List<int> ports = [];
        List<NetworkEntry> entries = [];
        foreach (NetworkDefinition network in definition.Networks)
        {
            int first = ports.Count;
            ports.AddRange(flooded[entries.Count]);
            entries.Add(new NetworkEntry { UplinkPort = network.UplinkPort, Learns = network.Learns, FirstFloodPort = first, FloodPortCount = ports.Count - first });
        }

        return (Fill(entries, entry => entry), Fill(ports, port => port));
    }

    private static ImmutableArray<RuleTable> LayOutRules(SteeringDefinition definition, PathLayout paths, RuleTableWriters writers)
    {
        try
        {
            return [.. writers.Follow(definition).Zip(definition.RuleTables, (writer, table) => LayOutRules(writer, table, paths))];
        }
        catch (ArgumentException exception)
        {
            throw new SteeringDefinitionException($"No snapshot can be built: {exception.Message}", exception);
        }
    }

    // The writer's own table may be an equal one whose rules are on other paths.
    private static RuleTable LayOutRules(RuleTableWriter writer, RuleTableDefinition table, PathLayout paths)
    {
        NativeArray<int> positions = new(writer.IdLimit);
        Span<int> writable = positions.Writable;
        for (int place = 0; place < table.Rules.Length; place++)
        {
            SteeringRule rule = table.Rules[place];
            writable[writer.Ids[place]] = paths.Entries[rule.Path].FirstPosition + rule.HopsDone;
        }

        return new RuleTable(writer.Newest, positions);
    }

    // The first port in number order keeps an address that two ports of a network claim.
    private static Dictionary<PortAddressKey, int> KnownAddresses(SteeringDefinition definition)
    {
        Dictionary<PortAddressKey, int> known = [];
        for (int number = 0; number < definition.Ports.Length; number++)
        {
            PortDefinition port = definition.Ports[number];
            if (port.Network < 0)
            {
                continue;
            }

            known.TryAdd(new PortAddressKey(port.Mac.Value, port.Network, AddressKind.Mac), number);
            foreach (PortAddress address in port.Addresses)
            {
                AddressKind kind = address.IsIpv6 ? AddressKind.Ipv6 : AddressKind.Ipv4;
                known.TryAdd(new PortAddressKey(address.Value, port.Network, kind), number);
            }
        }

        return known;
    }

    private static NativeArray<TEntry> Fill<TSource, TEntry>(IReadOnlyList<TSource> sources, Func<TSource, TEntry> entryOf)
        where TEntry : unmanaged
    {
        NativeArray<TEntry> entries = new(sources.Count);
        for (int i = 0; i < sources.Count; i++)
        {
            entries.Writable[i] = entryOf(sources[i]);
        }

        return entries;
    }
}
