using System.Collections.Immutable;
using System.Text;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.State;
using Xunit;

namespace NetworkingSfc.Control.Tests.Compilation;

/// <summary>Compiles a state written as JSON around a fixed set of networks, ports and pairs.</summary>
internal sealed class CompilerRig
{
    private const string Fixed = """
        "networks": [{"name": "net"}],
        "ports": [
          {"name": "src", "network_id": "net", "device_id": "s"},
          {"name": "dst", "network_id": "net", "device_id": "d"},
          {"name": "a0", "network_id": "net", "device_id": "a"},
          {"name": "a1", "network_id": "net", "device_id": "a"},
          {"name": "b0", "network_id": "net", "device_id": "b"},
          {"name": "b1", "network_id": "net", "device_id": "b"},
          {"name": "m0", "network_id": "net", "device_id": "m"},
          {"name": "n0", "network_id": "net", "device_id": "n"}
        ],
        "port_pairs": [
          {"name": "a", "ingress": "a0", "egress": "a1"},
          {"name": "b", "ingress": "b0", "egress": "b1"},
          {"name": "m", "ingress": "m0", "egress": "m0", "service_function_parameters": {"correlation": "mpls", "weight": 1}},
          {"name": "n", "ingress": "n0", "egress": "n0", "service_function_parameters": {"correlation": "nsh", "weight": 1}}
        ],
        """;

    private readonly StateDocument _document;

    public CompilerRig(string rest)
    {
        StateReading reading = StateDocument.Parse(Encoding.UTF8.GetBytes("{" + Fixed + rest + "}"));
        Assert.True(reading.Document is not null, string.Join("\n", reading.Errors));
        _document = reading.Document;
    }

    public CompiledState Compile(EmptyGroupAction onEmpty = EmptyGroupAction.Drop)
    {
        CompiledState? state = TryCompile(out ImmutableArray<ApiProblem> problems, onEmpty);
        Assert.True(state is not null, string.Join("\n", problems));
        return state;
    }

    public CompiledState? TryCompile(out ImmutableArray<ApiProblem> problems, EmptyGroupAction onEmpty = EmptyGroupAction.Drop) =>
        SnapshotCompiler.Compile(_document.Resources, previous: null, generation: 1, out problems, onEmpty: onEmpty);

    /// <summary>Number of the port with this name.</summary>
    public int Port(CompiledState state, string name) =>
        state.Numbers.Ports[_document.Resources.Ports.Single(port => port.Name == name).Id];
}
