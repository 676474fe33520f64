using System.Text.RegularExpressions;
using NetworkingSfc.Architecture.Tests.Sources;
using Xunit;

namespace NetworkingSfc.Architecture.Tests;

/// <summary>Rule 11: every room says what it is, briefly, and in names that exist.</summary>
public sealed partial class ReadmeRules
{
    /// <summary>Two screens.</summary>
    private const int LongestReadmeLines = 120;

    private static readonly HashSet<string> _identifiers =
    [
        .. SourceTree.CSharp.Where(file => !file.IsUnder(SourceTree.OwnFolder)).SelectMany(file => Words().Matches(file.Code)).Select(word => word.Value),
        .. SourceTree.Texts.Where(file => file.Path.EndsWith("proj", StringComparison.Ordinal) || file.Path.EndsWith(".props", StringComparison.Ordinal))
            .SelectMany(file => Words().Matches(file.Text)).Select(word => word.Value),
    ];

    [Theory]
    [InlineData("src/Classifier")]
    [InlineData("src/Dataplane")]
    [InlineData("src/Control")]
    public void Every_room_has_a_README_of_at_most_two_screens(string room)
    {
        SourceFile? readme = SourceTree.Texts.FirstOrDefault(file => file.Path == room + "/README.md");
        Assert.True(readme is not null, $"{room}/README.md does not exist.");
        Assert.InRange(readme.Text.Split('\n').Length, 1, LongestReadmeLines);
    }

    [Fact]
    public void Names_in_READMEs_exist() =>
        RuleAssert.Kept(
            "Named in a README and nowhere in the sources:",
            from file in SourceTree.Texts
            where file.IsUnder("src") && file.FileName == "README.md"
            from name in NamesIn(file.Text)
            where !_identifiers.Contains(name)
            select $"{file.Path}: {name}");

    [Theory]
    [InlineData("see `PacketParser`.", "PacketParser")]
    [InlineData("see `Worker.RunOnce()`.", "Worker RunOnce")]
    [InlineData("see `FrozenDictionary<int, Hop>`.", "FrozenDictionary")]
    [InlineData("`Memory/`, `README.md`, `tools/test`, `DOTNET_EnableAVX2=0`, `unsafe`, `TCP`", "")]
    [InlineData("```\nSomeCode Here\n```\nand `Real`", "Real")]
    public void Names_are_recognised(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', NamesIn(text)));

    /// <summary>The PascalCase identifiers between single backticks; a dotted name is several.</summary>
    private static IEnumerable<string> NamesIn(string markdown) =>
        from Match span in CodeSpan().Matches(Fence().Replace(markdown, ""))
        let identifier = Identifier().Match(span.Groups[1].Value)
        where identifier.Success && !span.Groups[1].Value.EndsWith(".md", StringComparison.Ordinal)
        from part in identifier.Groups[1].Value.Split('.')
        where part.Any(char.IsLower)
        select part;

    [GeneratedRegex(@"```.*?```", RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"^([A-Z][A-Za-z0-9]*(?:\.[A-Z][A-Za-z0-9]*)*)(?:<[^>]*>)?(?:\([^)]*\))?$")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Words();
}
