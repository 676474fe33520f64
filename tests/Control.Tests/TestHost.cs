using NetworkingSfc.Control.Hosting;

namespace NetworkingSfc.Control.Tests;

/// <summary>Starts the control side on a free loopback port.</summary>
internal static class TestHost
{
    public static Task<ControlHost> StartAsync() => StartAsync(new ControlHostOptions());

    public static Task<ControlHost> StartAsync(ControlHostOptions options) =>
        StartAtAsync(options with { Listen = ListenAddress.Parse("127.0.0.1:0") });

    /// <summary>Starts where the options say.</summary>
    public static async Task<ControlHost> StartAtAsync(ControlHostOptions options)
    {
        ControlHost host = ControlHost.Build(options with { LogToConsole = false });
        try
        {
            await host.StartAsync(TestContext.Current.CancellationToken);
            return host;
        }
        catch (StartRefusedException)
        {
            await host.DisposeAsync();
            throw;
        }
    }
}
