using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using NetworkingSfc.Control.Hosting;

namespace NetworkingSfc.Control.Tests.Hosting;

public sealed class TlsEndpointTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task Speaks_TLS_with_the_given_certificate()
    {
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions { Tls = _certificates.Server });
        Assert.StartsWith("https://127.0.0.1:", host.ListeningOn, StringComparison.Ordinal);
        Assert.Contains(host.ListeningOn + "/v2.0/", await GetAsync(host, null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_show_a_certificate_when_there_is_an_authority_for_them()
    {
        await using ControlHost host = await StartForClientsAsync();
        using X509Certificate2 client = _certificates.Client();
        Assert.Contains("versions", await GetAsync(host, client), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_certificate_clients_are_refused()
    {
        await using ControlHost host = await StartForClientsAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(host, null));
    }

    [Fact]
    public async Task Certificates_of_another_authority_or_purpose_are_refused()
    {
        await using ControlHost host = await StartForClientsAsync();
        using TestCertificates others = new();
        using X509Certificate2 stranger = others.Client();
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(host, stranger));

        using X509Certificate2 server = _certificates.ServerAsClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(host, server));
    }

    [Fact]
    public async Task Plain_HTTP_is_not_answered()
    {
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions { Tls = _certificates.Server });
        using HttpClient client = new();
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync($"http://127.0.0.1:{host.Address.Port}/", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_handshake_that_does_not_come_is_cut_off()
    {
        await using ControlHost host = await TestHost.StartAsync(
            new ControlHostOptions { Tls = _certificates.Server, RequestTimeout = TimeSpan.FromSeconds(0.5) });
        using TcpClient client = new();
        await client.ConnectAsync(host.Address.Host, host.Address.Port, TestContext.Current.CancellationToken);
        Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_renewed_certificate_is_taken_up_when_it_can_be_used()
    {
        TlsFiles files = _certificates.Server;
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions { Tls = files with { ClientCa = _certificates.AuthorityFile } });
        using X509Certificate2 client = _certificates.Client();
        await GetAsync(host, client);
        using TestCertificates renewed = new();
        foreach ((string from, string to) in new[] { (renewed.Server.Certificate, files.Certificate), (renewed.Server.Key, files.Key), (renewed.AuthorityFile, _certificates.AuthorityFile) })
        {
            File.Copy(from, to, overwrite: true);
        }

        await GetAsync(host, client);
        host.ReloadCertificate();
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(host, client));
        using X509Certificate2 renewedClient = renewed.Client();
        await GetAsync(host, renewedClient, renewed);

        await File.WriteAllTextAsync(files.Key, "no key", TestContext.Current.CancellationToken);
        host.ReloadCertificate();
        await GetAsync(host, renewedClient, renewed);
    }

    [Fact]
    public void Files_that_cannot_be_used_are_named()
    {
        TlsFiles good = _certificates.Server;
        (TlsFiles Files, string Named)[] cases =
        [
            (good with { Certificate = good.Certificate + ".nosuch" }, good.Certificate + ".nosuch"),
            (good with { Key = good.Key + ".nosuch" }, good.Key + ".nosuch"),
            (good with { Certificate = _certificates.TextFile() }, _certificates.TextFile()),
            (good with { Key = _certificates.OtherKeyFile() }, _certificates.OtherKeyFile()),
            (good with { ClientCa = good.Key + ".nosuch" }, good.Key + ".nosuch"),
            (good with { ClientCa = _certificates.TextFile() }, _certificates.TextFile()),
        ];
        Assert.All(cases, one =>
        {
            string message = Assert.Throws<StartRefusedException>(() => TlsEndpoint.Load(one.Files)).Message;
            Assert.Contains(one.Named, message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        });
    }

    private Task<ControlHost> StartForClientsAsync() =>
        TestHost.StartAsync(new ControlHostOptions { Tls = _certificates.Server with { ClientCa = _certificates.AuthorityFile } });

    private async Task<string> GetAsync(ControlHost host, X509Certificate2? shown, TestCertificates? trusted = null)
    {
        using SocketsHttpHandler handler = new();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add((trusted ?? _certificates).Authority);
        if (shown is not null)
        {
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => shown;
        }

        using HttpClient client = new(handler) { BaseAddress = host.Address };
        return await client.GetStringAsync("/", TestContext.Current.CancellationToken);
    }
}
