using System.Collections.Immutable;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.ServiceGraphs;

namespace NetworkingSfc.Control.Drivers.OpenVswitch.Reference;

/// <summary>
/// What the reference's agent holds on one host when all chains were made in their order and nothing was changed since.
/// Its faults that come from the history of changes are not a function of the state and are not reproduced.
/// </summary>
internal sealed class ReferenceRenderer
{
    private const int ClassifyTable = 0;
    private const int NextHopTable = 5;
    private const int TapTable = 7;
    private const int DeliverTable = 10;
    private const int ClassifyPriority = 30;
    private const int HeaderPriority = 20;
    private const uint ReverseGroups = 7000;
    private const string Normal = "normal";

    private readonly ResourceSet _set;
    private readonly BridgeLayout _bridge;
    private readonly OpenFlowProgramBuilder _program = new();
    private readonly ImmutableDictionary<Guid, int> _vlans;

    private ReferenceRenderer(ResourceSet set, BridgeLayout bridge)
    {
        _set = set;
        _bridge = bridge;
        _vlans = set.Networks.Select((network, index) => KeyValuePair.Create(network.Id, bridge.LocalVlans.GetValueOrDefault(network.Id, index + 1)))
            .ToImmutableDictionary();
    }

    /// <summary>Renders a set for the host that has the bridge.</summary>
    public static OpenFlowProgram Render(ResourceSet set, BridgeLayout bridge)
    {
        ReferenceRenderer renderer = new(set, bridge);
        renderer.Add(ClassifyTable, HeaderPriority, FlowMatch.Any.With("eth_type=0x8847"), $"resubmit(,{DeliverTable})");
        renderer.Add(ClassifyTable, HeaderPriority, FlowMatch.Any.With("eth_type=0x894f"), $"resubmit(,{DeliverTable})");
        renderer.Add(DeliverTable, 0, FlowMatch.Any, "drop");
        foreach (ReferencePath path in set.PortChains.SelectMany(chain => ReferencePath.Of(set, chain)))
        {
            foreach (ReferenceNode node in path.Nodes)
            {
                renderer.Render(path, node);
            }
        }

        foreach (ServiceGraph graph in set.ServiceGraphs)
        {
            renderer.Render(graph);
        }

        return renderer._program.ToProgram();
    }

    private void Render(ReferencePath path, ReferenceNode node)
    {
        ReferenceClassifiers classifiers = new(_set, path.Chain, path.IsReverse, _program);
        if (node.Group is { } group)
        {
            foreach (PortPair pair in PairsOf(group))
            {
                Correlation aware = pair.Parameters.Correlation;
                Guid exit = path.IsReverse ? pair.Ingress : pair.Egress;
                AddClassifications(path, node, exit, aware, [.. InPort(exit).SelectMany(start => classifiers.BehindFunction(start, node.Mapping))]);
                AddTapDelivery(path, node, exit);
                AddDelivery(path, node, pair, aware);
            }

            return;
        }

        foreach (Guid port in classifiers.SourcePorts)
        {
            AddClassifications(path, node, port, Correlation.None, [.. InPort(port).SelectMany(start => classifiers.AtSource(port, start, node.Mapping))]);
            AddTapDelivery(path, node, port);
        }
    }

    private void AddClassifications(ReferencePath path, ReferenceNode node, Guid exit, Correlation aware, List<FlowMatch> matches)
    {
        if (Onward(path, node, exit, aware) is not { } actions)
        {
            return;
        }

        // A function that knows the header is recognised by it, if anything would have been classified at all.
        foreach (FlowMatch match in aware == Correlation.None || matches.Count == 0
            ? matches
            : [ReferenceHeader.Match(InPort(exit).Single(), aware, path.Chain, node.Index)])
        {
            AddClassification(path.Chain, match, actions);
        }
    }

