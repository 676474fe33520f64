namespace NetworkingSfc.Sfc.Classify;

/// <summary>The one choice of how many decisions a reader remembers.</summary>
internal static class DecisionCache
{
    private const int MediumRules = 20_000;

    /// <summary>Entries for a number of rules: what stays in the level 2 cache, and twice that where one miss costs more.</summary>
    /// <param name="rules">Rules installed.</param>
    public static int EntriesFor(int rules) => rules <= MediumRules ? 131_072 : 262_144;
}
