using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NetworkingSfc.Control.Access;
using NetworkingSfc.Control.Hosting;

namespace NetworkingSfc.Control.Tests.Access;

public sealed class RequestRateTests
{
    [Fact]
    public void Each_client_has_its_own_bound()
    {
        using RequestRate rate = new(2);
        foreach (string? client in new[] { "192.0.2.1", "192.0.2.2", "::ffff:192.0.2.3", "2001:db8:0:1::1", "2001:db8:0:2::1", null })
        {
            IPAddress? address = client is null ? null : IPAddress.Parse(client);
            Assert.Null(rate.SecondsToWait(address));
            Assert.Null(rate.SecondsToWait(address));
            Assert.Equal(1, rate.SecondsToWait(address));
        }
    }

    [Fact]
    public void Addresses_of_one_IPv6_network_are_one_client()
    {
        using RequestRate rate = new(1);
        Assert.Null(rate.SecondsToWait(IPAddress.Parse("2001:db8::1")));
        Assert.Equal(1, rate.SecondsToWait(IPAddress.Parse("2001:db8::ffff:1")));
    }

    [Fact]
    public async Task Requests_over_the_bound_are_told_when_to_try_again()
    {
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions { RequestsPerSecond = 1 });
        using HttpClient client = new() { BaseAddress = host.Address };
        HttpResponseMessage response;
        do
        {
            response = await client.GetAsync("/v2.0/networks", TestContext.Current.CancellationToken);
        }
        while (response.IsSuccessStatusCode);
        using (response)
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter!.Delta);
            JsonNode problem = (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!["NeutronError"]!;
            Assert.Equal("HTTPTooManyRequests", (string)problem["type"]!);
        }

        // Whoever waits as told, plus what a shared machine may add, is let in again.
        await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
        using HttpResponseMessage again = await client.GetAsync("/v2.0/networks", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task There_is_no_bound_unless_one_is_configured()
    {
        await using ControlHost host = await TestHost.StartAsync();
        using HttpClient client = new() { BaseAddress = host.Address };
        for (int request = 0; request < 500; request++)
        {
            using HttpResponseMessage response = await client.GetAsync("/v2.0/networks", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }
}
