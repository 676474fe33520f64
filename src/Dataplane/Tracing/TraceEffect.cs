namespace NetworkingSfc.Dataplane.Tracing;

/// <summary>What a record tells the fate of.</summary>
public enum TraceEffect : byte
{
    /// <summary>The packet that came in.</summary>
    Packet,

    /// <summary>A copy of it: for a tap, or of a flooded frame.</summary>
    Copy,

    /// <summary>An answer to its sender, in its place.</summary>
    Answer,
}
