namespace NetworkingSfc.Dataplane.FlowTable;

/// <summary>What becomes of an entry when others want its place.</summary>
internal enum FlowState : byte
{
    /// <summary>Nobody's.</summary>
    Free,

    /// <summary>One packet was seen: others that are new may take its place.</summary>
    New,

    /// <summary>More than one packet was seen: it keeps its place until it is silent for long.</summary>
    Live,
}
