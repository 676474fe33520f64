using System.Security.Cryptography;
using System.Text;
using NetworkingSfc.Control.Access;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.Access;

public sealed class AccessTokenTests
{
    private static readonly string _hash = new('a', 64);

    [Fact]
    public void A_line_holds_the_hash_and_not_the_token()
    {
        string line = AccessToken.Create(AccessRole.Member, "blue", out string secret).ToString();
        Assert.Matches("^[0-9a-f]{64}$", secret);
        Assert.DoesNotContain(secret, line, StringComparison.Ordinal);

        // What the README says: printf %s TOKEN | sha256sum.
        Assert.Equal($"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(secret)))} member blue", line);
    }

    [Fact]
    public void No_two_tokens_are_equal()
    {
        _ = AccessToken.Create(AccessRole.Reader, "blue", out string first);
        _ = AccessToken.Create(AccessRole.Reader, "blue", out string second);
        Assert.NotEqual(first, second);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    public void A_project_is_one_word(string project) =>
        Assert.Contains("Accepted", Assert.Throws<ArgumentException>(() => AccessToken.Create(AccessRole.Admin, project, out _)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(AccessRole.Admin, true, false)]
    [InlineData(AccessRole.Observer, true, true)]
    [InlineData(AccessRole.Member, false, false)]
    [InlineData(AccessRole.Reader, false, true)]
    public void The_role_says_what_the_caller_may_do(AccessRole role, bool isAdmin, bool readsOnly)
    {
        Assert.Null(AccessToken.Parse(AccessToken.Create(role, "blue", out _).ToString(), out AccessToken? token));
        Assert.Equal(new Caller("blue", isAdmin) { ReadsOnly = readsOnly }, token!.Caller);
    }

    [Theory]
    [InlineData("secret", "1 fields instead of 3")]
    [InlineData("sha256:HASH admin blue green", "4 fields instead of 3")]
    [InlineData("secret admin blue", "does not begin with the hash")]
    [InlineData("sha256:abcd admin blue", "does not begin with the hash")]
    [InlineData("HASH admin blue", "does not begin with the hash")]
    [InlineData("sha256:zHASH admin blue", "does not begin with the hash")]
    [InlineData("sha256:HASH root blue", "unknown role 'root'")]
    [InlineData("sha256:HASH Admin blue", "unknown role 'Admin'")]
    [InlineData("sha256:HASH 2 blue", "unknown role '2'")]
    public void Says_what_is_wrong_with_a_line_and_repeats_no_secret(string line, string expected)
    {
        string? wrong = AccessToken.Parse(line.Replace("zHASH", "z" + _hash[1..], StringComparison.Ordinal).Replace("HASH", _hash, StringComparison.Ordinal), out AccessToken? token);
        Assert.Null(token);
        Assert.Contains(expected, wrong, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", wrong, StringComparison.Ordinal);
    }

    /// <summary>Time cannot be tested on a shared machine; that the comparison is the one made for this, and is never cut short, can.</summary>
    [Fact]
    public void Hashes_are_compared_in_constant_time()
    {
        string folder = Path.Combine(Repository.Root, "src", "Control", "Access");
        string token = File.ReadAllText(Path.Combine(folder, "AccessToken.cs"));
        Assert.Contains("HasHash(ReadOnlySpan<byte> hash) => CryptographicOperations.FixedTimeEquals(_hash, hash);", token, StringComparison.Ordinal);
        Assert.DoesNotContain("SequenceEqual", token, StringComparison.Ordinal);

        string set = File.ReadAllText(Path.Combine(folder, "TokenSet.cs"));
        int start = set.IndexOf("foreach (AccessToken token in _tokens)", StringComparison.Ordinal);
        string loop = set[start..set.IndexOf("return found;", start, StringComparison.Ordinal)];
        Assert.Contains("token.HasHash(hash)", loop, StringComparison.Ordinal);
        Assert.DoesNotMatch("break|return", loop);
    }
}
