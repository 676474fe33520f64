namespace NetworkingSfc.Dataplane.Telemetry;

/// <summary>What the first numbers of a worker's counters stand for; the dropped frames by reason follow behind them.</summary>
internal enum CounterTotals
{
    /// <summary>Frames taken from ports.</summary>
    Received,

    /// <summary>Frames given to ports.</summary>
    Sent,

    /// <summary>Frames the forwarder made itself.</summary>
    Generated,

    /// <summary>Frames whose sender found no place in the table of stations.</summary>
    NotLearned,

    /// <summary>Rows of ports that are in use.</summary>
    Ports,

    /// <summary>Rows of paths that are in use.</summary>
    Paths,

    /// <summary>Rows of members that are in use.</summary>
    Members,

    /// <summary>Free, so that the reasons begin on a cache line.</summary>
    Reserved,

    /// <summary>The first reason.</summary>
    Dropped,
}
