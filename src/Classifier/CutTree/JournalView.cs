namespace NetworkingSfc.Classifier.CutTree;

/// <summary>What one version of a family's rules knows of the changes that led to it: a stretch of a <see cref="Journal"/>. Immutable.</summary>
/// <param name="words">The journal's memory, of which nothing in the stretch is written again.</param>
/// <param name="end">Place behind the newest rule.</param>
/// <param name="count">Rules; before the oldest there is one place more.</param>
/// <param name="stride">32-bit words of a place.</param>
/// <param name="version">The first of the two words of a place that say which version the change made.</param>
/// <param name="whole">See <see cref="Whole"/>.</param>
/// <param name="newest">See <see cref="Newest"/>.</param>
internal readonly struct JournalView(uint[] words, int end, int count, int stride, int version, long whole, long newest)
{
    private readonly uint[] _words = words;

    /// <summary>The oldest version all changes after which are here.</summary>
    public long Whole => whole;

    /// <summary>The version that the last change made; what was right by it is right now.</summary>
    public long Newest => newest;

    /// <summary>A version in a journal's memory.</summary>
    /// <param name="words">The memory.</param>
    /// <param name="word">Its first word.</param>
    public static long VersionAt(uint[] words, int word) => ((long)words[word + 1] << 32) | words[word];

    /// <summary>The rules that came or went after a version, oldest first, and before them the place of one.</summary>
    /// <param name="checkedBy">The version, not before <see cref="Whole"/>.</param>
    /// <param name="rules">How many.</param>
    public ReadOnlySpan<uint> After(long checkedBy, out int rules)
    {
        for (rules = 0; rules < count && VersionAt(_words, ((end - rules - 1) * stride) + version) > checkedBy; rules++)
        {
        }

        return rules == 0 ? [] : _words.AsSpan((end - rules - 1) * stride, (rules + 1) * stride);
    }
}
