using NetworkingSfc.Control.Configuration;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.Hosting;

/// <summary>What a start refuses is found without one, and what is for another machine or process to say is not.</summary>
public sealed class ConfigurationCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificates _certificates = new();

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("[control]\ndata = \":memory:\"\nlisten = \"0.0.0.0:9696\"\n", 3, "without TLS and tokens")]
    [InlineData("[control]\ndata = \":memory:\"\nlisten = \"https://127.0.0.1:9696\"\n", 3, "there is no certificate")]
    [InlineData("[control]\ndata = \":memory:\"\ntokens = \"/nosuch/tokens\"\n", 3, "'/nosuch/tokens' cannot be read")]
    [InlineData("[control]\ndata = \":memory:\"\ntokens = []\n", 3, "empty list")]
    [InlineData("[control]\ndata = \":memory:\"\ntls-key = \"/nosuch/key\"\ntls-certificate = \"/nosuch/certificate\"\n", 4, "'/nosuch/certificate' cannot be read")]
    public async Task What_the_control_role_would_not_start_with_is_named_with_its_line_and_ends_a_start(string text, int line, string reason)
    {
        string file = _folder.File("sfc.toml", text);

        ConfigurationProblem problem = Assert.Single(ConfigurationCheck.Of(file));

        Assert.Equal(line, problem.Line);
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
        (int status, string output, string error) = await ServerProcess.RunAsync("control", "--config", file, "--forwarder-socket", _folder.File("forward.sock"));
        Assert.True(status != 0 && output.Length == 0, output);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_file_that_is_named_is_looked_at()
    {
        TlsFiles good = _certificates.Server;
        Assert.Empty(Check(good.Certificate, good.Key, _certificates.AuthorityFile));
        Assert.Equal([3], Check(good.Certificate, _certificates.OtherKeyFile(), _certificates.AuthorityFile));
        Assert.Equal([5], Check(good.Certificate, good.Key, _certificates.TextFile()));
        Assert.Equal([3, 5], Check(_certificates.TextFile(), good.Key, _certificates.TextFile()));

        IEnumerable<int> Check(string certificate, string key, string authorities) => ConfigurationCheck.Of(_folder.File("tls.toml",
            $"[control]\nlisten = \"127.0.0.1:9696\"\ntls-certificate = \"{certificate}\"\ntls-key = \"{key}\"\nclient-ca = \"{authorities}\"\n")).Select(problem => problem.Line);
    }

    [Fact]
    public async Task CPUs_are_those_of_the_machine_and_process_that_run_workers()
    {
        string file = _folder.File("sfc.toml", $"[control]\nlisten = \"127.0.0.1:0\"\ndata = \":memory:\"\n[forward]\ncpus = \"8000-8001\"\nsocket = \"{_folder.Path}/forward.sock\"\nstate-dir = \"{_folder.Path}\"\n");

        Assert.Empty(ConfigurationCheck.Of(file));
        using ServerProcess control = await ServerProcess.StartAsync("control", "--config", file, "--forwarder-socket", _folder.File("forward.sock"));
        Assert.StartsWith("Listening on", control.Ready, StringComparison.Ordinal);
        (int status, _, string error) = await ServerProcess.RunAsync("forward", "--config", file);
        Assert.Equal(2, status);
        Assert.Contains("this machine has no CPU 8000, 8001 that is online. Accepted are 0", error, StringComparison.Ordinal);
    }
}
