using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Resources;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Commands;

public sealed class ResourceCommandTests : IAsyncLifetime
{
    private readonly ControlHost _host = ControlHost.Build(new ControlHostOptions { Listen = ListenAddress.Parse("127.0.0.1:0"), LogToConsole = false });

    public async ValueTask InitializeAsync() => await _host.StartAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Networks_and_ports()
    {
        Assert.Equal(1400, (await RunAsync("network", "create", "n", "--mtu", "1400", "--switching", "learn", "--json")).Json().GetProperty("network").GetProperty("mtu").GetInt32());
        Assert.True(_host.Current.Networks.Single().Learns);
        (await RunAsync("port", "create", "p", "--network", "n", "--device", "vm", "--mac", "02:00:00:00:00:01", "--ip", "10.0.0.1", "--ip", "2001:db8::1")).Table();
        Assert.Equal(("vm", 2), (_host.Current.Ports.Single().DeviceId, _host.Current.Ports.Single().FixedIps.Length));
        string list = (await RunAsync("port", "list")).Table();
        Assert.Contains("02:00:00:00:00:01", list, StringComparison.Ordinal);
        Assert.Contains(_host.Current.Ports.Single().IdText, list, StringComparison.Ordinal);
        (await RunAsync("port", "set", "p", "--ip", "10.0.0.2", "--name", "q")).Table();
        Assert.Equal(("q", "10.0.0.2"), (_host.Current.Ports.Single().Name, _host.Current.Ports.Single().FixedIps.Single().Address.ToString()));
        (await RunAsync("network", "delete", "n")).Refused(
            $"sfc network delete: Unable to complete operation on network {_host.Current.Networks.Single().IdText}. There are one or more ports still in use on the network.");
        Assert.Equal("q", (await RunAsync("port", "delete", "q", "--json")).Json().GetProperty("deleted")[0].GetProperty("name").GetString());
        Assert.Equal($"deleted network n {_host.Current.Networks.Single().IdText}\n", (await RunAsync("network", "delete", "n")).Good().Output);
    }

