using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.Drivers.OpenVswitch.Fixed;
using NetworkingSfc.Control.Drivers.OpenVswitch.Reference;

namespace NetworkingSfc.Control.Drivers.OpenVswitch;

/// <summary>Desired state to flows and groups of one bridge. Pure.</summary>
public static class OpenFlowRenderer
{
    /// <summary>Renders a compiled state for a bridge.</summary>
    /// <param name="state">The state.</param>
    /// <param name="bridge">The bridge.</param>
    /// <param name="dialect">Which flows.</param>
    public static OpenFlowProgram Render(CompiledState state, BridgeLayout bridge, FlowDialect dialect) => dialect switch
    {
        FlowDialect.Reference => ReferenceRenderer.Render(state.Resources, bridge),
        _ => FixedRenderer.Render(state, bridge),
    };
}
