using NetworkingSfc.Control.Hosting;

namespace NetworkingSfc.Control.Tests.Hosting;

public sealed class ListenRulesTests
{
    private static readonly TlsFiles _tls = new("certificate", "key", ClientCa: null);

    [Theory]
    [InlineData("0.0.0.0:1", false, false, "without TLS and tokens")]
    [InlineData("[::]:1", true, false, "without tokens")]
    [InlineData("192.0.2.1:1", false, true, "without TLS")]
    public void Others_are_not_let_in_by_oversight(string listen, bool tls, bool tokens, string message)
    {
        ControlHostOptions options = new() { Listen = ListenAddress.Parse(listen), Tls = tls ? _tls : null, TokenFile = tokens ? "tokens" : null };
        string got = Assert.Throws<ArgumentException>(() => ControlHost.Build(options)).Message;
        Assert.Contains(message, got, StringComparison.Ordinal);
        Assert.Contains("--insecure", got, StringComparison.Ordinal);

        ListenRules.Check(options with { Insecure = true });
        ListenRules.Check(options with { Tls = _tls, TokenFile = "tokens" });
        ListenRules.Check(options with { Listen = ListenAddress.Default });
        ListenRules.Check(options with { Listen = ListenAddress.Parse("unix:/run/x"), Tls = null });
    }

    [Theory]
    [InlineData("https://127.0.0.1:1", false, "no certificate")]
    [InlineData("http://127.0.0.1:1", true, "speaks TLS only")]
    [InlineData("unix:/run/x", true, "does not leave this machine")]
    public void Options_do_not_contradict_each_other(string listen, bool tls, string message)
    {
        ControlHostOptions options = new() { Listen = ListenAddress.Parse(listen), Tls = tls ? _tls : null };
        string got = Assert.Throws<ArgumentException>(() => ControlHost.Build(options)).Message;
        Assert.Contains(message, got, StringComparison.Ordinal);
        Assert.Contains("Accepted", got, StringComparison.Ordinal);
    }
}
