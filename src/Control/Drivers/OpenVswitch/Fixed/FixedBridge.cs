using System.Collections.Immutable;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Control.Drivers.OpenVswitch.Fixed;

/// <summary>A compiled state as one bridge sees it: which of its ports are there, and who of its members can take flows.</summary>
internal sealed class FixedBridge
{
    private readonly SteeringDefinition _definition;
    private readonly ImmutableDictionary<int, int> _numbers;

    public FixedBridge(CompiledState state, BridgeLayout bridge)
    {
        _definition = state.Definition;
        _numbers = bridge.Ports.Where(port => state.Numbers.Ports.ContainsKey(port.Key))
            .ToImmutableDictionary(port => state.Numbers.Ports[port.Key], port => port.Value);
    }

    /// <summary>Source address of outer Ethernet headers.</summary>
    public MacAddress Forwarder => _definition.ForwarderMac;

    /// <summary>The ports of the state that the bridge has, with their OpenFlow numbers.</summary>
    public IEnumerable<(int Port, PortDefinition Definition, int Number)> Ports =>
        _numbers.OrderBy(port => port.Key).Select(port => (port.Key, _definition.Ports[port.Key], port.Value)).Where(port => port.Item2.Network >= 0);

    /// <summary>OpenFlow number of a port, or null when the bridge has it not.</summary>
    public int? NumberOf(int port) => _numbers.TryGetValue(port, out int number) ? number : null;

    /// <summary>Address of a port.</summary>
    public MacAddress MacOf(int port) => _definition.Ports[port].Mac;

    /// <summary>Remembers the network of a port in its register. Ends with a comma.</summary>
    public string LoadNetworkOf(int port) => FixedTables.Load($"{_definition.Ports[port].Network + 1}", 3);

    /// <summary>All members of a group.</summary>
    public ImmutableArray<MemberDefinition> MembersOf(int group) => _definition.Groups[group].Members;

    /// <summary>What chooses the member of a group.</summary>
    public HashFields FieldsOf(int group) => _definition.Groups[group].Fields;

    /// <summary>The members that can take flows, with their places in the group: they have a weight, and the bridge has their port.</summary>
    public List<(int Place, MemberDefinition Member)> UsableMembersOf(int group) =>
        [.. MembersOf(group).Select((member, place) => (place, member)).Where(one => one.member.Weight > 0 && NumberOf(one.member.InputPort) is not null)];
}
