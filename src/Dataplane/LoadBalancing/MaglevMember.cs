namespace NetworkingSfc.Dataplane.LoadBalancing;

/// <summary>One member as the table builder sees it.</summary>
/// <param name="StableId">Identity that survives restarts and reordering: the port pair's UUID as a number.</param>
/// <param name="Weight">Share of new flows relative to the others; 0 takes none.</param>
public readonly record struct MaglevMember(UInt128 StableId, uint Weight);
