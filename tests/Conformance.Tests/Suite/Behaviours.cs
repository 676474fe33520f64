namespace NetworkingSfc.Conformance.Tests.Suite;

/// <summary>
/// The numbers of the observable behaviours: section 12 of the page <c>reference-dataplane.md</c> of the specification, copied,
/// so that the suite stands on its own feet where the specification is not at hand.
/// </summary>
internal static class Behaviours
{
    /// <summary>Hops on other hosts: the one behaviour that is not built yet.</summary>
    public const string RemoteHops = "18";

    /// <summary>All numbers in their order.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        "1", "2", "3", "4", "5", "6", "6a", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", RemoteHops, "19", "20", "21", "22", "23", "24", "25",
        "26", "27",
    ];
}
