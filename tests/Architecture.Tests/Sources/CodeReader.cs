using System.Text;
using System.Text.RegularExpressions;

namespace NetworkingSfc.Architecture.Tests.Sources;

/// <summary>
/// Blanks the comments and literals of a C# source, so that a rule about code does not trip over words.
/// The holes of interpolated strings are code and stay. Lines keep their numbers.
/// </summary>
internal sealed partial class CodeReader
{
    private readonly string _text;
    private readonly StringBuilder _code = new();
    private int _at;

    private CodeReader(string text) => _text = text;

    public static string CodeOf(string text)
    {
        CodeReader reader = new(text);
        reader.ReadCode(inHole: false);
        return reader._code.ToString();
    }

    private void ReadCode(bool inHole)
    {
        int depth = 0;
        while (_at < _text.Length)
        {
            if (inHole && _text[_at] == '}' && depth-- == 0)
            {
                return;
            }

            depth += inHole && _text[_at] == '{' ? 1 : 0;
            if (Follows("//"))
            {
                BlankThrough("\n");
            }
            else if (Follows("/*"))
            {
                Blank(2);
                BlankThrough("*/");
            }
            else if (CharacterLiteral().Match(_text, _at) is { Success: true } character)
            {
                Blank(character.Length);
            }
            else if (StringStart().Match(_text, _at) is { Success: true } start)
            {
                ReadString(start);
            }
            else
            {
                Keep();
            }
        }
    }

    private void ReadString(Match start)
    {
        int dollars = start.Groups["prefix"].Value.Count(symbol => symbol == '$');
        bool verbatim = start.Groups["prefix"].Value.Contains('@', StringComparison.Ordinal);
        string quotes = start.Groups["quotes"].Value;
        bool raw = quotes.Length >= 3 && !verbatim;
        string end = raw ? quotes : "\"";
        Blank(start.Groups["prefix"].Length + end.Length);

        while (_at < _text.Length)
        {
            if (verbatim && Follows("\"\""))
            {
                // A doubled quote is a quote here, not the end.
                Blank(2);
            }
            else if (Follows(end))
            {
                break;
            }
            else if (!raw && !verbatim && Follows("\\"))
            {
                Blank(2);
            }
            else if (dollars > 0 && !raw && (Follows("{{") || Follows("}}")))
            {
                Blank(2);
            }
            else if (dollars > 0 && Follows(new string('{', dollars)))
            {
                Blank(dollars);
                ReadCode(inHole: true);
                Blank(dollars);
            }
            else
            {
                Blank(1);
            }
        }

        Blank(end.Length);
    }

    private bool Follows(string expected) => string.CompareOrdinal(_text, _at, expected, 0, expected.Length) == 0;

    private void Keep() => _code.Append(_text[_at++]);

    private void BlankThrough(string end)
    {
        int found = _text.IndexOf(end, _at, StringComparison.Ordinal);
        Blank(found < 0 ? _text.Length - _at : found + end.Length - _at);
    }

    private void Blank(int count)
    {
        for (int left = count; left > 0 && _at < _text.Length; left--, _at++)
        {
            _code.Append(_text[_at] == '\n' ? '\n' : ' ');
        }
    }

    [GeneratedRegex(@"\G'(\\[^\n]?[^'\n]*|[^'\\\n])'")]
    private static partial Regex CharacterLiteral();

    [GeneratedRegex("""\G(?<prefix>[$@]*)(?<quotes>"+)""")]
    private static partial Regex StringStart();
}
