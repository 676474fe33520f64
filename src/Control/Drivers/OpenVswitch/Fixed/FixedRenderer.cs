using System.Collections.Immutable;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Control.Drivers.OpenVswitch.Fixed;

/// <summary>
/// The fixed dialect: from what the forwarder's own definition says, so that precedence, mappings and path ids are the same.
/// All ports of a chain are on one bridge; those that are not are left out, and named.
/// </summary>
internal sealed class FixedRenderer
{
    // Tables that no port has: one for each chain that others are joined to.
    private const int FirstJoin = 0x4000_0000;

    // Other than 1 and 2, as the register has them: 0, 3, 4 to 7, 8 to 15.
    private static readonly string[] _unknownMdTypes = ["0x10000000/0x1f000000", "0x13000000/0x1f000000", "0x14000000/0x1c000000", "0x18000000/0x18000000"];
    private readonly CompiledState _state;
    private readonly SteeringDefinition _definition;
    private readonly FixedBridge _bridge;
    private readonly OpenFlowProgramBuilder _program = new();
    private readonly ImmutableArray<FixedPath> _paths;
    private readonly FixedPaths _ways;

    private FixedRenderer(CompiledState state, BridgeLayout bridge)
    {
        _state = state;
        _definition = state.Definition;
        _bridge = new FixedBridge(state, bridge);
        _paths = FixedPath.Of(state);
        _ways = new FixedPaths(_bridge, _program, path => path.Definition.NextRules < 0 ? -1 : FirstJoin + path.Definition.NshPathId.Value);
    }

    /// <summary>Renders a compiled state for a bridge.</summary>
    public static OpenFlowProgram Render(CompiledState state, BridgeLayout bridge) => new FixedRenderer(state, bridge).Render();

    private OpenFlowProgram Render()
    {
        if (_paths.IsEmpty)
        {
            return _program.ToProgram();
        }

        foreach (FixedPath path in _paths)
        {
            _ways.Add(path);
            NoteMissingPorts(path);
        }

        AddRules();
        AddGuards();
        if (_paths.Any(path => path.Definition.Hops.Any(hop => hop.Wants == EncapsulationKind.Mpls)))
        {
            AddIpVersions();
        }

        FixedExit.AddTo(_program, _bridge, _definition, _paths);
        if (_paths.Any(path => path.Definition.IsSymmetric))
        {
            FixedGathering.AddTo(_program);
        }

        return _program.ToProgram();
    }

    // Frames find their rules by the port they come from, and then the rules by a register: many ports share one table.
    private void AddRules()
    {
        foreach (IGrouping<int, (int Port, PortDefinition Definition, int Number)> ports in _bridge.Ports.GroupBy(port => port.Definition.RuleTable).Where(table => table.Key >= 0))
        {
            int rules = ports.First().Port + 1;
            foreach ((int port, _, int number) in ports)
            {
                Add(FixedTables.EntryPriority, FlowMatch.Any.With("in_port", number).With("reg0", 0),
                    $"{_bridge.LoadNetworkOf(port)}{FixedTables.Load(Text(rules), 0)}resubmit(,{FixedTables.Classify})");
            }

            AddTable(rules, _definition.RuleTables[ports.Key]);
        }

        foreach (FixedPath path in _paths.Where(path => path.Definition.NextRules >= 0))
        {
            int rules = FirstJoin + path.Definition.NshPathId.Value;
            string leaves = $"resubmit(,{FixedTables.ExitByMac})";
            Add(FixedTables.NoRuleMatchesPriority, FlowMatch.Any.With("reg0", Text(rules)), leaves);
            AddNever(Text(rules), leaves);
            AddTable(rules, _definition.RuleTables[path.Definition.NextRules]);
        }

        AddNever("0", $"{FixedTables.Load($"0x{FixedTables.NoRules:x}", 0)}resubmit(,{FixedTables.Classify})");
    }

    private void AddNever(string rules, string actions)
    {
        foreach (FlowMatch match in FixedRules.Never(FlowMatch.Any.With("reg0", rules)))
        {
            Add(FixedTables.NeverPriority, match, actions);
        }
    }

    private void AddTable(int rules, RuleTableDefinition table)
    {
        int priority = FixedTables.FirstRulePriority;
        foreach (SteeringRule rule in table.Rules)
        {
            FixedPath path = _paths[rule.Path];
            if (priority < FixedTables.LastRulePriority)
            {
                _program.NotRendered(path.Chain.Id,
                    $"One port has room for {FixedTables.FirstRulePriority - FixedTables.LastRulePriority + 1} rules in their order; those of later classifiers are left out.");
                continue;
            }

            string actions = _ways.Onward(path, rule.HopsDone);
            foreach (FlowMatch match in FixedRules.Matches(rule.Rule, FlowMatch.Any.With("reg0", Text(rules))))
            {
                Add(priority, match, actions);
            }

            priority--;
        }
    }

