using System.Diagnostics;

namespace NetworkingSfc.Classifier.CutTree;

/// <summary>
/// What lookups really do, as <see cref="LookupEffort"/> says what they must: counted by the build that is made for that
/// (tests/WorkCount.Tests), and no code at all in any other.
/// </summary>
internal static class LookupWork
{
    private const string Symbol = "COUNT_WORK";

    [ThreadStatic]
    private static long _nodes;

    [ThreadStatic]
    private static long _blocks;

    [ThreadStatic]
    private static long _wideRules;

    /// <summary>Nodes read by this thread, root tables among them: two cache lines each, one of a root table.</summary>
    public static long Nodes => _nodes;

    /// <summary>Leaf blocks that this thread compared a key with: four rules in three cache lines (IPv6: six) each.</summary>
    public static long Blocks => _blocks;

    /// <summary>Pairs of a wide rule and a key that this thread compared.</summary>
    public static long WideRules => _wideRules;

    /// <summary>Nodes are read.</summary>
    /// <param name="nodes">How many.</param>
    [Conditional(Symbol)]
    public static void Step(int nodes) => _nodes += nodes;

    /// <summary>A key is compared with a leaf block.</summary>
    [Conditional(Symbol)]
    public static void Block() => _blocks++;

    /// <summary>Keys are compared with wide rules.</summary>
    /// <param name="pairs">Rules times keys.</param>
    [Conditional(Symbol)]
    public static void Wide(int pairs) => _wideRules += pairs;
}
