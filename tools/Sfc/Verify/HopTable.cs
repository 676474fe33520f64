using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Sfc.Verify;

/// <summary>The way from the dataplane's numbers back to the resources: which port, which hop, who else could have been chosen.</summary>
internal sealed class HopTable
{
    private readonly Dictionary<int, Port> _ports;
    private readonly (PortChain Chain, PortPairGroup Group, PortPair Pair)[] _members;
    private readonly MemberEntry[] _entries;

    /// <summary>Makes the table.</summary>
    /// <param name="state">The state.</param>
    /// <param name="snapshot">What it was built into.</param>
    public HopTable(CompiledState state, SteeringSnapshot snapshot)
    {
        Resources = state.Resources;
        _ports = state.Resources.Ports.ToDictionary(port => state.Numbers.Ports[port.Id]);
        Dictionary<int, StableNumbers.MemberKey> keys = state.Numbers.Members.ToDictionary(member => member.Value, member => member.Key);
        _entries = snapshot.Members.ToArray();
        _members = [.. _entries.Select(entry => keys[entry.Counter])
            .Select(key => (Resources.PortChains[key.Chain], Resources.PortPairGroups[key.Group], Resources.PortPairs[key.PortPair]))];
    }

    /// <summary>The resources.</summary>
    public ResourceSet Resources { get; }

    /// <summary>The port with a number.</summary>
    public Port Port(int number) => _ports[number];

    /// <summary>A port by its name, or its id when it has none.</summary>
    public string NameOf(int port) => Label(_ports[port].Name, _ports[port].IdText);

    /// <summary>The hop that a member stands at, and the member's pair.</summary>
    /// <param name="member">Index in the snapshot's members.</param>
    public (PortChain Chain, PortPairGroup Group, PortPair Pair) Hop(int member) => _members[member];

    /// <summary>The member of the same hop and direction that receives at a port; null when none does, or when it takes no flows.</summary>
    /// <param name="member">Index of a member of the hop.</param>
    /// <param name="port">Number of the port.</param>
    public PortPair? Peer(int member, int port)
    {
        (_, PortPairGroup group, PortPair own) = _members[member];

        // A function with one port is entered there both ways, so beside it either port of a peer may be the right one.
        Guid entered = _ports[_entries[member].InputPort].Id;
        Guid asked = _ports[port].Id;
        return group.PortPairs.Select(id => Resources.PortPairs[id]).FirstOrDefault(pair => pair.Parameters.Weight > 0
            && ((entered == own.Ingress && pair.Ingress == asked) || (entered == own.Egress && pair.Egress == asked)));
    }

    /// <summary>A name, or the id where there is no name.</summary>
    public static string Label(string name, string id) => name.Length > 0 ? name : id;
}
