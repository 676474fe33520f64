namespace NetworkingSfc.Dataplane.Tracing;

/// <summary>How a trace ended.</summary>
/// <param name="Reason">Why, as a sentence.</param>
/// <param name="Packets">Packets recorded.</param>
/// <param name="NotRecorded">Records that found no room, because they came faster than they were read.</param>
public sealed record TraceEnd(string Reason, int Packets, long NotRecorded);
