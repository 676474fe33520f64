using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.Hosting;

/// <summary>An authority with a server's certificate in files, and certificates for clients. Made for each test.</summary>
internal sealed class TestCertificates : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private static readonly DateTimeOffset _from = DateTimeOffset.UtcNow.AddDays(-1);
    private static readonly DateTimeOffset _until = DateTimeOffset.UtcNow.AddDays(1);

    private readonly TemporaryFolder _folder = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestCertificates()
    {
        CertificateRequest request = new("CN=Test authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        Authority = request.CreateSelfSigned(_from, _until);
        AuthorityFile = _folder.File("ca.pem", Authority.ExportCertificatePem());

        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 server = Sign("CN=localhost", key, ServerAuthentication);
        Server = new TlsFiles(_folder.File("server.pem", server.ExportCertificatePem()), _folder.File("server.key", key.ExportPkcs8PrivateKeyPem()), ClientCa: null);
    }

    public X509Certificate2 Authority { get; }

    public string AuthorityFile { get; }

    public TlsFiles Server { get; }

    public string OtherKeyFile()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return _folder.File("other.key", key.ExportPkcs8PrivateKeyPem());
    }

    public string TextFile() => _folder.File("text.pem", "no certificate");

    public X509Certificate2 Client() => WithKey(ClientAuthentication);

    public X509Certificate2 ServerAsClient() => WithKey(ServerAuthentication);

    public void Dispose()
    {
        Authority.Dispose();
        _key.Dispose();
        _folder.Dispose();
    }

    private X509Certificate2 WithKey(string purpose)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = Sign("CN=client", key, purpose);
        return certificate.CopyWithPrivateKey(key);
    }

    private X509Certificate2 Sign(string name, ECDsa key, string purpose)
    {
        CertificateRequest request = new(name, key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        return request.Create(Authority, _from, _until, RandomNumberGenerator.GetBytes(8));
    }
}
