namespace NetworkingSfc.Control.Hosting;

/// <summary>The files, in PEM, that the server speaks TLS with.</summary>
/// <param name="Certificate">The server's certificate, followed by those between it and its authority.</param>
/// <param name="Key">Its private key, not encrypted.</param>
/// <param name="ClientCa">Authorities of the certificates that clients must show; null when they need none.</param>
public sealed record TlsFiles(string Certificate, string Key, string? ClientCa);
