using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using NetworkingSfc.Control.Drivers;
using NetworkingSfc.Control.Drivers.Forwarder;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Publishing;

namespace NetworkingSfc.Control.Tests.Http;

public sealed class LeavingClientsTests
{
    [Fact]
    public async Task Who_leaves_before_the_answer_is_not_counted_as_answered()
    {
        await using DriverSet drivers = new(new ForwarderDriver());
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions
        {
            Compile = drivers.Compile,
            Publish = drivers.Publish,
            Forwarder = new ForwarderBehind(),
        });
        using HttpClient client = new() { BaseAddress = host.Address };
        using CancellationTokenSource leaves = new(TimeSpan.FromMilliseconds(200));
        using ByteArrayContent body = new(Encoding.UTF8.GetBytes("""{"network": {}}"""));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            client.PutAsync(new Uri("/v2.0/networks/11111111-0000-4000-8000-000000000001?create=true", UriKind.Relative), body, leaves.Token));
        Stopwatch clock = Stopwatch.StartNew();
        string metrics;
        do
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), "It was never counted.");
            metrics = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        }
        while (!metrics.Contains("sfc_api_requests_total{code=\"499\"} 1\n", StringComparison.Ordinal));

        // What it asked for was done all the same.
        Assert.Single(host.Current.Networks);
    }

    /// <summary>Does not take up what is published, so that changes wait.</summary>
    private sealed class ForwarderBehind : IForwarderProgress
    {
        public ImmutableArray<ulong> Adopted => [0];
    }
}
