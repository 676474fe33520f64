using System.Text.RegularExpressions;

namespace NetworkingSfc.Architecture.Tests.Sources;

/// <summary>One text file of the checkout.</summary>
/// <param name="Path">Relative to the root, with forward slashes.</param>
/// <param name="Text">Everything in it.</param>
internal sealed record SourceFile(string Path, string Text)
{
    private string? _code;

    /// <summary>The text without comments and literals. Only meaningful for C#.</summary>
    public string Code => _code ??= CodeReader.CodeOf(Text);

    public string FileName => System.IO.Path.GetFileName(Path);

    public bool IsUnder(string folder) => Path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    /// <summary>One line for each place in the code that matches: path, line number and what was found.</summary>
    public IEnumerable<string> Find(Regex forbidden) => Find(forbidden, Code);

    /// <summary>As <see cref="Find(Regex)"/>, comments and literals included.</summary>
    public IEnumerable<string> FindInText(Regex forbidden) => Find(forbidden, Text);

    public bool Mentions(string identifier) => Regex.IsMatch(Code, $@"\b{Regex.Escape(identifier)}\b");

    private IEnumerable<string> Find(Regex forbidden, string where) =>
        forbidden.Matches(where).Select(match => $"{Path}:{where.AsSpan(0, match.Index).Count('\n') + 1}: {match.Value.Trim()}");
}
