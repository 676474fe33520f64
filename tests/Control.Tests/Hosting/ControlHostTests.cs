using NetworkingSfc.Control.Hosting;

namespace NetworkingSfc.Control.Tests.Hosting;

public sealed class ControlHostTests
{
    [Fact]
    public async Task Port_0_takes_a_free_port_and_tells_which()
    {
        await using ControlHost host = await TestHost.StartAsync();
        Assert.NotEqual(0, host.Address.Port);
        Assert.Equal($"http://127.0.0.1:{host.Address.Port}", host.ListeningOn);
        using HttpClient client = new() { BaseAddress = host.Address };
        Assert.Contains($"{host.Address}v2.0/", await client.GetStringAsync("/", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_refused_in_one_line()
    {
        await using ControlHost host = await TestHost.StartAsync();
        ControlHostOptions same = new() { Listen = ListenAddress.Parse($"127.0.0.1:{host.Address.Port}") };
        StartRefusedException refused = await Assert.ThrowsAsync<StartRefusedException>(() => TestHost.StartAtAsync(same));
        Assert.Contains("already in use", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }
}
