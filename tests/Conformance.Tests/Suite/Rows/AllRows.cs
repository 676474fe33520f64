namespace NetworkingSfc.Conformance.Tests.Suite.Rows;

/// <summary>The rows of all features.</summary>
internal static class AllRows
{
    public static IEnumerable<ConformanceRow> All =>
    [
        .. HopRows.All,
        .. ReturnRows.All,
        .. SharedFunctionRows.All,
        .. SymmetricRows.All,
        .. MappingRows.All,
        .. TapRows.All,
        .. GraphRows.All,
        .. EmptyGroupRows.All,
        .. UntouchedRows.All,
        .. ClassifierRows.All,
        .. SpreadRows.All,
        .. LbFieldRows.All,
        .. FragmentRows.All,
        .. MtuRows.All,
        .. ChangeRows.All,
        .. AcceptedRows.All,
    ];
}