    // What happens to frames of the path that come from a port of this bridge; null for ports elsewhere.
    private string? Onward(ReferencePath path, ReferenceNode node, Guid exit, Correlation aware)
    {
        if (!_bridge.Ports.ContainsKey(exit))
        {
            return null;
        }

        string copy = "";
        if (node.Tap is { } tap)
        {
            AddTapCopy(path, node, tap, exit, aware);
            copy = $",resubmit(,{TapTable})";
        }

        List<PortPair> next = node.Next is null ? [] : [.. PairsOf(node.Next).Where(IsBound)];
        if (next.Count == 0)
        {
            return (aware == Correlation.None ? "" : ReferenceHeader.Pop(path.Chain)) + Normal + copy;
        }

        if (path.IsReverse)
        {
            next.Reverse();
        }

        uint group = (uint)node.Next!.GroupId + (path.IsReverse ? ReverseGroups : 0);
        _program.Add(new GroupEntry(group, "",
            [.. next.Select(pair => new GroupBucket(Id: null, 1, $"mod_dl_dst:{Entry(path, pair).MacAddress},resubmit(,{NextHopTable})"))]));
        foreach (PortPair pair in next)
        {
            AddNextHop(path, node, exit, aware, pair);
        }

        bool push = aware == Correlation.None && next[0].Parameters.Correlation != Correlation.None;
        return $"{(push ? ReferenceHeader.Push(path.Chain, node.Index) : "")}group:{group}{copy}";
    }

    private void AddNextHop(ReferencePath path, ReferenceNode node, Guid exit, Correlation aware, PortPair next)
    {
        Correlation wants = next.Parameters.Correlation;
        Correlation carried = aware == Correlation.None ? wants : aware;
        string push = carried == Correlation.None ? ReferenceHeader.Push(path.Chain, node.Index) : "";
        AddLabelled(path.Chain, NextHopTable, 0,
            FlowMatch.Any.With("dl_dst", Entry(path, next).MacAddress.ToString()).With("eth_type", ReferenceHeader.EtherType(carried)),
            $"{push}mod_vlan_vid:{VlanOf(exit)},{Towards(Entry(path, next))}");
    }

    private void AddDelivery(ReferencePath path, ReferenceNode node, PortPair pair, Correlation aware)
    {
        Port entry = Entry(path, pair);
        if (_bridge.Ports.TryGetValue(entry.Id, out int number))
        {
            FlowMatch match = FlowMatch.Any.With("dl_dst", entry.MacAddress.ToString()).With("dl_vlan", VlanOf(entry.Id));
            string pop = aware == Correlation.None ? ReferenceHeader.PopForFunction(path.Chain) : "";
            AddLabelled(path.Chain, DeliverTable, 1,
                ReferenceHeader.Match(match, path.Chain.Correlation, path.Chain, node.Index + 1), $"strip_vlan,{pop}output:{number}");
        }
    }

    private void AddTapCopy(ReferencePath path, ReferenceNode node, PortPairGroup tap, Guid exit, Correlation aware)
    {
        FlowMatch match = InPort(exit).Single().With("dl_src", _set.Ports[exit].MacAddress.ToString());
        Correlation next = node.Next is null ? Correlation.None : PairsOf(node.Next).Select(pair => pair.Parameters.Correlation).FirstOrDefault();
        match = (aware, next) switch
        {
            (_, Correlation.None) => match.With("eth_type=0x800"),
            (Correlation.None, _) => ReferenceHeader.Match(match, next, path.Chain, node.Index),
            _ => match.With("eth_type", ReferenceHeader.EtherType(aware)),
        };
        foreach (PortPair pair in PairsOf(tap).Where(IsBound))
        {
            AddLabelled(path.Chain, TapTable, 0, match,
                $"{ReferenceHeader.Push(path.Chain, node.TapIndex)}mod_vlan_vid:{VlanOf(exit)},{Towards(Entry(path, pair))}");
        }
    }

    // The copy has one label, and what is taken off it leaves a frame that says it has another.
    private void AddTapDelivery(ReferencePath path, ReferenceNode node, Guid exit)
    {
        IEnumerable<Port> entries = node.Tap is null ? [] : PairsOf(node.Tap).Select(pair => Entry(path, pair));
        foreach (Port entry in entries.Where(entry => _bridge.Ports.ContainsKey(entry.Id)))
        {
            FlowMatch match = FlowMatch.Any.With("dl_src", _set.Ports[exit].MacAddress.ToString()).With("dl_vlan", VlanOf(entry.Id));
            AddLabelled(path.Chain, DeliverTable, 1,
                ReferenceHeader.Match(match, path.Chain.Correlation, path.Chain, node.TapIndex), $"strip_vlan,pop_mpls:0x8847,output:{_bridge.Ports[entry.Id]}");
        }
    }

