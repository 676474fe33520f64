using NetworkingSfc.Control.Access;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.Access;

/// <summary>A token file with an administrator, a member and a reader.</summary>
internal sealed class TestTokens : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TestTokens()
    {
        string[] lines =
        [
            "# Who may do what",
            AccessToken.Create(AccessRole.Admin, "operators", out string admin).ToString(),
            "",
            AccessToken.Create(AccessRole.Member, "blue", out string member).ToString(),
            AccessToken.Create(AccessRole.Reader, "blue", out string reader).ToString(),
            AccessToken.Create(AccessRole.Observer, "monitoring", out string observer).ToString(),
        ];
        (Admin, Member, Reader, Observer) = (admin, member, reader, observer);
        File = _folder.File("tokens", string.Join('\n', lines));
    }

    public string File { get; }

    public string Admin { get; }

    public string Member { get; }

    public string Reader { get; }

    public string Observer { get; }

    public void Dispose() => _folder.Dispose();
}
