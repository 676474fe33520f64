using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Sfc.Verify;

/// <summary>A frame that our engine received at a port, and all it sent because of it: one step that the switch is asked to repeat.</summary>
/// <param name="Port">Number of the port in the snapshot.</param>
/// <param name="Frame">The frame as received.</param>
internal sealed record EngineStep(int Port, byte[] Frame)
{
    /// <summary>What it sent, copies first.</summary>
    public List<EngineOutput> Sent { get; } = [];
}

/// <summary>A frame that our engine sent out of a port.</summary>
/// <param name="Port">Number of the port in the snapshot.</param>
/// <param name="Frame">The frame as sent.</param>
/// <param name="Member">Index of the member in the snapshot that a chain sent it to, or <see cref="PacketBuffer.NoMember"/>.</param>
/// <param name="FlowHash">The hash of the group's fields that chose the member.</param>
internal sealed record EngineOutput(int Port, byte[] Frame, int Member, ulong FlowHash)
{
    /// <summary>What the function behind the port made of it; null when it kept it or there is none.</summary>
    public EngineStep? Returned { get; set; }
}
