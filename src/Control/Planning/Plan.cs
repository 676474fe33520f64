using System.Collections.Immutable;

namespace NetworkingSfc.Control.Planning;

/// <summary>What would happen if one state took the place of another.</summary>
/// <param name="Changes">Objects added, changed and removed, kind by kind.</param>
/// <param name="Findings">What is worth knowing about the new state, most severe first.</param>
/// <param name="Moves">Groups of which flows would change members.</param>
/// <param name="Paths">The largest packet that each path takes, chain by chain.</param>
public sealed record Plan(
    ImmutableArray<PlannedChange> Changes, ImmutableArray<PlanFinding> Findings, ImmutableArray<MovedFlows> Moves, ImmutableArray<PathSize> Paths)
{
    /// <summary>Whether a forwarder would refuse the new state.</summary>
    public bool IsRefused => Findings.Any(finding => finding.Severity == FindingSeverity.Error);
}
