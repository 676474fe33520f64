using NetworkingSfc.Control.Hosting;

namespace NetworkingSfc.Control.Tests.Hosting;

public sealed class ControlHostTests
{
    [Fact]
    public async Task Port_0_takes_a_free_port_and_tells_which()
    {
        await using ControlHost host = await TestHost.StartAsync();
        Assert.NotEqual(0, host.Address.Port);
        using HttpClient client = new() { BaseAddress = host.Address };
        Assert.Contains($"{host.Address}v2.0/", await client.GetStringAsync("/", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://127.0.0.1:1", "not an http address")]
    [InlineData("http://example.org:1", "not an IP address")]
    [InlineData("http://127.0.0.1:1/path", "more than an address")]
    public void Says_what_it_cannot_listen_on(string address, string message)
    {
        string got = Assert.Throws<ArgumentException>(() => ListenAddress.Parse(new Uri(address))).Message;
        Assert.Contains(message, got, StringComparison.Ordinal);
        Assert.Contains("Accepted is http://", got, StringComparison.Ordinal);
    }

    [Fact]
    public void Localhost_and_IPv6_are_addresses()
    {
        Assert.Equal("127.0.0.1:80", ListenAddress.Parse(new Uri("http://localhost")).ToString());
        Assert.Equal("[::1]:8080", ListenAddress.Parse(new Uri("http://[::1]:8080")).ToString());
    }
}
