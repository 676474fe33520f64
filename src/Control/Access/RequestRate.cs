using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace NetworkingSfc.Control.Access;

/// <summary>Bounds the requests that one client address may send in a second. Counted before tokens are looked at, so that it also slows down guessing.</summary>
internal sealed class RequestRate : IDisposable
{
    /// <summary>Half of an IPv6 address: the rest is the client's own choice.</summary>
    private const int Ipv6ClientBytes = 8;

    private readonly PartitionedRateLimiter<IPAddress> _limiter;

    /// <summary>Makes a bound.</summary>
    /// <param name="requestsPerSecond">Requests in a second; as many may come at once after a pause.</param>
    public RequestRate(int requestsPerSecond)
    {
        PerSecond = requestsPerSecond;
        _limiter = PartitionedRateLimiter.Create<IPAddress, IPAddress>(client => RateLimitPartition.GetTokenBucketLimiter(client, _ =>
            new TokenBucketRateLimiterOptions
            {
                TokenLimit = requestsPerSecond,
                TokensPerPeriod = requestsPerSecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 0,
            }));
    }

    /// <summary>The bound.</summary>
    public int PerSecond { get; }

    /// <summary>Counts a request.</summary>
    /// <param name="client">Where it comes from; null for a client of a Unix socket.</param>
    /// <returns>Null when it is within the bound, else the whole seconds after which to try again.</returns>
    public int? SecondsToWait(IPAddress? client)
    {
        using RateLimitLease lease = _limiter.AttemptAcquire(KeyOf(client));
        if (lease.IsAcquired)
        {
            return null;
        }

        return lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait) ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1;
    }

    /// <inheritdoc/>
    public void Dispose() => _limiter.Dispose();

    private static IPAddress KeyOf(IPAddress? client)
    {
        if (client is null)
        {
            return IPAddress.None;
        }

        if (client.AddressFamily != AddressFamily.InterNetworkV6 || client.IsIPv4MappedToIPv6)
        {
            return client;
        }

        byte[] bytes = client.GetAddressBytes();
        bytes.AsSpan(Ipv6ClientBytes).Clear();
        return new IPAddress(bytes);
    }
}
