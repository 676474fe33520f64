namespace NetworkingSfc.Testing;

/// <summary>How much of a long test is run: all of it with <c>SFC_FULL=1</c> (<c>tools/test --full</c>), else a tenth.</summary>
public static class LongRun
{
    /// <summary>True when the long runs were asked for.</summary>
    public static bool IsFull => Environment.GetEnvironmentVariable("SFC_FULL") == "1";

    /// <summary>The number of rounds to run; never none.</summary>
    public static int Scale(int fullCount) => IsFull ? fullCount : Math.Max(1, fullCount / 10);
}
