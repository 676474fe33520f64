using NetworkingSfc.Control.Hosting;

namespace NetworkingSfc.Control.Tests;

/// <summary>Starts the control side on a free loopback port.</summary>
internal static class TestHost
{
    public static Task<ControlHost> StartAsync() => StartAsync(new ControlHostOptions());

    public static async Task<ControlHost> StartAsync(ControlHostOptions options)
    {
        ControlHost host = ControlHost.Build(options with { Listen = ListenAddress.Parse("127.0.0.1:0"), LogToConsole = false });
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }
}
