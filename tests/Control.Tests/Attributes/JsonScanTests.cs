using System.Text;
using NetworkingSfc.Control.Attributes;

namespace NetworkingSfc.Control.Tests.Attributes;

public sealed class JsonScanTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("[\"]]]][[[[\"]")]
    [InlineData("\"\\ud83d\\ude00\"")]
    [InlineData("\"\\\\ud83d\"")]
    [InlineData("\"\\\"\"")]
    [InlineData("]]]],,,,")]
    [InlineData("\"unfinished \\")]
    [InlineData("\"unfinished \\ud8")]
    public void Lets_through_what_only_the_parser_can_judge(string json) => Assert.Null(Check(json));

    [Theory]
    [InlineData("\"\\ud83d\"")]
    [InlineData("\"\\ude00\"")]
    [InlineData("\"\\ude00\\ud83d\"")]
    [InlineData("\"\\ud83dx\"")]
    [InlineData("{\"\\ud83d\": 1}")]
    public void Refuses_half_a_surrogate_pair(string json) => Assert.Contains("surrogate", Check(json), StringComparison.Ordinal);

    [Fact]
    public void Accepts_64_levels_and_refuses_65()
    {
        Assert.Null(Check(new string('[', 64) + new string(']', 64)));
        Assert.Contains("64", Check(new string('[', 65) + new string(']', 65)), StringComparison.Ordinal);
    }

    [Fact]
    public void Accepts_65536_items_and_refuses_one_more()
    {
        Assert.Null(Check($"[{string.Join(',', Enumerable.Repeat("1", 65536))}]"));
        Assert.Contains("65536", Check($"[{string.Join(',', Enumerable.Repeat("1", 65537))}]"), StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_each_list_by_itself() => Assert.Null(Check($"[[{string.Join(',', Enumerable.Repeat("1", 65536))}],[1,2]]"));

    [Fact]
    public void Does_not_bound_objects() =>
        Assert.Null(Check($"{{{string.Join(',', Enumerable.Range(0, 70000).Select(number => $"\"{number}\":0"))}}}"));

    private static string? Check(string json) => new JsonScan(Encoding.UTF8.GetBytes(json)).Check();
}
