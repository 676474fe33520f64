using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace NetworkingSfc.Control.Hosting;

/// <summary>The server's end of TLS: what the files held when they were read last, for each handshake that begins.</summary>
internal sealed class TlsEndpoint
{
    /// <summary>Purpose of a certificate: client authentication (RFC 5280, section 4.2.1.12).</summary>
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly TlsFiles _files;
    private Contents _contents;

    private TlsEndpoint(TlsFiles files, Contents contents)
    {
        _files = files;
        _contents = contents;
    }

    /// <summary>Until when the certificate is valid.</summary>
    public DateTime ValidUntil => Volatile.Read(ref _contents).Certificate.TargetCertificate.NotAfter.ToUniversalTime();

    /// <summary>Reads the files; a <see cref="StartRefusedException"/> names the one that cannot be used.</summary>
    /// <param name="files">The files.</param>
    public static TlsEndpoint Load(TlsFiles files) => new(files, Read(files));

    /// <summary>The authorities of the certificates that clients must show; null when they need none. Refusals as for <see cref="Load"/>.</summary>
    /// <param name="files">The files.</param>
    public static X509Certificate2Collection? ReadAuthorities(TlsFiles files)
    {
        if (files.ClientCa is not { } file)
        {
            return null;
        }

        RefuseUnreadable(file);
        X509Certificate2Collection authorities = [];
        try
        {
            authorities.ImportFromPemFile(file);
        }
        catch (CryptographicException failure)
        {
            throw new StartRefusedException($"The client authorities in '{file}' cannot be used: {failure.Message} Accepted are certificates in PEM.");
        }

        return authorities.Count > 0
            ? authorities
            : throw new StartRefusedException($"The client authorities in '{file}' cannot be used: there is no certificate in the file. Accepted are certificates in PEM.");
    }

    /// <summary>Reads the files again. Returns what is wrong with them; then handshakes go on with what was read before.</summary>
    public string? Reload()
    {
        try
        {
            Volatile.Write(ref _contents, Read(_files));
            return null;
        }
        catch (StartRefusedException refused)
        {
            return refused.Message;
        }
    }

    /// <summary>The settings of the server.</summary>
    /// <param name="handshakeTimeout">Time for a handshake.</param>
    public HttpsConnectionAdapterOptions Settings(TimeSpan handshakeTimeout) => new()
    {
        // The server wants one from the start; each handshake gets the one that is read by then.
        ServerCertificate = _contents.Certificate.TargetCertificate,
        HandshakeTimeout = handshakeTimeout,
        ClientCertificateMode = _files.ClientCa is null ? ClientCertificateMode.NoCertificate : ClientCertificateMode.RequireCertificate,
        OnAuthenticate = (_, handshake) =>
        {
            Contents contents = Volatile.Read(ref _contents);
            handshake.ServerCertificateContext = contents.Certificate;
            handshake.CertificateChainPolicy = contents.Authorities is { } authorities ? PolicyFor(authorities) : null;
        },
    };

    private static Contents Read(TlsFiles files)
    {
        X509Certificate2 certificate = ReadCertificate(files);
        X509Certificate2Collection chain = [];
        chain.ImportFromPemFile(files.Certificate);

        // What is missing in the file is not looked for in the network.
        return new Contents(SslStreamCertificateContext.Create(certificate, chain, offline: true), ReadAuthorities(files));
    }

    /// <summary>Trusts the given authorities and no other. Certificates are not looked up as revoked: that would need the network.</summary>
    private static X509ChainPolicy PolicyFor(X509Certificate2Collection authorities)
    {
        X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return policy;
    }

    private static X509Certificate2 ReadCertificate(TlsFiles files)
    {
        foreach (string file in new[] { files.Certificate, files.Key })
        {
            RefuseUnreadable(file);
        }

        try
        {
            return X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw new StartRefusedException(
                $"The TLS certificate '{files.Certificate}' and key '{files.Key}' cannot be used: {failure.Message} Accepted are a certificate and its private key in PEM, the key not encrypted.");
        }
    }

    private static void RefuseUnreadable(string file)
    {
        try
        {
            File.OpenRead(file).Dispose();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"The file '{file}' cannot be read: {failure.Message}");
        }
    }

    private sealed record Contents(SslStreamCertificateContext Certificate, X509Certificate2Collection? Authorities);
}
