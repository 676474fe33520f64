using System.Text.RegularExpressions;
using NetworkingSfc.Conformance.Tests.Suite.Rows;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Suite;

/// <summary>The table: every row a test, and every numbered behaviour of the specification in a row.</summary>
public sealed partial class ConformanceTests
{
    private static readonly Dictionary<string, ConformanceRow> _rows = AllRows.All.ToDictionary(row => row.Name);

    public static IEnumerable<TheoryDataRow<string>> Names => _rows.Keys.Select(name => new TheoryDataRow<string>(name) { TestDisplayName = name });

    [Theory]
    [MemberData(nameof(Names))]
    public void Row(string name) => _rows[name].Check();

    [Fact]
    public void Every_behaviour_but_remote_hops_has_a_row_of_its_own()
    {
        HashSet<string> shown = [.. _rows.Values.Where(row => row is not CitedRow).SelectMany(row => row.Numbers)];
        Assert.Equal(Behaviours.All.Where(number => number != Behaviours.RemoteHops), Behaviours.All.Where(shown.Contains));
    }

    [Fact]
    public void Rows_cite_behaviours_that_exist() =>
        Assert.Empty(_rows.Values.SelectMany(row => row.Numbers).Distinct().Except(Behaviours.All));

    [Fact]
    public void The_behaviours_are_those_of_the_specification()
    {
        string page = Path.Combine(Repository.Shared, "spec", "reference-dataplane.md");
        Assert.SkipUnless(File.Exists(page), $"no file {page}: the specification is not beside this checkout");
        string[] lines = File.ReadAllLines(page);
        IEnumerable<string> section = lines.SkipWhile(line => !line.StartsWith("## 12. ", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));
        Assert.Equal(section.Select(line => Numbered().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value), Behaviours.All);
    }

    [GeneratedRegex(@"^(\d+[a-z]?)\. ")]
    private static partial Regex Numbered();
}
