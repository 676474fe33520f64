using Xunit;

namespace NetworkingSfc.Architecture.Tests;

/// <summary>Fails with every breach of a rule, not only the first: whoever reads it mends them all at once.</summary>
internal static class RuleAssert
{
    public static void Kept(string rule, IEnumerable<string> breaches)
    {
        string[] all = [.. breaches.Distinct().Order(StringComparer.Ordinal)];
        Assert.True(all.Length == 0, $"{rule}{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", all)}");
    }
}
