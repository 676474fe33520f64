using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Planning;

/// <summary>Compares two states and looks for what surprises people afterwards. Pure.</summary>
public static class Planner
{
    /// <summary>The plan for going from one state to another.</summary>
    /// <param name="before">The state as it is; empty when there is none.</param>
    /// <param name="after">The state asked for; references in it exist.</param>
    public static Plan Compare(ResourceSet before, ResourceSet after) => new(
        ObjectComparison.Changes(before, after),
        [
            .. ChainFindings.Of(after)
                .Concat(ClassifierFindings.Of(after))
                .Concat(MappingFindings.Of(after))
                .Concat(ExclusiveFindings.Of(after))
                .Concat(PathSizes.FindingsOf(after))
                .Concat(ObjectComparison.OrderFindings(before, after))
                .OrderBy(finding => finding.Severity),
        ],
        FlowMoves.Between(before, after),
        PathSizes.Between(before, after));
}
