namespace NetworkingSfc.Classifier.CutTree;

/// <summary>
/// The rules of one family that came or went lately, oldest first, written like wide rules so that lookups compare them
/// with many keys at once. Only ever written behind what a <see cref="JournalView"/> shows; when there is no room left,
/// what is still remembered is copied to new memory.
/// </summary>
/// <param name="writer">Writes rules, and knows the version.</param>
/// <param name="addressWords">32-bit words of an address.</param>
internal sealed class Journal(TreeWriter writer, int addressWords)
{
    /// <summary>Most rules that are remembered.</summary>
    public const int Most = 64;

    private const int LeastRoom = 8;

    private readonly int _stride = NodeLayout.WideWords(addressWords);
    private readonly int _version = NodeLayout.WideVersion(addressWords);
    private uint[] _words = [];
    private int _end;
    private int _count;
    private long _whole;
    private long _newest;

    /// <summary>What is remembered now.</summary>
    public JournalView View => new(_words, _end, _count, _stride, _version, _whole, _newest);

    /// <summary>Notes that a rule comes or goes.</summary>
    /// <param name="slot">Its slot.</param>
    public void Note(int slot)
    {
        if (_count == Most)
        {
            _whole = JournalView.VersionAt(_words, ((_end - _count) * _stride) + _version);
            _count--;
        }

        if ((_end + 1) * _stride > _words.Length)
        {
            Move();
        }

        Span<uint> words = _words.AsSpan(_end * _stride, _stride);
        writer.WriteWideRule(words, slot);
        _newest = writer.Version;
        (words[_version], words[_version + 1]) = ((uint)_newest, (uint)(_newest >> 32));
        _end++;
        _count++;
    }

    /// <summary>Forgets everything: more changes than is worth noting.</summary>
    public void Restart()
    {
        _whole = _newest = writer.Version;
        _count = 0;
    }

    // The first place stays empty: lookups begin one before the first rule.
    private void Move()
    {
        uint[] words = new uint[(1 + Math.Max(LeastRoom, 2 * (_count + 1))) * _stride];
        _words.AsSpan((_end - _count) * _stride, _count * _stride).CopyTo(words.AsSpan(_stride));
        _words = words;
        _end = 1 + _count;
    }
}
