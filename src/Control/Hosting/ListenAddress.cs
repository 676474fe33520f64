using System.Net;
using System.Net.Sockets;

namespace NetworkingSfc.Control.Hosting;

/// <summary>Where the server listens: an address and port, or a Unix socket.</summary>
public sealed class ListenAddress
{
    /// <summary>The port of Neutron, whose API this is.</summary>
    public const int DefaultPort = 9696;

    private const string SocketPrefix = "unix:";
    private const string Accepted =
        "Accepted is ADDRESS:PORT, http://ADDRESS:PORT or https://ADDRESS:PORT with an IP address or localhost, for example 127.0.0.1:9696 (port 0 takes a free one), or unix:PATH.";

    private ListenAddress(EndPoint endpoint, string? scheme)
    {
        EndPoint = endpoint;
        Scheme = scheme;
    }

    /// <summary>Loopback on the default port.</summary>
    public static ListenAddress Default { get; } = new(new IPEndPoint(IPAddress.Loopback, DefaultPort), scheme: null);

    /// <summary>The address to bind.</summary>
    internal EndPoint EndPoint { get; }

    /// <summary><c>http</c> or <c>https</c> when the address says so.</summary>
    internal string? Scheme { get; }

    /// <summary>Path of the Unix socket, or null.</summary>
    internal string? SocketPath => (EndPoint as UnixDomainSocketEndPoint)?.ToString();

    /// <summary>Whether only this machine reaches the address.</summary>
    internal bool IsLocal => EndPoint is not IPEndPoint ip || IPAddress.IsLoopback(ip.Address);

    /// <summary>Reads an address; an <see cref="ArgumentException"/> says what is wrong with it and what would be accepted.</summary>
    /// <param name="text">An address as the command line gives it.</param>
    public static ListenAddress Parse(string text)
    {
        if (text.StartsWith(SocketPrefix, StringComparison.Ordinal))
        {
            return new ListenAddress(SocketAt(text, text[SocketPrefix.Length..]), scheme: null);
        }

        bool hasScheme = text.Contains("://", StringComparison.Ordinal);
        if (!Uri.TryCreate(hasScheme ? text : $"{Uri.UriSchemeHttp}://{text}", UriKind.Absolute, out Uri? address)
            || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            throw Refused(text, "it is not an http address");
        }

        if (address.AbsolutePath != "/" || address.Query.Length > 0 || address.Fragment.Length > 0 || address.UserInfo.Length > 0)
        {
            throw Refused(text, "it names more than an address and a port");
        }

        if (!hasScheme && text.TrimEnd('/').EndsWith(address.Host, StringComparison.Ordinal))
        {
            throw Refused(text, "it has no port");
        }

        return new ListenAddress(new IPEndPoint(AddressOf(text, address.Host), address.Port), hasScheme ? address.Scheme : null);
    }

    /// <inheritdoc/>
    public override string ToString() => SocketPath is { } path ? SocketPrefix + path : $"{(Scheme is null ? "" : Scheme + "://")}{EndPoint}";

    private static IPAddress AddressOf(string text, string host)
    {
        if (host == "localhost")
        {
            return IPAddress.Loopback;
        }

        return IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) ? address : throw Refused(text, $"'{host}' is not an IP address");
    }

    private static UnixDomainSocketEndPoint SocketAt(string text, string path)
    {
        if (path.Length == 0)
        {
            throw Refused(text, "it names no path");
        }

        // Absolute, so that the file is found again at the stop. Leading slashes are made one: unix:///run/x is what some write.
        string full = Path.GetFullPath(path.StartsWith("//", StringComparison.Ordinal) ? "/" + path.TrimStart('/') : path);
        try
        {
            return new UnixDomainSocketEndPoint(full);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw Refused(text, $"the path is longer than a Unix socket's can be ({full.Length} characters, the most is 107)");
        }
    }

    private static ArgumentException Refused(string text, string reason) => new($"Cannot listen on '{text}': {reason}. {Accepted}");
}
