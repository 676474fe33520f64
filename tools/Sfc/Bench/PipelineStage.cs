namespace NetworkingSfc.Sfc.Bench;

/// <summary>Which pass of a frame through the engine is measured.</summary>
internal enum PipelineStage
{
    /// <summary>From the capture into its chain: classify, select, insert the header.</summary>
    Enter,

    /// <summary>From a function that understands the header to the next hop.</summary>
    Transit,

    /// <summary>From a function that understands the header out of the path: the header is removed.</summary>
    Remove,
}