    [Fact]
    public async Task Every_option_of_pairs_groups_and_classifiers_arrives()
    {
        await PortsAsync("a", "b");
        (await RunAsync("pair", "create", "pp", "--ingress", "a", "--egress", "b", "--correlation", "nsh", "--weight", "0", "--description", "d")).Table();
        PortPair pair = _host.Current.PortPairs.Single();
        Assert.Equal((Correlation.Nsh, 0, "d"), (pair.Parameters.Correlation, pair.Parameters.Weight, pair.Description));
        (await RunAsync("group", "create", "g", "--pair", "pp", "--lb-field", "ip_src", "--lb-field", "ip_dst", "--tap", "--on-empty", "skip", "--exclusive",
            "--egress-tuple", "source_ip_prefix=192.0.2.1/32", "--egress-tuple", "source_port_range_min=5")).Table();
        PortPairGroup group = _host.Current.PortPairGroups.Single();
        Assert.Equal([LbField.IpSource, LbField.IpDestination], group.Parameters.LbFields);
        Assert.Equal((true, true, (EmptyGroupAction?)EmptyGroupAction.Skip), (group.TapEnabled, group.Exclusive, group.OnEmpty));
        JsonElement tuple = (await RunAsync("group", "show", "g", "--json")).Json().GetProperty("port_pair_group").GetProperty("port_pair_group_parameters")
            .GetProperty("ppg_n_tuple_mapping").GetProperty("egress_n_tuple");
        Assert.Equal(("192.0.2.1/32", 5), (tuple.GetProperty("source_ip_prefix").GetString(), tuple.GetProperty("source_port_range_min").GetInt32()));
        (await RunAsync("classifier", "create", "c", "--protocol", "udp", "--source-port", "1:2", "--destination-port", "9", "--source-ip-prefix", "10.0.0.0/8",
            "--destination-ip-prefix", "11.0.0.0/8", "--logical-source-port", "a", "--logical-destination-port", "b", "--ethertype", "IPv4")).Table();
        FlowClassifier classifier = _host.Current.FlowClassifiers.Single();
        Assert.Equal((new PortBounds(1, 2), new PortBounds(9, 9)), (classifier.SourcePorts, classifier.DestinationPorts));
        Assert.Equal(pair.Egress, classifier.LogicalDestinationPort);
        Assert.Contains("11.0.0.0/8 port 9", string.Join(' ', (await RunAsync("classifier", "list")).Table().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pair_with_a_weight_alone_is_one_that_a_group_takes()
    {
        await PortsAsync("a");
        JsonElement parameters = (await RunAsync("pair", "create", "pp", "--ingress", "a", "--egress", "a", "--weight", "3", "--json")).Json()
            .GetProperty("port_pair").GetProperty("service_function_parameters");
        Assert.Equal((JsonValueKind.Null, 3), (parameters.GetProperty("correlation").ValueKind, parameters.GetProperty("weight").GetInt32()));
        (await RunAsync("group", "create", "g", "--pair", "pp")).Table();
        Assert.Equal([_host.Current.PortPairs.Single().Id], _host.Current.PortPairGroups.Single().PortPairs);
    }

    [Fact]
    public async Task What_a_group_does_without_members_and_that_it_is_exclusive_can_be_changed()
    {
        (await RunAsync("group", "create", "g")).Table();
        (await RunAsync("group", "set", "g", "--on-empty", "leave", "--exclusive")).Table();
        Assert.Equal((EmptyGroupAction.Leave, true), (_host.Current.PortPairGroups.Single().OnEmpty, _host.Current.PortPairGroups.Single().Exclusive));
        (await RunAsync("group", "set", "g", "--on-empty", "default", "--exclusive", "false")).Table();
        Assert.Equal((null, false), (_host.Current.PortPairGroups.Single().OnEmpty, _host.Current.PortPairGroups.Single().Exclusive));
        CommandRun refused = await RunAsync("group", "set", "g", "--on-empty", "hold");
        Assert.Equal(1, refused.Status);
        Assert.Contains("hold", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_server_holds_can_be_planned_and_given_back_although_it_could_not_be_made_at_once()
    {
        await PortsAsync("a");
        (await RunAsync("pair", "create", "pp", "--ingress", "a", "--egress", "a")).Good();
        using HttpClient client = new() { BaseAddress = _host.Address };
        using StringContent noDevice = new("""{"port": {"device_id": ""}}""", Encoding.UTF8, "application/json");
        (await client.PutAsync($"v2.0/ports/{_host.Current.Ports.Single().IdText}", noDevice, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        string held = Path.GetTempFileName();
        string other = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(held, await client.GetStringAsync("v2.0/sfc/state", TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(other, """{"networks": [{"name": "n"}]}""", Encoding.UTF8, TestContext.Current.CancellationToken);
            Assert.StartsWith("Nothing changes.\n", (await RunAsync("plan", held)).Table(), StringComparison.Ordinal);
            Assert.Equal($"{held}: nothing is wrong\n", (await CommandRun.OfAsync("check", held)).Good().Output);
            Assert.Contains("3 to remove", (await RunAsync("plan", other)).Good().Output, StringComparison.Ordinal);
            (await RunAsync("apply", other)).Good();
            Assert.Empty(_host.Current.Ports);
            JsonObject again = (JsonObject)JsonNode.Parse(await File.ReadAllTextAsync(held, TestContext.Current.CancellationToken))!;
            again["revision"] = _host.Current.Revision + 1;
            await File.WriteAllTextAsync(held, again.ToJsonString(), TestContext.Current.CancellationToken);
            (await RunAsync("apply", held)).Good();
            Assert.Equal("", _host.Current.Ports.Single().DeviceId);
        }
        finally
        {
            File.Delete(held);
            File.Delete(other);
        }
    }

    [Fact]
    public async Task Lists_are_added_to_taken_from_and_replaced()
    {
        await ChainAsync();
        (await RunAsync("chain", "set", "ch", "--group", "g2", "--description", "x")).Table();
        Assert.Equal(["g1", "g2"], Groups());
        (await RunAsync("chain", "set", "ch", "--remove-group", "g1")).Table();
        Assert.Equal(["g2"], Groups());
        (await RunAsync("chain", "set", "ch", "--no-group", "--group", "g1")).Table();
        Assert.Equal(["g1"], Groups());
        (await RunAsync("chain", "set", "ch", "--no-classifier")).Table();
        Assert.Empty(_host.Current.PortChains.Single().FlowClassifiers);
        (await RunAsync("chain", "set", "ch", "--remove-group", "g2")).Refused(
            "sfc chain set: The port pair group 'g2' is not there to be taken out. Accepted is one of its port pair groups.");
        Assert.Equal("x", _host.Current.PortChains.Single().Description);
    }

    [Fact]
    public async Task Chains_and_graphs()
    {
        await ChainAsync();
        JsonElement chain = (await RunAsync("chain", "list", "--json")).Json().GetProperty("port_chains")[0];
        Assert.Equal((77, true), (chain.GetProperty("chain_id").GetInt32(), chain.GetProperty("chain_parameters").GetProperty("symmetric").GetBoolean()));
        Assert.Contains("g1", (await RunAsync("chain", "list")).Table(), StringComparison.Ordinal);
        (await RunAsync("chain", "create", "other", "--group", "g2", "--correlation", "nsh")).Table();
        (await RunAsync("graph", "create", "gr", "--branch", "ch:other")).Table();
        Assert.Contains("ch to other", (await RunAsync("graph", "list")).Table(), StringComparison.Ordinal);
        (await RunAsync("chain", "delete", "ch")).Refused($"sfc chain delete: Port Chain {_host.Current.PortChains.First().IdText} in use.");
        (await RunAsync("graph", "create", "gr2", "--branch", "ch")).Misused("Accepted is CHAIN:CHAIN");
        (await RunAsync("graph", "delete", "gr")).Good();
        (await RunAsync("chain", "delete", "other", "ch")).Good();
        Assert.Empty(_host.Current.PortChains);
    }

    [Fact]
    public async Task Names_are_ids_or_unique()
    {
        await PortsAsync("a");
        (await RunAsync("port", "create", "a", "--network", "n")).Good();
        string[] ids = [.. _host.Current.Ports.Select(port => port.IdText)];
        (await RunAsync("port", "show", "a")).Refused($"sfc port show: 'a' is the name of 2 ports. Accepted is the id of one: {ids[0]}, {ids[1]}.");
        (await RunAsync("port", "show", ids[1])).Table();
        (await RunAsync("port", "show", "zz")).Refused("sfc port show: No port has the name or id 'zz'. Accepted is one that 'sfc port list' shows.");
        (await RunAsync("port", "show", "")).Refused("sfc port show: An empty text names no port. Accepted is the id or the name of one.");
        (await RunAsync("port", "delete", ids[0], "zz")).Refused("sfc port delete: No port has the name or id 'zz'. Accepted is one that 'sfc port list' shows.");
        Assert.Equal(2, _host.Current.Ports.Count);
    }

    [Fact]
    public async Task Names_of_any_kind_fit_the_table_and_cannot_move_the_cursor()
    {
        (await RunAsync("network", "create", $"\u001b[2J{new string('x', 200)}[red]&?#")).Table();
        Assert.DoesNotContain('\u001b', (await RunAsync("network", "list")).Table());
        (await RunAsync("network", "show", $"\u001b[2J{new string('x', 200)}[red]&?#")).Table();
    }

    [Fact]
    public async Task The_message_of_the_server_is_the_message() =>
        (await RunAsync("classifier", "create", "c", "--source-port", "5")).Refused("sfc classifier create: IP protocol must be TCP or UDP, if port range is given.");

    [Fact]
    public async Task Help_names_the_server_too()
    {
        string help = (await CommandRun.OfAsync("--help")).Good().Output;
        Assert.All(["up", "control", "forward", "replay", "status"], word => Assert.Matches($@"\b{word}\b", help));
    }

    [Theory]
    [InlineData("pair", "create", "p")]
    [InlineData("pair", "create", "p", "--ingress", "a", "--egress", "b", "--weight", "many")]
    [InlineData("pair", "set", "p")]
    [InlineData("pair")]
    [InlineData("chain", "create", "c")]
    [InlineData("chain", "delete")]
    [InlineData("chain", "explode")]
    [InlineData("classifier", "create", "c", "--source-port", "1:2:3")]
    [InlineData("group", "create", "c", "--egress-tuple", "x")]
    [InlineData("plan")]
    [InlineData("apply")]
    [InlineData("check")]
    [InlineData("chain", "list", "--server", "ftp://x")]
    public async Task Wrong_usage_exits_with_2(params string[] arguments)
    {
        CommandRun run = await CommandRun.OfAsync(arguments);
        Assert.Equal(2, run.Status);
        Assert.NotEmpty(run.Error);
    }

    private Task<CommandRun> RunAsync(params string[] arguments) => CommandRun.OfAsync([.. arguments, "--server", _host.Address.ToString()]);

    private IEnumerable<string> Groups() => _host.Current.PortChains.Single().PortPairGroups.Select(id => _host.Current.PortPairGroups[id].Name);

    private async Task PortsAsync(params string[] names)
    {
        (await RunAsync("network", "create", "n")).Good();
        foreach (string name in names)
        {
            (await RunAsync("port", "create", name, "--network", "n", "--device", "vm")).Good();
        }
    }

    private async Task ChainAsync()
    {
        await PortsAsync("a", "b", "src");
        foreach ((string port, int number) in new[] { ("a", 1), ("b", 2) })
        {
            (await RunAsync("pair", "create", $"pp{number}", "--ingress", port, "--egress", port, "--correlation", "nsh")).Good();
            (await RunAsync("group", "create", $"g{number}", "--pair", $"pp{number}")).Good();
        }

        (await RunAsync("classifier", "create", "c", "--logical-source-port", "src")).Good();
        (await RunAsync("chain", "create", "ch", "--group", "g1", "--classifier", "c", "--correlation", "nsh", "--symmetric", "--chain-id", "77")).Table();
    }
}
