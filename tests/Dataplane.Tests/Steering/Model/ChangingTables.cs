using System.Collections.Immutable;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Tests.Steering.Model;

/// <summary>Definitions with a few rule tables that change at random from one to the next: by a block, by single rules, or wholly.</summary>
internal sealed class ChangingTables(Random random)
{
    private const int Ports = 6;
    private const int Hops = 3;

    // Few addresses, so that rules hide each other and their order decides.
    private const int Addresses = 40;

    private readonly List<List<SteeringRule>> _tables = [[], [], []];
    private ulong _generation;
    private int _paths = 4;

    /// <summary>A key that rules are made for.</summary>
    public FlowKey Key() => new()
    {
        EtherType = random.Next(3) == 0 ? AddressPrefix.Ipv6EtherType : AddressPrefix.Ipv4EtherType,
        SourceAddress = (UInt128)random.Next(Addresses),
        DestinationAddress = (UInt128)random.Next(Addresses),
        Protocol = 6,
        DestinationPort = (ushort)random.Next(4),
    };

    /// <summary>The next definition.</summary>
    public SteeringDefinition Next()
    {
        foreach (List<SteeringRule> table in _tables)
        {
            Change(table);
        }

        if (random.Next(4) == 0)
        {
            MovePaths();
        }

        if (random.Next(12) == 0)
        {
            (_tables[0], _tables[1]) = (_tables[1], _tables[0]);
        }

        if (random.Next(12) == 0)
        {
            _tables[random.Next(3)] = [.. _tables[random.Next(3)]];
        }

        return Definition();
    }

    /// <summary>A definition that no classifier can be made for, which only shows when the others have been.</summary>
    public SteeringDefinition Impossible()
    {
        SteeringDefinition next = Next();
        int table = random.Next(next.RuleTables.Length);
        ImmutableArray<SteeringRule> rules = next.RuleTables[table].Rules;
        SteeringRule impossible = new(new FlowRule(0x0806), 0, 0);
        return next with { RuleTables = next.RuleTables.SetItem(table, new RuleTableDefinition(rules.Insert(random.Next(rules.Length + 1), impossible))) };
    }

    private void Change(List<SteeringRule> table)
    {
        int place = random.Next(table.Count + 1);
        int block = Math.Min(table.Count - place, random.Next(12));
        switch (random.Next(8))
        {
            case 0 or 1 or 2:
                table.InsertRange(random.Next(2) == 0 ? place : table.Count, Rules(random.Next(1, 12)));
                break;
            case 3:
                table.RemoveRange(place, block);
                break;
            case 4:
                for (int rule = place; rule < table.Count; rule += random.Next(1, 30))
                {
                    table[rule] = Rule();
                }

                break;
            case 5 when table.Count > 0:
                SteeringRule moved = table[place % table.Count];
                table.RemoveAt(place % table.Count);
                table.Insert(random.Next(table.Count + 1), moved);
                break;
            case 6 when random.Next(4) == 0:
                table.Clear();
                table.AddRange(Rules(random.Next(200)));
                break;
            default:
                break;
        }
    }

    // As when a chain before others is deleted: equal rules in new objects that name other paths.
    private void MovePaths()
    {
        _paths = random.Next(2, 6);
        foreach (List<SteeringRule> table in _tables)
        {
            for (int rule = 0; rule < table.Count; rule++)
            {
                table[rule] = table[rule] with { Path = random.Next(_paths) };
            }
        }
    }

    private IEnumerable<SteeringRule> Rules(int count) => Enumerable.Range(0, count).Select(_ => Rule());

    private SteeringRule Rule()
    {
        ushort family = random.Next(3) == 0 ? AddressPrefix.Ipv6EtherType : AddressPrefix.Ipv4EtherType;
        AddressPrefix Prefix() => random.Next(3) == 0 ? default : new AddressPrefix((UInt128)random.Next(Addresses), (byte)(AddressPrefix.AddressBits(family) - random.Next(3)));
        FlowRule rule = new(family)
        {
            Source = Prefix(),
            Destination = Prefix(),
            DestinationPorts = random.Next(2) == 0 ? FlowRule.AnyPort : ((ushort)0, (ushort)random.Next(4)),
        };
        return new SteeringRule(rule, random.Next(_paths), random.Next(Hops + 1));
    }

    private SteeringDefinition Definition()
    {
        GroupDefinition group = new(HashFields.FiveTuple, [new MemberDefinition(7, 1, 0, 1)]);
        HopDefinition hop = new(0, EncapsulationKind.Plain, [0]);
        return new SteeringDefinition
        {
            Generation = ++_generation,
            Networks = [new NetworkDefinition(-1)],
            Ports = [.. Enumerable.Range(0, Ports).Select(port => new PortDefinition(0, new MacAddress((ulong)port + 2), [], 0, random.Next(10) == 0 ? random.Next(-1, 3) : port % 3))],
            Groups = [group],
            Paths = [.. Enumerable.Range(0, _paths).Select(path => new PathDefinition(
                new ServicePathId(path + 1), -1, IsSymmetric: false, IsReverse: false, [.. Enumerable.Repeat(hop, random.Next(Hops, Hops + 3))], [], path))],
            RuleTables = [.. _tables.Select(table => new RuleTableDefinition([.. table]))],
        };
    }
}
