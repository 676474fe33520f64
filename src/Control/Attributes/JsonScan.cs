namespace NetworkingSfc.Control.Attributes;

/// <summary>
/// Looks over the bytes of a JSON text before anything is built from it: nesting, length of lists, and escapes that
/// are no text. It does not decide whether the body is JSON.
/// </summary>
internal ref struct JsonScan(ReadOnlySpan<byte> json)
{
    /// <summary>Deepest nesting accepted.</summary>
    public const int MaxDepth = 64;

    /// <summary>Longest list accepted.</summary>
    public const int MaxItems = 65536;

    private const int EscapeLength = 6;

    private readonly ReadOnlySpan<byte> _json = json;
    private int _position;

    /// <summary>What is wrong, for people; null when nothing is.</summary>
    public string? Check()
    {
        Span<int> separators = stackalloc int[MaxDepth + 1];
        int depth = 0;
        for (; _position < _json.Length; _position++)
        {
            switch (_json[_position])
            {
                case (byte)'"' when !SkipString():
                    return "The JSON holds half of a surrogate pair, which is no text. Accepted are whole characters.";
                case (byte)'[' or (byte)'{' when ++depth > MaxDepth:
                    return $"The JSON is nested deeper than {MaxDepth} levels. Accepted are at most {MaxDepth}.";
                case (byte)'[':
                    separators[depth] = 0;
                    break;
                case (byte)'{':
                    // Objects are bounded by the size of the body alone.
                    separators[depth] = int.MinValue;
                    break;
                case (byte)']' or (byte)'}' when depth > 0:
                    depth--;
                    break;
                case (byte)',' when ++separators[depth] >= MaxItems:
                    return $"A list of the JSON has more than {MaxItems} items. Accepted are at most {MaxItems}.";
                default:
                    break;
            }
        }

        return null;
    }

    /// <summary>Moves to the closing quote. False when a surrogate is not one of a pair.</summary>
    private bool SkipString()
    {
        for (_position++; _position < _json.Length && _json[_position] != '"'; _position++)
        {
            if (_json[_position] != '\\')
            {
                continue;
            }

            if (Escaped(_position) is { } unit && char.IsSurrogate(unit))
            {
                if (!char.IsHighSurrogate(unit) || Escaped(_position + EscapeLength) is not { } low || !char.IsLowSurrogate(low))
                {
                    return false;
                }

                _position += EscapeLength;
            }

            _position++;
        }

        return true;
    }

    /// <summary>The code unit that a <c>\uXXXX</c> at this place stands for.</summary>
    private readonly char? Escaped(int position)
    {
        if (position + EscapeLength > _json.Length || _json[position] != '\\' || _json[position + 1] != 'u')
        {
            return null;
        }

        return ushort.TryParse(_json.Slice(position + 2, EscapeLength - 2), System.Globalization.NumberStyles.AllowHexSpecifier,
            System.Globalization.CultureInfo.InvariantCulture, out ushort unit) ? (char)unit : null;
    }
}
