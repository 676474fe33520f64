namespace NetworkingSfc.Sfc.Bench;

/// <summary>What one process measured.</summary>
/// <param name="Mpps">Millions of frames a second, all workers together.</param>
/// <param name="BytesAllocated">Managed bytes that the workers' threads allocated meanwhile.</param>
/// <param name="Collections">Garbage collections of the process meanwhile.</param>
/// <param name="FlowsLookedUp">Frames whose flow was looked up in the flow table.</param>
/// <param name="FlowsRecalled">Of these, those that it decided about.</param>
internal sealed record PipelineSample(double Mpps, long BytesAllocated, int Collections, long FlowsLookedUp, long FlowsRecalled);
