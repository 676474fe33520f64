namespace NetworkingSfc.Sfc.Classify;

/// <summary>What a line of an update script does.</summary>
internal enum UpdateStepKind
{
    /// <summary>Installs a rule.</summary>
    Add,

    /// <summary>Removes a rule.</summary>
    Delete,

    /// <summary>Looks a packet up.</summary>
    Query,
}

/// <summary>One line of an update script.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Rule">Which rule it installs or removes.</param>
/// <param name="Packet">What it looks up.</param>
internal readonly record struct UpdateStep(UpdateStepKind Kind, int Rule, TracePacket Packet);
