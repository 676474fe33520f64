using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.Drivers.OpenVswitch;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.State;

namespace NetworkingSfc.Control.Tests.Drivers.OpenVswitch.Reference;

/// <summary>
/// The ports of the recordings: number n is OpenFlow port 100 + n with the MAC address fa:16:3e:00:00:n, on host h1 or h2;
/// local VLAN 1, port 2 leads to the tunnels.
/// </summary>
internal sealed class RecordedState
{
    private static readonly int[] _portsOfSecondHost = [2, 5, 6, 7, 8, 11, 12, 15, 16];

    private readonly CompiledState _state;

    /// <summary>Reads a state.</summary>
    /// <param name="rest">Port pairs, groups, classifiers, chains and graphs as JSON; ports are named p1, p2, ...</param>
    /// <param name="onOneHost">All ports are on h1.</param>
    public RecordedState(string rest, bool onOneHost = false)
    {
        string ports = string.Join(",\n", Enumerable.Range(1, 20).Select(n => string.Create(CultureInfo.InvariantCulture,
            $$"""{"name": "p{{n}}", "network_id": "net", "device_id": "vm", "mac_address": "fa:16:3e:00:00:{{n:x2}}", "binding:host_id": "{{HostOf(n, onOneHost)}}", "fixed_ips": [{{AddressesOf(n)}}]}""")));
        string document = $$"""{"networks": [{"name": "net"}], "ports": [{{ports}}], {{rest}}}""";
        StateReading reading = StateDocument.Parse(Encoding.UTF8.GetBytes(document));
        Assert.True(reading.Document is not null, string.Join("\n", reading.Errors));
        CompiledState? state = SnapshotCompiler.Compile(reading.Document.Resources, previous: null, generation: 1, out ImmutableArray<ApiProblem> problems);
        Assert.True(state is not null, string.Join("\n", problems));
        _state = state;
    }

    /// <summary>What a host is to hold.</summary>
    public OpenFlowProgram Render(string host, FlowDialect dialect = FlowDialect.Reference) => OpenFlowRenderer.Render(
        _state,
        new BridgeLayout(_state.Resources.Ports.Where(port => port.BindingHostId == host)
            .ToImmutableDictionary(port => port.Id, port => 100 + int.Parse(port.Name[1..], CultureInfo.InvariantCulture)))
        {
            TunnelPatchPort = 2,
        },
        dialect);

    private static string HostOf(int port, bool onOneHost) => onOneHost || !_portsOfSecondHost.Contains(port) ? "h1" : "h2";

    // Only DST had a single address in the recordings that show it; of SRC the classifiers name the prefix.
    private static string AddressesOf(int port) => string.Create(CultureInfo.InvariantCulture, $$"""{"ip_address": "10.0.0.{{10 + port}}"}""");
}
