using NetworkingSfc.Control.Compilation;

namespace NetworkingSfc.Control.Drivers.OpenVswitch.Fixed;

internal static class FixedRenderer
{
    public static OpenFlowProgram Render(CompiledState state, BridgeLayout bridge) => new OpenFlowProgramBuilder().ToProgram();
}