    private void Render(ServiceGraph graph)
    {
        foreach (ServiceGraphBranch branch in graph.Branches)
        {
            ReferencePath source = ReferencePath.Of(_set, _set.PortChains[branch.Source]).First();
            ReferenceNode last = source.Nodes[^1];
            int joint = ReferenceHeader.Label(source.Chain, last.Index);
            ReferenceClassifiers classifiers = new(_set, source.Chain, isReverse: false, _program);
            foreach (PortPair pair in PairsOf(last.Group!))
            {
                // The rules of the graph say that the last function knows the header, whatever its pair says.
                foreach (FlowMatch start in InPort(pair.Egress).Where(start => classifiers.BehindFunction(start, last.Mapping).Any()))
                {
                    AddLabelled(source.Chain, ClassifyTable, ClassifyPriority, ReferenceHeader.Match(start, source.Chain.Correlation, source.Chain, last.Index),
                        $"load:0x{joint:x}->NXM_NX_REG0[],{ReferenceHeader.Pop(source.Chain)}resubmit(,{ClassifyTable})");
                }

                AddDelivery(source, last, pair, source.Chain.Correlation);
            }

            foreach (PortChain destination in branch.Destinations.Select(id => _set.PortChains[id]))
            {
                Join(ReferencePath.Of(_set, destination).First(), joint);
            }
        }
    }

    // The flows where frames enter the chain are replaced by those for what ends the other one, whatever port it comes from.
    private void Join(ReferencePath path, int joint)
    {
        ReferenceClassifiers classifiers = new(_set, path.Chain, isReverse: false, _program);
        ReferenceNode node = path.Nodes[0];
        foreach (Guid port in classifiers.SourcePorts)
        {
            string? actions = Onward(path, node, port, Correlation.None);
            foreach (FlowMatch start in InPort(port))
            {
                foreach (FlowMatch match in classifiers.AtSource(port, start, node.Mapping))
                {
                    _program.Remove(ClassifyTable, ClassifyPriority, match.ToString());
                }

                foreach (FlowMatch match in classifiers.AtSource(port, FlowMatch.Any.With("reg0", joint), node.Mapping))
                {
                    AddClassification(path.Chain, match, actions!);
                }
            }
        }
    }

    private void AddClassification(PortChain chain, FlowMatch match, string actions) => AddLabelled(chain, ClassifyTable, ClassifyPriority, match, actions);

    private void AddLabelled(PortChain chain, int table, int priority, FlowMatch match, string actions)
    {
        bool labelled = match.ToString().Contains("mpls_label", StringComparison.Ordinal) || actions.Contains("set_mpls_label", StringComparison.Ordinal);
        if (labelled && !ReferenceHeader.Fits(chain))
        {
            _program.NotRendered(chain.Id, $"Chain id {chain.ChainId} does not fit an MPLS label, so the switch refuses the reference's flows with one.");
            return;
        }

        Add(table, priority, match, actions);
    }

    private void Add(int table, int priority, FlowMatch match, string actions) => _program.Add(new FlowEntry(table, priority, match.ToString(), actions));

    private IEnumerable<FlowMatch> InPort(Guid port) => _bridge.Ports.TryGetValue(port, out int number) ? [FlowMatch.Any.With("in_port", number)] : [];

    private string Towards(Port entry) =>
        _bridge.Ports.ContainsKey(entry.Id) ? $"resubmit(,{DeliverTable})" : $"output:{_bridge.TunnelPatchPort}";

    // A member is known to have a place when the bridge has its port, or another host has and there is a way there.
    private bool IsBound(PortPair pair) =>
        _bridge.Ports.ContainsKey(pair.Ingress) || (_bridge.TunnelPatchPort is not null && _set.Ports[pair.Ingress].BindingHostId.Length > 0);

    private int VlanOf(Guid port) => _vlans[_set.Ports[port].NetworkId];

    private Port Entry(ReferencePath path, PortPair pair) => _set.Ports[path.IsReverse ? pair.Egress : pair.Ingress];

    private IEnumerable<PortPair> PairsOf(PortPairGroup group) => group.PortPairs.Select(id => _set.PortPairs[id]);
}
