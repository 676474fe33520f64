using System.Text.Json;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Commands;

public sealed class StateCommandTests : IDisposable
{
    private const string State = """
        {
          "networks": [{"name": "net", "mtu": 1500}],
          "ports": [{"name": "src", "network_id": "net"}, {"name": "f1", "network_id": "net", "device_id": "vm1"}, {"name": "f2", "network_id": "net", "device_id": "vm2"}],
          "port_pairs": [
            {"name": "p1", "ingress": "f1", "egress": "f1", "service_function_parameters": {"correlation": "nsh"}},
            {"name": "p2", "ingress": "f2", "egress": "f2", "service_function_parameters": {"correlation": "nsh"}}
          ],
          "port_pair_groups": [{"name": "g", "port_pairs": ["p1", "p2"]}],
          "flow_classifiers": [{"name": "c", "logical_source_port": "src"}],
          "port_chains": [{"name": "one", "port_pair_groups": ["g"], "flow_classifiers": ["c"], "chain_parameters": {"correlation": "nsh"}}]
        }
        """;

    private readonly string _path = Path.GetTempFileName();

    public StateCommandTests() => File.WriteAllText(_path, State);

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task Check_finds_nothing_wrong_with_a_good_file()
    {
        Assert.Equal($"{_path}: nothing is wrong\n", (await CommandRun.OfAsync("check", _path)).Good().Output);
        Assert.Equal(0, (await CommandRun.OfAsync("check", _path, "--json")).Json().GetProperty("errors").GetArrayLength());
    }

    [Fact]
    public async Task Check_says_everything_that_is_wrong_and_where()
    {
        File.WriteAllText(_path, """{"networks": [{"nam": "x"}, {"mtu": "wide"}]}""");
        CommandRun run = await CommandRun.OfAsync("check", _path);
        Assert.Equal((1, ""), (run.Status, run.Output));
        Assert.Collection(run.Error.TrimEnd('\n').Split('\n'),
            line => Assert.StartsWith($"{_path}: networks[0].nam", line),
            line => Assert.StartsWith($"{_path}: networks[1].mtu", line));
        CommandRun json = await CommandRun.OfAsync("check", _path, "--json");
        Assert.Equal((1, ""), (json.Status, json.Error));
        Assert.Equal("networks[0].nam", JsonDocument.Parse(json.Output).RootElement.GetProperty("errors")[0].GetProperty("where").GetString());
    }

