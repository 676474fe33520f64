using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.PortPairs;

/// <summary>Parameters of a port pair. A partial object is kept as given, so each member knows whether it was sent.</summary>
public sealed record ServiceFunctionParameters
{
    /// <summary>What null, <c>{}</c> or an absent attribute gives.</summary>
    public static ServiceFunctionParameters Default { get; } = new() { CorrelationGiven = true, GivenWeight = 1 };

    /// <summary>Encapsulation the function understands; none when not given.</summary>
    public Correlation Correlation { get; init; }

    /// <summary>Whether the stored object has a <c>correlation</c> member. A group refuses a pair without one.</summary>
    public required bool CorrelationGiven { get; init; }

    /// <summary>The <c>weight</c> member, null when the stored object has none.</summary>
    public required int? GivenWeight { get; init; }

    /// <summary>Share of the flows relative to the other pairs of the group; a missing weight counts as 1, and 0 takes none.</summary>
    public int Weight => GivenWeight ?? 1;
}
