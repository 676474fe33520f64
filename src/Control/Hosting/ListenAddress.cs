using System.Net;

namespace NetworkingSfc.Control.Hosting;

/// <summary>Reads the address to listen on.</summary>
internal static class ListenAddress
{
    private const string Accepted = "Accepted is http://ADDRESS:PORT with an IP address or localhost, for example http://127.0.0.1:9696; port 0 takes a free one.";

    /// <summary>The address as an endpoint; an <see cref="ArgumentException"/> says what is wrong with it and what would be accepted.</summary>
    public static IPEndPoint Parse(Uri address)
    {
        if (!address.IsAbsoluteUri || address.Scheme != Uri.UriSchemeHttp)
        {
            throw new ArgumentException($"Cannot listen on '{address}': it is not an http address. {Accepted}", nameof(address));
        }

        if (address.AbsolutePath != "/" || address.Query.Length > 0 || address.UserInfo.Length > 0)
        {
            throw new ArgumentException($"Cannot listen on '{address}': it names more than an address and a port. {Accepted}", nameof(address));
        }

        if (address.Host == "localhost")
        {
            return new IPEndPoint(IPAddress.Loopback, address.Port);
        }

        return IPAddress.TryParse(address.Host.Trim('[', ']'), out IPAddress? ip)
            ? new IPEndPoint(ip, address.Port)
            : throw new ArgumentException($"Cannot listen on '{address}': '{address.Host}' is not an IP address. {Accepted}", nameof(address));
    }
}