    // From functions that understand a header, what has none goes on; what has one that nobody expects goes nowhere (rule 3).
    private void AddGuards()
    {
        foreach (string type in _unknownMdTypes)
        {
            Add(FixedTables.ExpiredPriority, FlowMatch.Any.With("eth_type=0x894f").With("reg7", type), "drop");
        }

        foreach ((int port, PortDefinition definition, int number) in _bridge.Ports)
        {
            bool isOnPath = _paths.Any(path => path.Definition.Hops.Concat(path.Definition.Taps.Select(tap => tap.Hop)).Any(hop => hop.Wants != EncapsulationKind.Plain
                && _bridge.MembersOf(hop.Group).Any(member => member.OutputPort == port)));
            if (!definition.SendsEncapsulated && !isOnPath)
            {
                continue;
            }

            FlowMatch from = FlowMatch.Any.With("in_port", number);
            Add(FixedTables.ExpiredPriority, from.With("eth_type=0x894f").With("nsh_ttl", 1), "drop");
            Add(FixedTables.MdTypePriority, from.With("eth_type=0x894f").With("reg7", "0/0x10000000"),
                $"move:NXOXM_NSH_MDTYPE[0..3]->NXM_NX_REG7[24..27],load:1->NXM_NX_REG7[28],resubmit(,{FixedTables.Classify})");
            Add(FixedTables.ExpiredPriority, from.With("eth_type=0x8847").With("mpls_ttl", 0), "drop");
            Add(FixedTables.ExpiredPriority, from.With("eth_type=0x8847").With("mpls_ttl", 1), "drop");
            foreach (string etherType in new[] { "0x894f", "0x8847", "0x8848" })
            {
                Add(FixedTables.UnknownHeaderPriority, from.With("eth_type", etherType), "drop");
            }
        }
    }

    // A label does not say what is inside. A packet that cannot be of the version it was taken for has no fields, and is called
    // the other one then. Of a label written and taken off in one go nothing happens, so the frame goes round once between.
    private void AddIpVersions()
    {
        _program.Add(new GroupEntry(FixedTables.OnceRound, "selection_method=dp_hash", [new GroupBucket(Id: 1, Weight: 1, $"resubmit(,{FixedTables.Nothing})")]));
        FlowMatch nothing = FlowMatch.Any.With("nw_proto", 0).With("nw_ttl", 0);
        AddVersion("eth_type=0x0800,nw_src=0.0.0.0,nw_dst=0.0.0.0", "0x86dd");
        AddVersion("eth_type=0x86dd,ipv6_src=::,ipv6_dst=::", "0x0800");

        void AddVersion(string taken, string other) => _program.Add(new FlowEntry(
            FixedTables.EtherType, 1, $"{taken},{nothing}", $"push_mpls:0x8847,group:{FixedTables.OnceRound},pop_mpls:{other}"));
    }

    private void NoteMissingPorts(FixedPath path)
    {
        foreach (PortPairGroup group in path.Chain.PortPairGroups.Select(id => _state.Resources.PortPairGroups[id]))
        {
            foreach (Guid port in group.PortPairs.Select(id => _state.Resources.PortPairs[id]).SelectMany(pair => new[] { pair.Ingress, pair.Egress }))
            {
                Note(port, $"a port of port pair group {group.Id}, is not on the bridge: its port pair takes no part there.");
            }
        }

        foreach (Guid port in path.Chain.FlowClassifiers.Select(id => _state.Resources.FlowClassifiers[id].LogicalSourcePort).OfType<Guid>())
        {
            Note(port, "a logical source port, is not on the bridge: what it sends is not steered there.");
        }

        void Note(Guid port, string what)
        {
            if (_bridge.NumberOf(_state.Numbers.Ports[port]) is null)
            {
                Port known = _state.Resources.Ports[port];
                _program.NotRendered(path.Chain.Id, $"Port {known.Id}{(known.Name.Length > 0 ? $" ({known.Name})" : "")}, {what}");
            }
        }
    }

    private void Add(int priority, FlowMatch match, string actions) => _program.Add(new FlowEntry(FixedTables.Classify, priority, match.ToString(), actions));

    private static string Text(int rules) => $"0x{rules:x}";
}
