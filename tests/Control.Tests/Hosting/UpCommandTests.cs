using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using NetworkingSfc.Control.Tests.Access;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.Hosting;

public sealed class UpCommandTests : IDisposable
{
    private const string Anywhere = "127.0.0.1:0";

    private const string OneChain = """
        {"revision": 3, "networks": [{"name": "n"}], "ports": [{"name": "f", "network_id": "n", "device_id": "f"}],
         "port_pairs": [{"name": "p", "ingress": "f", "egress": "f"}], "port_pair_groups": [{"name": "g", "port_pairs": ["p"]}],
         "port_chains": [{"name": "c", "port_pair_groups": ["g"]}]}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Says_one_line_when_ready_and_stops_when_asked(string signal)
    {
        using ServerProcess server = await ServerProcess.StartAsync("up", "--listen", Anywhere, "--data", ":memory:");
        Assert.Matches("^Listening on http://127\\.0\\.0\\.1:[0-9]+$", server.Ready);
        using HttpClient client = new();
        Assert.Equal("{\"networks\":[]}", await client.GetStringAsync($"{server.Address}/v2.0/networks", TestContext.Current.CancellationToken));
        await server.SignalAsync(signal);
        Assert.Equal((0, "", ""), await server.EndAsync());
    }

    [Fact]
    public async Task A_client_that_never_ends_its_request_does_not_keep_it_from_stopping()
    {
        using ServerProcess server = await ServerProcess.StartAsync("up", "--listen", Anywhere, "--data", ":memory:");
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(server.Address).Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync("POST /v2.0/networks HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"u8.ToArray(), TestContext.Current.CancellationToken);
        Stopwatch clock = Stopwatch.StartNew();
        await server.SignalAsync("TERM");
        (int status, string output, _) = await server.EndAsync();
        Assert.Equal((0, ""), (status, output));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"It took {clock.Elapsed}, about as long as the client would have had.");
    }

    [Fact]
    public async Task Several_drivers_carry_out_one_state_and_a_switch_that_is_not_there_is_reported()
    {
        using ServerProcess server = await ServerProcess.StartAsync(
            "up", "--listen", Anywhere, "--data", ":memory:", "--driver", "forwarder", "--driver", "openvswitch", "--ovs-sockets", _folder.File("nothing"), "--driver", "dummy");
        using HttpClient client = new() { BaseAddress = new Uri(server.Address) };
        using HttpResponseMessage put = await client.PutAsJsonAsync("v2.0/sfc/state", JsonNode.Parse(OneChain), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        JsonArray status = [];
        for (int look = 0; look < 500 && !status.Any(driver => (string?)driver!["status"] == "ERROR"); look++)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
            JsonNode answer = JsonNode.Parse(await client.GetStringAsync("v2.0/sfc/port_chains?fields=driver_status", TestContext.Current.CancellationToken))!;
            status = answer["port_chains"]![0]!["driver_status"]!.AsArray();
        }

        Assert.Equal(["forwarder ACTIVE", "openvswitch ERROR", "dummy ACTIVE"], status.Select(driver => $"{driver!["driver"]} {driver["status"]}"));
        Assert.Matches("ovs-vsctl", (string?)status[1]!["reason"]);
        await server.SignalAsync("TERM");
        (int exit, _, string error) = await server.EndAsync();
        Assert.Equal(0, exit);
        Assert.Contains("Driver openvswitch could not apply revision", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_driver_named_it_is_our_forwarder()
    {
        using ServerProcess server = await ServerProcess.StartAsync("up", "--listen", Anywhere, "--data", ":memory:");
        using HttpClient client = new() { BaseAddress = new Uri(server.Address) };
        using HttpResponseMessage put = await client.PutAsJsonAsync("v2.0/sfc/state", JsonNode.Parse(OneChain), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        JsonNode chains = JsonNode.Parse(await client.GetStringAsync("v2.0/sfc/port_chains?fields=driver_status", TestContext.Current.CancellationToken))!;
        Assert.Equal(["forwarder"], chains["port_chains"]![0]!["driver_status"]!.AsArray().Select(driver => (string?)driver!["driver"]));
    }

    [Fact]
    public async Task What_was_answered_is_there_after_a_restart()
    {
        string data = _folder.File("data");
        using HttpClient client = new();
        using (ServerProcess server = await ServerProcess.StartAsync("up", "--listen", Anywhere, "--data", data))
        {
            using HttpResponseMessage made = await client.PostAsJsonAsync(
                $"{server.Address}/v2.0/networks", new { network = new { name = "kept" } }, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Created, made.StatusCode);
            await server.SignalAsync("KILL");
            await server.EndAsync();
        }

        using ServerProcess again = await ServerProcess.StartAsync("up", "--listen", Anywhere, "--data", data);
        Assert.Contains("\"kept\"", await client.GetStringAsync($"{again.Address}/v2.0/networks", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_has_one_server_at_a_time()
    {
        string data = _folder.File("data");
        using ServerProcess first = await ServerProcess.StartAsync("up", "--listen", Anywhere, "--data", data);
        using HttpClient client = new() { BaseAddress = new Uri(first.Address) };
        using StringContent body = new("""{"network": {"name": "n"}}""");
        for (int change = 0; change < 2; change++)
        {
            using HttpResponseMessage made = await client.PostAsync("/v2.0/networks", body, TestContext.Current.CancellationToken);
            Assert.True(made.IsSuccessStatusCode);
            await RefusedAsync(1, $"in use by another server (process {first.Id})", "up", "--listen", Anywhere, "--data", data);
        }

        await first.SignalAsync("KILL");
        await first.EndAsync();
        using ServerProcess next = await ServerProcess.StartAsync("up", "--listen", Anywhere, "--data", data);
        using HttpClient again = new() { BaseAddress = new Uri(next.Address) };
        string networks = await again.GetStringAsync("/v2.0/networks", TestContext.Current.CancellationToken);
        Assert.Equal(2, networks.Split("\"name\"").Length - 1);
    }

    [Fact]
    public async Task Quotas_are_those_of_the_command_line()
    {
        using ServerProcess server = await ServerProcess.StartAsync("up", "--listen", Anywhere, "--data", ":memory:", "--quota", "port_pair_group=1", "port_chain=-1");
        using HttpClient client = new() { BaseAddress = new Uri(server.Address) };
        string quotas = await client.GetStringAsync("/v2.0/quotas/x", TestContext.Current.CancellationToken);
        Assert.Contains("\"port_pair_group\":1,", quotas, StringComparison.Ordinal);
        Assert.Contains("\"port_chain\":-1,", quotas, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_are_read_again_on_a_hangup()
    {
        using TestTokens tokens = new();
        using ServerProcess server = await ServerProcess.StartAsync("up", "--listen", Anywhere, "--data", ":memory:", "--tokens", tokens.File);
        using HttpClient client = new();
        client.DefaultRequestHeaders.Add("X-Auth-Token", tokens.Reader);
        string networks = $"{server.Address}/v2.0/networks";
        Assert.Equal("{\"networks\":[]}", await client.GetStringAsync(networks, TestContext.Current.CancellationToken));

        string[] lines = await File.ReadAllLinesAsync(tokens.File, TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(tokens.File, lines.Where(line => !line.Contains("reader", StringComparison.Ordinal)), TestContext.Current.CancellationToken);
        await server.SignalAsync("HUP");
        HttpStatusCode status = HttpStatusCode.OK;
        for (int attempt = 0; attempt < 200 && status != HttpStatusCode.Unauthorized; attempt++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            using HttpResponseMessage response = await client.GetAsync(networks, TestContext.Current.CancellationToken);
            status = response.StatusCode;
        }

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        await File.WriteAllTextAsync(tokens.File, "wrong", TestContext.Current.CancellationToken);
        await server.SignalAsync("HUP");
        await Task.Delay(500, TestContext.Current.CancellationToken);
        await server.SignalAsync("TERM");
        (int ended, string output, string error) = await server.EndAsync();
        Assert.Equal((0, ""), (ended, output));
        Assert.Contains("3 are valid now", error, StringComparison.Ordinal);
        Assert.Contains("line 1 has 1 fields", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("drop")]
    [InlineData("skip")]
    [InlineData("leave", "--on-empty", "leave")]
    [InlineData("skip", "--on-empty", "skip", "--driver", "dummy")]
    public async Task Groups_that_say_nothing_take_the_default_that_the_server_was_started_with(string onEmpty, params string[] options)
    {
        options = options.Length == 0 ? onEmpty == "drop" ? [] : ["--on-empty", onEmpty] : options;
        using ServerProcess server = await ServerProcess.StartAsync(["up", "--listen", Anywhere, "--data", ":memory:", .. options]);
        using HttpClient client = new() { BaseAddress = new Uri(server.Address) };
        using HttpResponseMessage made = await client.PostAsJsonAsync("v2.0/sfc/port_pair_groups", JsonNode.Parse("""{"port_pair_group": {"name": "g"}}"""), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("on_empty", await made.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        JsonNode answer = JsonNode.Parse(await client.GetStringAsync("v2.0/sfc/port_pair_groups?fields=on_empty", TestContext.Current.CancellationToken))!;
        Assert.Equal(onEmpty, (string)answer["port_pair_groups"]![0]!["on_empty"]!);
        await server.SignalAsync("TERM");
        await server.EndAsync();
    }

    [Fact]
    public async Task A_second_server_on_a_socket_is_refused_and_a_killed_one_makes_room()
    {
        string listen = $"unix:{_folder.File("sfc.sock")}";
        using ServerProcess first = await ServerProcess.StartAsync("up", "--listen", listen, "--data", ":memory:", "--socket-mode", "660");
        Assert.Equal($"Listening on {listen}", first.Ready);
        await RefusedAsync(1, "another server listens there", "up", "--listen", listen, "--data", ":memory:");

        await first.SignalAsync("KILL");
        await first.EndAsync();
        using ServerProcess second = await ServerProcess.StartAsync("up", "--listen", listen, "--data", ":memory:");
        Assert.Equal($"Listening on {listen}", second.Ready);
        await second.SignalAsync("TERM");
        await second.EndAsync();
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_refused()
    {
        using ServerProcess first = await ServerProcess.StartAsync("up", "--listen", Anywhere, "--data", ":memory:");
        await RefusedAsync(1, "already in use", "up", "--listen", first.Address, "--data", ":memory:");
    }

    [Fact]
    public async Task A_directory_that_cannot_be_used_is_refused()
    {
        await RefusedAsync(1, "data directory", "up", "--listen", Anywhere, "--data", _folder.File("file", "text"));
        await RefusedAsync(1, "state.db", "up", "--listen", Anywhere, "--data", DamagedData());
    }

    [Fact]
    public async Task Files_that_cannot_be_used_are_refused()
    {
        await RefusedAsync(1, "line 1", "up", "--listen", Anywhere, "--data", ":memory:", "--tokens", _folder.File("tokens", "wrong"));
        await RefusedAsync(1, "nosuch", "up", "--listen", Anywhere, "--data", ":memory:", "--tls-certificate", _folder.File("nosuch"), "--tls-key", _folder.File("nosuch"));
    }

    [Theory]
    [InlineData("--listen", "")]
    [InlineData("is up with", "down")]
    [InlineData("--listen", "up --nosuch")]
    [InlineData("is ADDRESS:PORT", "up --listen nowhere")]
    [InlineData("--insecure", "up --listen 0.0.0.0:0")]
    [InlineData("--tls-key", "up --tls-certificate x")]
    [InlineData("--tls-certificate", "up --client-ca x")]
    [InlineData("port_pair_group", "up --quota port_pair")]
    [InlineData("port_pair_group", "up --quota network=1")]
    [InlineData("-1", "up --quota port_pair=-2")]
    [InlineData("from 1", "up --request-rate 0")]
    [InlineData("seconds", "up --request-timeout never")]
    [InlineData("forwarder, openvswitch, dummy, each once", "up --driver ovs")]
    [InlineData("each once", "up --driver dummy --driver dummy")]
    [InlineData("fixed and reference", "up --driver openvswitch --ovs-dialect right")]
    [InlineData("drop, skip, leave", "up --on-empty pass")]
    [InlineData("600", "up --socket-mode 777")]
    public Task Wrong_usage_is_told_what_is_accepted(string accepted, string arguments) =>
        RefusedAsync(2, accepted, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private string DamagedData()
    {
        string data = _folder.File("damaged");
        Directory.CreateDirectory(data);
        File.WriteAllText(Path.Combine(data, "state.db"), "no database");
        return data;
    }

    private static async Task RefusedAsync(int status, string message, params string[] arguments)
    {
        (int got, string output, string error) = await ServerProcess.RunAsync(arguments);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Equal((status, ""), (got, output));
        Assert.InRange(error.TrimEnd('\n').Split('\n').Length, 1, 3);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        if (status == 2)
        {
            Assert.Contains("Accepted", error, StringComparison.Ordinal);
        }
    }
}
