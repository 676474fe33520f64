using System.Security.Cryptography;
using System.Text;
using NetworkingSfc.Control.Access;
using NetworkingSfc.Sfc.Token;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Commands;

/// <summary><c>sfc token</c>: what goes where.</summary>
public sealed class TokenTests
{
    [Fact]
    public void The_line_is_for_the_file_and_the_token_for_its_holder()
    {
        using StringWriter text = new();
        using StringWriter error = new();
        Assert.Equal(0, TokenCommand.Run(AccessRole.Reader, "blue", text, error));
        string secret = error.ToString().TrimEnd();
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(secret)));
        Assert.Equal($"sha256:{hash} reader blue", text.ToString().TrimEnd());
    }

    [Fact]
    public void A_project_that_is_none_is_wrong_usage()
    {
        using StringWriter text = new();
        using StringWriter error = new();
        Assert.Equal(2, TokenCommand.Run(AccessRole.Reader, "two words", text, error));
        Assert.Equal("", text.ToString());
        Assert.Contains("Accepted", error.ToString(), StringComparison.Ordinal);
    }
}
