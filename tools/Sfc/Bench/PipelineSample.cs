namespace NetworkingSfc.Sfc.Bench;

/// <summary>What one process measured.</summary>
/// <param name="Mpps">Millions of frames a second, all workers together.</param>
/// <param name="BytesAllocated">Managed bytes that the workers' threads allocated meanwhile.</param>
/// <param name="Collections">Garbage collections of the process meanwhile.</param>
internal sealed record PipelineSample(double Mpps, long BytesAllocated, int Collections);
