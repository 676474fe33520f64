using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using NetworkingSfc.Testing.VirtualLinks;

namespace NetworkingSfc.Control.Tests.Hosting;

/// <summary>The two roles while frames pass through a chain.</summary>
public sealed class RolesUnderTrafficTests : IDisposable
{
    private const string Library = "libpcap.so.0.8";

    private readonly RoleProcesses _roles = new();
    private readonly ChainTraffic _traffic;

    public RolesUnderTrafficTests()
    {
        Assert.SkipUnless(NativeLibrary.TryLoad(Library, out _), $"{Library} is not installed: apt-get install libpcap0.8");
        Assert.SkipWhen(VethPair.Unavailable is not null, VethPair.Unavailable ?? "");
        _traffic = new ChainTraffic();
    }

    public void Dispose()
    {
        _traffic?.Dispose();
        _roles.Dispose();
    }

    [Fact]
    public async Task Packets_are_traced_through_both_roles_at_each_hop()
    {
        using ServerProcess forward = await _roles.ForwardAsync();
        using ServerProcess control = await _roles.ControlAsync();
        await RoleProcesses.PutAsync(control, _traffic.State());
        _traffic.AwaitFirst();
        _traffic.Start();
        using HttpClient client = RoleProcesses.Client(control);
        using StringContent body = new("""{"trace": {"filter": "chain=c proto=udp", "count": 500}}""");
        using HttpResponseMessage answer = await client.PostAsync(new Uri("v2.0/sfc/trace", UriKind.Relative), body, TestContext.Current.CancellationToken);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, text);
        JsonNode[] lines = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
        Assert.Equal(500, (int)lines[^1]["end"]!["packets"]!);
        string[] crossings = [.. lines[..^1].Select(line => $"{line["received"]!["port"]!["name"]} {line["verdict"]} {line["hops_done"]} {line["sent"]!["port"]!["name"]}").Distinct().Order()];
        Assert.Equal(["out end_of_path 1 dst", "src deliver 0 in"], crossings);
        _traffic.Finish();
        Assert.Equal((0, 0), (_traffic.Missing, _traffic.Disorder));
    }

    [Fact]
    public async Task Changes_and_a_control_role_that_is_killed_and_comes_back_lose_no_frame()
    {
        using ServerProcess forward = await _roles.ForwardAsync();
        using (ServerProcess control = await _roles.ControlAsync())
        {
            await RoleProcesses.PutAsync(control, _traffic.State());
            _traffic.AwaitFirst();
            _traffic.Start();
            await ChangeAsync(control, rounds: 20);
            await control.SignalAsync("KILL");
            await forward.SaysAsync($"{control.Id} is gone");
            await MoreAsync(1_000);
            await control.EndAsync();
        }

        using (ServerProcess control = await _roles.ControlAsync())
        {
            await control.SaysAsync("nothing is sent");
            await ChangeAsync(control, rounds: 20);
            await control.SignalAsync("TERM");
            await control.EndAsync();
        }

        await MoreAsync(1_000);
        _traffic.Finish();
        TestContext.Current.SendDiagnosticMessage("{0} frames", _traffic.Received);
        Assert.Equal((0, 0), (_traffic.Missing, _traffic.Disorder));
    }

    [Fact]
    public async Task The_forward_role_forwards_again_within_a_second_of_its_start_without_the_control_role()
    {
        await _roles.LeaveBehindAsync(_traffic.State());

        // Best of several: other processes of this machine take their time too.
        TimeSpan fastest = TimeSpan.MaxValue;
        for (int start = 0; start < 3; start++)
        {
            Stopwatch clock = Stopwatch.StartNew();
            Task<ServerProcess> starting = _roles.ForwardAsync();
            _traffic.AwaitFirst();
            fastest = clock.Elapsed < fastest ? clock.Elapsed : fastest;
            using ServerProcess forward = await starting;
            await RoleProcesses.KillAsync(forward);
        }

        TestContext.Current.SendDiagnosticMessage("First frame {0} ms after the start", fastest.TotalMilliseconds);
        Assert.InRange(fastest, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    // Four changes each time: a classifier comes, enters the chain, leaves it and goes.
    private static async Task ChangeAsync(ServerProcess control, int rounds)
    {
        using HttpClient client = RoleProcesses.Client(control);
        JsonNode chain = (await SendAsync(client, HttpMethod.Get, "port_chains", null))!["port_chains"]![0]!;
        string own = (string)chain["flow_classifiers"]![0]!;
        for (int round = 0; round < rounds; round++)
        {
            JsonNode made = (await SendAsync(client, HttpMethod.Post, "flow_classifiers", $$$"""{"flow_classifier": {"protocol": "tcp", "source_ip_prefix": "10.9.{{{round}}}.0/24", "logical_source_port": "{{{await SourceAsync(client, own)}}}"} }"""))!;
            string id = (string)made["flow_classifier"]!["id"]!;
            await SendAsync(client, HttpMethod.Put, $"port_chains/{chain["id"]}", $$$"""{"port_chain": {"flow_classifiers": ["{{{own}}}", "{{{id}}}"]} }""");
            await SendAsync(client, HttpMethod.Put, $"port_chains/{chain["id"]}", $$$"""{"port_chain": {"flow_classifiers": ["{{{own}}}"]} }""");
            await SendAsync(client, HttpMethod.Delete, $"flow_classifiers/{id}", null);
        }
    }

    private static async Task<string> SourceAsync(HttpClient client, string classifier) =>
        (string)(await SendAsync(client, HttpMethod.Get, $"flow_classifiers/{classifier}", null))!["flow_classifier"]!["logical_source_port"]!;

    private static async Task<JsonNode?> SendAsync(HttpClient client, HttpMethod method, string path, string? body)
    {
        using HttpRequestMessage request = new(method, $"v2.0/sfc/{path}") { Content = body is null ? null : new StringContent(body) };
        using HttpResponseMessage answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {text}");
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    private async Task MoreAsync(long frames)
    {
        long until = _traffic.Received + frames;
        Stopwatch clock = Stopwatch.StartNew();
        while (_traffic.Received < until)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"{_traffic.Received} frames of {until} arrived, {_traffic.Missing} are missing.");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
