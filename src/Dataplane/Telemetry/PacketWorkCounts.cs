namespace NetworkingSfc.Dataplane.Telemetry;

/// <summary>What <see cref="PacketWork"/> has counted.</summary>
internal struct PacketWorkCounts
{
    /// <summary>Frames, or inner frames, that the full parser has read.</summary>
    public long Parses;

    /// <summary>Buckets of flow tables whose tags were compared.</summary>
    public long FlowBuckets;

    /// <summary>Entries of flow tables that a flow was compared with.</summary>
    public long FlowEntries;

    /// <summary>Entries of other tables that were looked at.</summary>
    public long TableEntries;

    /// <summary>Hashes that choose members.</summary>
    public long Hashes;

    /// <summary>Times that bytes of frames were copied.</summary>
    public long Copies;

    /// <summary>Bytes of these copies.</summary>
    public long CopiedBytes;
}