    [Theory]
    [InlineData("{\"networks\": [}", "line 1, column 15")]
    [InlineData("[]", "$: The document is not an object")]
    [InlineData("{\"networks\": [], \"networks\": []}", "networks")]
    public async Task Check_says_where_a_text_is_not_a_document(string text, string where)
    {
        File.WriteAllText(_path, text);
        CommandRun run = await CommandRun.OfAsync("check", _path);
        Assert.Equal(1, run.Status);
        Assert.Contains(where, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_one_line()
    {
        foreach (string command in new[] { "check", "plan", "apply" })
        {
            CommandRun run = await CommandRun.OfAsync(command, "no/such/file");
            Assert.Equal((1, ""), (run.Status, run.Output));
            Assert.StartsWith($"sfc {command}: 'no/such/file' cannot be read: ", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Plan_offline_compares_with_nothing()
    {
        string table = (await CommandRun.OfAsync("plan", _path, "--offline")).Table();
        Assert.StartsWith("9 to add, 0 to change, 0 to remove\n", table, StringComparison.Ordinal);
        Assert.Contains("only 1462 fit port 'f1'", string.Join(' ', table.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        JsonElement plan = (await CommandRun.OfAsync("plan", _path, "--offline", "--json")).Json();
        Assert.Equal((false, 9, 1462), (
            plan.GetProperty("refused").GetBoolean(),
            plan.GetProperty("changes").GetArrayLength(),
            plan.GetProperty("paths")[0].GetProperty("largest_packet").GetInt32()));
    }

    [Fact]
    public async Task Plan_compares_with_the_server()
    {
        using StateServer server = new(State, 41);
        Assert.StartsWith("Nothing changes.\n", (await CommandRun.OfAsync("plan", _path, "--server", server.Address)).Table(), StringComparison.Ordinal);
        File.WriteAllText(_path, State.Replace("[\"p1\", \"p2\"]", "[\"p2\"]", StringComparison.Ordinal).Replace("\"mtu\": 1500", "\"mtu\": 9000", StringComparison.Ordinal));
        string table = (await CommandRun.OfAsync("plan", _path, "--server", server.Address)).Table();
        Assert.Contains("0 to add, 2 to change, 0 to remove", table, StringComparison.Ordinal);
        Assert.Contains("50.00 %", table, StringComparison.Ordinal);
        JsonElement plan = (await CommandRun.OfAsync("plan", _path, "--server", server.Address, "--json")).Json();
        Assert.Equal(0.5, plan.GetProperty("moved_flows")[0].GetProperty("share").GetDouble(), 3);
        Assert.Equal(9000, plan.GetProperty("changes")[0].GetProperty("attributes")[0].GetProperty("after").GetInt32());
        Assert.DoesNotContain(server.Heads, head => head.StartsWith("PUT", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Plan_lists_uplinks_and_functions()
    {
        using StateServer server = new(With("""{"net": "src"}""", """{"p1": {"kind": "drop"}}"""), 41);
        File.WriteAllText(_path, With("""{"net": "f1"}""", """{"p2": {"kind": "tap"}}"""));
        string[] lines = [.. (await CommandRun.OfAsync("plan", _path, "--server", server.Address)).Table().Split('\n')
            .Select(line => string.Join(' ', line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))];
        Assert.Equal("1 to add, 1 to change, 1 to remove", lines[0]);
        Assert.Contains(lines, line => line.StartsWith("~ uplink net port: ", StringComparison.Ordinal));
        Assert.Contains("+ function p2", lines);
        Assert.Contains("- function p1", lines);

        JsonElement[] changes = [.. (await CommandRun.OfAsync("plan", _path, "--server", server.Address, "--json")).Json().GetProperty("changes").EnumerateArray()];
        Assert.Equal(["change uplink net", "add function p2", "remove function p1"], changes.Select(change => $"{change.GetProperty("action")} {change.GetProperty("kind")} {change.GetProperty("name")}"));
        JsonElement port = Assert.Single(changes[0].GetProperty("attributes").EnumerateArray());
        Assert.Equal("port", port.GetProperty("name").GetString());
        Assert.NotEqual(port.GetProperty("before").GetGuid(), port.GetProperty("after").GetGuid());

        static string With(string uplinks, string functions) => $"{State[..State.LastIndexOf('}')]}, \"uplinks\": {uplinks}, \"functions\": {functions}}}";
    }

    [Fact]
    public async Task A_state_that_a_forwarder_refuses_is_a_plan_with_status_1()
    {
        File.WriteAllText(_path, State.Replace("nsh", "mpls", StringComparison.Ordinal).Replace("\"name\": \"one\"", "\"name\": \"one\", \"chain_id\": 5000", StringComparison.Ordinal));
        CommandRun run = await CommandRun.OfAsync("plan", _path, "--offline", "--json");
        Assert.Equal(1, run.Status);
        Assert.Equal("refused", JsonDocument.Parse(run.Output).RootElement.GetProperty("findings")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task Apply_sends_the_next_revision()
    {
        using StateServer server = new("{}", 41);
        Assert.Equal("applied as revision 42, generation 5\n", (await CommandRun.OfAsync("apply", _path, "--server", server.Address)).Good().Output);
        Assert.Equal(42, server.LastBody!["revision"]!.GetValue<int>());
        Assert.Equal("net", server.LastBody["networks"]![0]!["name"]!.GetValue<string>());
        Assert.Equal(43, (await CommandRun.OfAsync("apply", _path, "--server", server.Address, "--json")).Json().GetProperty("revision").GetInt32());
    }

    [Fact]
    public async Task A_revision_in_the_file_is_the_one_sent()
    {
        using StateServer server = new("{}", 41);
        File.WriteAllText(_path, State.Insert(1, "\"revision\": 41, \"generations\": [1],"));
        (await CommandRun.OfAsync("apply", _path, "--server", server.Address)).Refused("sfc apply: The revision 41 is not above 41.");
        Assert.False(server.LastBody!.ContainsKey("generations"));
        File.WriteAllText(_path, State.Insert(1, "\"revision\": \"x\","));
        CommandRun run = await CommandRun.OfAsync("apply", _path, "--server", server.Address);
        Assert.Equal(1, run.Status);
        Assert.Contains("revision: 'x' is not a revision. Accepted is a whole number", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_file_is_not_sent()
    {
        using StateServer server = new("{}", 1);
        File.WriteAllText(_path, """{"networks": [{"nam": "x"}]}""");
        Assert.Equal(1, (await CommandRun.OfAsync("apply", _path, "--server", server.Address)).Status);
        Assert.Empty(server.Heads);
    }

    [Fact]
    public async Task A_unix_socket_and_a_token_file_are_used()
    {
        using StateServer server = new(State, 1, unix: true);
        string token = Path.GetTempFileName();
        File.WriteAllText(token, "secret-of-mine\nmore\n");
        CommandRun run = await CommandRun.OfAsync("plan", _path, "--server", server.Address, "--token-file", token);
        File.Delete(token);
        run.Good();
        Assert.Contains("X-Auth-Token: secret-of-mine\r\n", Assert.Single(server.Heads), StringComparison.Ordinal);
        Assert.DoesNotContain("secret-of-mine", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", "sfc chain list: The server at http://127.0.0.1:1 cannot be reached: Connection refused.")]
    [InlineData("unix:no/such/socket", "sfc chain list: The server at unix:no/such/socket cannot be reached: There is no such socket.")]
    public async Task A_server_that_is_not_there_is_one_sentence(string server, string sentence) =>
        (await CommandRun.OfAsync("chain", "list", "--server", server)).Refused(sentence);

    [Fact]
    public async Task Another_kind_of_server_is_one_sentence()
    {
        using StateServer server = new("{}", 1);
        (await CommandRun.OfAsync("chain", "list", "--server", server.Address)).Refused(
            $"sfc chain list: The server at {server.Address} answered something else than was asked for; is it the control API of a forwarder?");
    }
}
