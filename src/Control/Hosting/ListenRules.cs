namespace NetworkingSfc.Control.Hosting;

/// <summary>What an address may be combined with.</summary>
internal static class ListenRules
{
    /// <summary>What keeps others out on an address that they may reach and is missing; null when nothing is.</summary>
    public static string? MissingProtection(ControlHostOptions options) => (options.Listen.IsLocal, options.Tls, options.TokenFile) switch
    {
        (true, _, _) => null,
        (_, null, null) => "TLS and tokens",
        (_, null, _) => "TLS",
        (_, _, null) => "tokens",
        _ => null,
    };

    /// <summary>Throws an <see cref="ArgumentException"/> for options that contradict each other or would leave the API open.</summary>
    public static void Check(ControlHostOptions options)
    {
        if (options.Listen.Scheme == Uri.UriSchemeHttps && options.Tls is null)
        {
            throw new ArgumentException($"Cannot listen on {options.Listen}: there is no certificate. Accepted is https with --tls-certificate and --tls-key.");
        }

        if (options.Listen.Scheme == Uri.UriSchemeHttp && options.Tls is not null)
        {
            throw new ArgumentException($"Cannot listen on {options.Listen}: with a certificate the server speaks TLS only. Accepted is https, or an address without http://.");
        }

        if (options.Listen.SocketPath is not null && options.Tls is not null)
        {
            throw new ArgumentException($"Cannot listen on {options.Listen} with TLS: a Unix socket does not leave this machine. Accepted is a socket without --tls-certificate.");
        }

        if (MissingProtection(options) is { } missing && !options.Insecure)
        {
            throw new ArgumentException(
                $"Will not listen on {options.Listen} without {missing}: others may reach it. Accepted are a loopback address, unix:PATH, "
                + "--tls-certificate and --tls-key together with --tokens, or --insecure to do it all the same.");
        }
    }
}
