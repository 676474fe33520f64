namespace NetworkingSfc.Dataplane.Steering;

/// <summary>Ranks for rules that come between two others, which keep theirs.</summary>
internal static class RuleRanks
{
    /// <summary>Stands for the neighbour before the first rule.</summary>
    public const long BeforeAll = -1;

    /// <summary>Stands for the neighbour behind the last rule.</summary>
    public const long BehindAll = 1L << 32;

    // Lists grow at the end of the rules of one kind, so most of the room is left behind the new ones: evenly spread, a hundred
    // rules at a time would use the 32 bits up in five steps.
    private const int ShareTaken = 16;

    // Room for the rules of several chains between any two.
    private const long WidestStep = 1 << 16;

    /// <summary>Gives ranks that rise and lie between those of the neighbours.</summary>
    /// <param name="before">Rank of the rule before them, or <see cref="BeforeAll"/>.</param>
    /// <param name="behind">Rank of the rule behind them, or <see cref="BehindAll"/>.</param>
    /// <param name="ranks">Receives a rank for each rule.</param>
    /// <returns>False when there is not room for so many.</returns>
    public static bool TrySpread(long before, long behind, Span<uint> ranks)
    {
        long room = behind - before - 1;
        if (room < ranks.Length)
        {
            return false;
        }

        long step = Math.Clamp(room / (ShareTaken * Math.Max(1L, ranks.Length)), 1, WidestStep);
        for (int i = 0; i < ranks.Length; i++)
        {
            ranks[i] = (uint)(before + ((i + 1) * step));
        }

        return true;
    }
}
