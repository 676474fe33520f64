using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Drivers.OpenVswitch.Reference;

internal static class ReferenceRenderer
{
    public static OpenFlowProgram Render(ResourceSet set, BridgeLayout bridge) => new OpenFlowProgramBuilder().ToProgram();
}
