namespace NetworkingSfc.Sfc.Client;

/// <summary>Where the control API is: a URL, or a Unix socket that speaks HTTP.</summary>
/// <param name="Text">The address as given, for messages.</param>
/// <param name="Root">What paths of the API are relative to; ends in a slash.</param>
/// <param name="SocketPath">The Unix socket to connect to, or null to connect to the host of the URL.</param>
internal sealed record ServerAddress(string Text, Uri Root, string? SocketPath)
{
    /// <summary>The address without option and environment: where Neutron's API listens.</summary>
    public const string Default = "http://127.0.0.1:9696";

    private const string UnixScheme = "unix:";

    // Only the Host header is made of it: the socket decides who answers.
    private static readonly Uri _socketRoot = new("http://localhost/");

    /// <summary>Reads an address.</summary>
    /// <param name="text">As given.</param>
    public static ServerAddress Parse(string text)
    {
        if (text.StartsWith(UnixScheme, StringComparison.Ordinal) && text.Length > UnixScheme.Length)
        {
            return new ServerAddress(text, _socketRoot, text[UnixScheme.Length..]);
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
            || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
            || url.Query.Length > 0 || url.Fragment.Length > 0 || url.UserInfo.Length > 0)
        {
            throw new CommandFailure(
                $"'{text}' is not the address of a server. Accepted is http://HOST:PORT, https://HOST:PORT or unix:PATH.", CommandFailure.WrongUsage);
        }

        return new ServerAddress(text, new Uri(url.AbsoluteUri.TrimEnd('/') + "/"), null);
    }
}
