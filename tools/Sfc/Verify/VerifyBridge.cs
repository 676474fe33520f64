using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.Drivers.OpenVswitch;
using NetworkingSfc.Control.Networks;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Sfc.Client;

namespace NetworkingSfc.Sfc.Verify;

/// <summary>
/// A bridge of the private switch that holds a rendered state: one port for each port of the state. NORMAL is a bridge that
/// knows every port of the network already: flows send a frame to the port with its destination MAC address, and what
/// NORMAL would flood to the network's uplink alone. Nothing is learned, so no answer depends on the frames before.
/// </summary>
internal sealed partial class VerifyBridge : IDisposable
{
    private const string Name = "br-int";
    private const int FirstNumber = 1;

    // Behind the tables of either dialect: the network of the port that a frame came from, then its destination in it.
    private const int NetworkTable = 250;
    private const int DestinationTable = 251;

    private readonly PrivateSwitch _switch;
    private readonly SwitchPort[] _ports;
    private readonly SwitchPorts _wires;

    private VerifyBridge(PrivateSwitch privateSwitch, SwitchPort[] ports)
    {
        _switch = privateSwitch;
        _ports = ports;
        _wires = new SwitchPorts(privateSwitch, ports);
    }

    /// <summary>Flows and groups that Open vSwitch refused, each with its words. The reference's agent goes on without them, so does this.</summary>
    public IReadOnlyList<string> Refused { get; private set; } = [];

    /// <summary>Makes the bridge.</summary>
    /// <param name="privateSwitch">The switch; it has no other bridge.</param>
    /// <param name="state">The state.</param>
    /// <param name="dialect">Which flows.</param>
    /// <exception cref="CommandFailure">Open vSwitch refuses it.</exception>
    public static VerifyBridge Open(PrivateSwitch privateSwitch, CompiledState state, FlowDialect dialect)
    {
        SwitchPort[] ports = [.. state.Resources.Ports.Select(port => PortOf(state.Numbers.Ports[port.Id]))];
        Array.Sort(ports, (one, other) => one.Number.CompareTo(other.Number));
        // As many VLAN tags as the switch can look behind.
        privateSwitch.Configure("set", "open_vswitch", ".", "other_config:vlan-limit=2");
        privateSwitch.AddBridge(Name, ports);
        VerifyBridge bridge = new(privateSwitch, ports);
        try
        {
            bridge.Install(state, dialect);
            return bridge;
        }
        catch
        {
            bridge.Dispose();
            throw;
        }
    }

    /// <summary>Lets a frame come in.</summary>
    /// <param name="port">Number of the port in the snapshot.</param>
    /// <param name="frame">14 bytes or more.</param>
    /// <returns>What the switch sent.</returns>
    public IReadOnlyList<SwitchOutput> Receive(int port, ReadOnlySpan<byte> frame) =>
        [.. _wires.Receive(_ports[port], frame).Select(sent => new SwitchOutput(sent.Port.Number - FirstNumber, sent.Frame))];

    public void Dispose()
    {
        _wires.Dispose();
        _switch.RemoveBridge(Name);
    }

    private static SwitchPort PortOf(int number) => new(string.Create(CultureInfo.InvariantCulture, $"p{number}"), number + FirstNumber);

    private void Install(CompiledState state, FlowDialect dialect)
    {
        BridgeLayout layout = new(state.Numbers.Ports.ToImmutableDictionary(port => port.Key, port => port.Value + FirstNumber));
        OpenFlowProgram program = OpenFlowRenderer.Render(state, layout, dialect);
        List<string> lines =
        [
            .. NormalFlows(state).Select(flow => $"flow add {flow}"),
            .. program.Groups.Select(group => $"group add_or_mod {group with { Buckets = [.. group.Buckets.Select(bucket => bucket with { Actions = WithoutNormal(bucket.Actions) })] }}"),
            .. program.Flows.Select(flow => $"flow add {flow with { Actions = WithoutNormal(flow.Actions) }}"),
        ];
        if (!program.Flows.Any(flow => flow is { Table: 0, Priority: 0, Match: "" }))
        {
            lines.Add($"flow add table=0,priority=0,actions=resubmit(,{NetworkTable})");
        }

        try
        {
            Add(lines);
        }
        catch (CommandFailure) when (dialect == FlowDialect.Reference)
        {
            Refused = [.. lines.Select(RefusalOf).OfType<string>()];
        }
    }

    private void Add(IEnumerable<string> lines)
    {
        string file = Path.Combine(_switch.Folder, "flows");
        File.WriteAllLines(file, lines);
        _switch.OpenFlow(Name, "bundle", file);
    }

    private string? RefusalOf(string line)
    {
        try
        {
            Add([line]);
            return null;
        }
        catch (CommandFailure refusal)
        {
            return $"{line}: {refusal.Message}";
        }
    }

    private static IEnumerable<string> NormalFlows(CompiledState state)
    {
        ResourceSet resources = state.Resources;
        int number = 0;
        foreach (Network network in resources.Networks)
        {
            number++;
            foreach (Port port in resources.Ports.Where(port => port.NetworkId == network.Id))
            {
                int openFlow = state.Numbers.Ports[port.Id] + FirstNumber;
                yield return $"table={NetworkTable},priority=1,in_port={openFlow},actions=set_field:{number}->metadata,resubmit(,{DestinationTable})";
                yield return $"table={DestinationTable},priority=2,metadata={number},dl_dst={port.MacAddress},actions=output:{openFlow}";
            }

            if (resources.Uplinks.TryGetValue(network.Id, out Guid uplink))
            {
                yield return $"table={DestinationTable},priority=1,metadata={number},actions=output:{state.Numbers.Ports[uplink] + FirstNumber}";
            }
        }
    }

    private static string WithoutNormal(string actions) => Normal().Replace(actions, $"resubmit(,{NetworkTable})");

    [GeneratedRegex(@"\bnormal\b", RegexOptions.IgnoreCase)]
    private static partial Regex Normal();
}

/// <summary>A frame that the switch sent.</summary>
/// <param name="Port">Number of the port in the snapshot.</param>
/// <param name="Frame">Its bytes.</param>
internal sealed record SwitchOutput(int Port, byte[] Frame);
