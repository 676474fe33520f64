using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace NetworkingSfc.Control.Hosting;

/// <summary>Makes TLS settings of files.</summary>
internal static class TlsEndpoint
{
    /// <summary>Purpose of a certificate: client authentication (RFC 5280, section 4.2.1.12).</summary>
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>Reads the files; a <see cref="StartRefusedException"/> names the one that cannot be used.</summary>
    public static HttpsConnectionAdapterOptions Load(TlsFiles files, TimeSpan handshakeTimeout)
    {
        X509Certificate2 certificate = ReadCertificate(files);
        X509Certificate2Collection chain = [];
        chain.ImportFromPemFile(files.Certificate);
        HttpsConnectionAdapterOptions options = new()
        {
            ServerCertificate = certificate,
            ServerCertificateChain = chain,
            HandshakeTimeout = handshakeTimeout,
        };
        if (files.ClientCa is not null)
        {
            X509Certificate2Collection authorities = ReadAuthorities(files.ClientCa);
            options.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            options.OnAuthenticate = (_, settings) => settings.CertificateChainPolicy = PolicyFor(authorities);
        }

        return options;
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

    private static X509Certificate2Collection ReadAuthorities(string file)
    {
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
}
