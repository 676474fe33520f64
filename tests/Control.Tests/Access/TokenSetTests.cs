using NetworkingSfc.Control.Access;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.Access;

public sealed class TokenSetTests
{
    [Fact]
    public void Finds_the_holder_of_each_token()
    {
        using TestTokens tokens = new();
        Assert.Null(TokenSet.Read(tokens.File, out TokenSet? set));
        Assert.Equal(4, set!.Count);
        Assert.Equal("operators", set.Find(tokens.Admin)!.ProjectId);
        Assert.False(set.Find(tokens.Member)!.ReadsOnly);
        Assert.True(set.Find(tokens.Reader)!.ReadsOnly);
        Assert.Equal((true, true), (set.Find(tokens.Observer)!.IsAdmin, set.Find(tokens.Observer)!.ReadsOnly));
        Assert.Null(set.Find(tokens.Admin + "0"));
        Assert.Null(set.Find(""));
    }

    [Fact]
    public void Blanks_and_tabs_and_comments_are_of_no_account()
    {
        using TemporaryFolder folder = new();
        string line = AccessToken.Create(AccessRole.Admin, "blue", out string secret).ToString();
        string file = folder.File("tokens", $"  # a comment\r\n\r\n \t{line.Replace(" ", " \t ", StringComparison.Ordinal)}  \r\n");
        Assert.Null(TokenSet.Read(file, out TokenSet? set));
        Assert.Equal("blue", set!.Find(secret)!.ProjectId);
    }

    [Theory]
    [InlineData("LINE\nwrong\n", "line 2 has 1 fields")]
    [InlineData("LINE\n# a comment\n\nsha256:0 admin blue\n", "line 4 does not begin with the hash")]
    [InlineData("LINE\nLINE\n", "line 2 has the token of line 1 again")]
    [InlineData("# nobody\n", "it has no token")]
    [InlineData("", "it has no token")]
    public void Says_file_and_line_and_what_is_wrong(string text, string expected)
    {
        using TemporaryFolder folder = new();
        string line = AccessToken.Create(AccessRole.Admin, "blue", out _).ToString();
        string file = folder.File("tokens", text.Replace("LINE", line, StringComparison.Ordinal));
        string? wrong = TokenSet.Read(file, out TokenSet? set);
        Assert.Null(set);
        Assert.Contains(file, wrong, StringComparison.Ordinal);
        Assert.Contains(expected, wrong, StringComparison.Ordinal);
        Assert.Contains("Accepted", wrong, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_which_file_it_cannot_read()
    {
        using TemporaryFolder folder = new();
        Assert.Contains(folder.File("nosuch"), TokenSet.Read(folder.File("nosuch"), out _), StringComparison.Ordinal);
        Assert.Contains(folder.Path, TokenSet.Read(folder.Path, out _), StringComparison.Ordinal);
    }
}
