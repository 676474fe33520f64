using System.Collections.Immutable;
using NetworkingSfc.Control.Compilation;

namespace NetworkingSfc.Control.Drivers.OpenVswitch;

/// <summary>
/// Keeps a bridge at the current state. Each call looks at the ports that the bridge has and at how many flows of ours it
/// holds, so that ports that come, a switch that was restarted and flows that somebody deleted are noticed.
/// </summary>
/// <param name="bridge">The bridge.</param>
/// <param name="dialect">Which flows it gets.</param>
public sealed class OpenVswitchDriver(OpenVswitchBridge bridge, FlowDialect dialect) : IStateTarget
{
    private CompiledState? _state;
    private ImmutableDictionary<Guid, int> _ports = ImmutableDictionary<Guid, int>.Empty;
    private OpenFlowProgram? _installed;

    /// <inheritdoc/>
    public string Name => "openvswitch";

    /// <inheritdoc/>
    public async Task<ImmutableDictionary<Guid, ImmutableArray<string>>> ApplyAsync(CompiledState state, CancellationToken cancellation)
    {
        BridgeLayout layout = await bridge.ReadLayoutAsync(cancellation);
        bool isSame = _installed is not null && ReferenceEquals(state, _state) && _ports.Count == layout.Ports.Count && !_ports.Except(layout.Ports).Any();
        if (isSame && await bridge.CountFlowsAsync(cancellation) == _installed!.Flows.Length)
        {
            return _installed.NotRendered;
        }

        OpenFlowProgram program = isSame ? _installed! : OpenFlowRenderer.Render(state, layout, dialect);
        _installed = null;
        await bridge.InstallAsync(program, cancellation);
        (_installed, _state, _ports) = (program, state, layout.Ports);
        return program.NotRendered;
    }
}
