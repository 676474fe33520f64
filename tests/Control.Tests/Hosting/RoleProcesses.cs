using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.Hosting;

/// <summary>Starts the two roles on one folder, and speaks to the API of the control role.</summary>
internal sealed class RoleProcesses : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _data = new();

    /// <summary>Where the forward role has its socket, counters and last snapshot.</summary>
    public string ForwardFolder => _folder.Path;

    /// <summary>Variables that both get.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    public string SocketPath => _folder.File("forward.sock");

    public Task<ServerProcess> ForwardAsync(params string[] more) => ServerProcess.StartAsync(Variables, capabilities: null, ["forward", "--socket", SocketPath, "--state-dir", _folder.Path, .. more]);

    public Task<ServerProcess> ControlAsync() =>
        ServerProcess.StartAsync(Variables, capabilities: null, "control", "--listen", "127.0.0.1:0", "--data", _data.Path, "--forwarder-socket", SocketPath);

    /// <summary>Has a forwarder of this state killed, with nobody left to tell the next one what to do.</summary>
    public async Task LeaveBehindAsync(JsonNode state)
    {
        using ServerProcess forward = await ForwardAsync();
        using (ServerProcess control = await ControlAsync())
        {
            await PutAsync(control, state);
            await StatusAsync(control, "ACTIVE", "ERROR");
            await KillAsync(control);
        }

        // What is written a moment later is written.
        await Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
        await KillAsync(forward);
    }

    public static async Task KillAsync(ServerProcess process)
    {
        await process.SignalAsync("KILL");
        await process.EndAsync();
    }

    public static async Task PutAsync(ServerProcess control, JsonNode state)
    {
        using HttpClient client = Client(control);
        using HttpResponseMessage put = await client.PutAsJsonAsync("v2.0/sfc/state", state, TestContext.Current.CancellationToken);
        Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public static HttpClient Client(ServerProcess control) => new() { BaseAddress = new Uri(control.Address) };

    /// <summary>Waits until the forwarder's status on the first chain is one of these.</summary>
    public static async Task<JsonNode> StatusAsync(ServerProcess control, params string[] expected)
    {
        using HttpClient client = Client(control);
        for (int look = 0; ; look++)
        {
            JsonNode answer = JsonNode.Parse(await client.GetStringAsync("v2.0/sfc/port_chains?fields=driver_status", TestContext.Current.CancellationToken))!;
            JsonNode status = answer["port_chains"]![0]!["driver_status"]![0]!;
            if (expected.Contains((string?)status["status"]))
            {
                return status;
            }

            Assert.True(look < 1000, $"It should become {string.Join(" or ", expected)}: {status.ToJsonString()}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until the forwarder's status on a chain gives a reason with some text, or none for null.</summary>
    public static async Task ReasonAsync(ServerProcess control, string chain, string? text)
    {
        using HttpClient client = Client(control);
        Stopwatch clock = Stopwatch.StartNew();
        while (true)
        {
            JsonNode answer = JsonNode.Parse(await client.GetStringAsync($"v2.0/sfc/port_chains?name={chain}&fields=driver_status", TestContext.Current.CancellationToken))!;
            JsonNode status = answer["port_chains"]![0]!["driver_status"]![0]!;
            if (text is null ? (string?)status["status"] == "ACTIVE" : ((string?)status["reason"])?.Contains(text, StringComparison.Ordinal) == true)
            {
                return;
            }

            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"It should say {text ?? "nothing"}: {status.ToJsonString()}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose()
    {
        _folder.Dispose();
        _data.Dispose();
    }
}
