using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.VirtualLinks;

namespace NetworkingSfc.Control.Tests.Hosting;

/// <summary><c>sfc up</c> with real interfaces: what clients bind by HTTP moves frames through a chain.</summary>
public sealed class LivePortsTests : IDisposable
{
    private const string Library = "libpcap.so.0.8";
    private const string Network = "11111111-0000-4000-8000-000000000001";
    private static readonly string[] _names = ["src", "in", "out", "dst"];
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _often = TimeSpan.FromMilliseconds(100);

    private readonly VethPair[] _links;
    private readonly PacketSocket[] _peers;

    public LivePortsTests()
    {
        Assert.SkipUnless(NativeLibrary.TryLoad(Library, out _), $"{Library} is not installed: apt-get install libpcap0.8");
        Assert.SkipWhen(VethPair.Unavailable is not null, VethPair.Unavailable ?? "");
        _links = [.. _names.Select(_ => VethPair.Create())];
        _peers = [.. _links.Select(link => new PacketSocket(link.Second))];
    }

    public void Dispose()
    {
        foreach (IDisposable made in (IEnumerable<IDisposable>)[.. _peers ?? [], .. _links ?? []])
        {
            made.Dispose();
        }
    }

    [Fact]
    public async Task A_chain_bound_by_the_api_moves_frames_and_goes_on_when_an_interface_comes_back()
    {
        using ServerProcess server = await ServerProcess.StartAsync("up", "--listen", "127.0.0.1:0", "--data", ":memory:", "--workers", "2", "--idle", "sleep");
        using HttpClient client = new() { BaseAddress = new Uri(server.Address) };
        await PutAsync(client, $"networks/{Network}", "{\"network\": {}}");
        for (int port = 0; port < _names.Length; port++)
        {
            await BindAsync(client, port, _links[port].First);
        }

        string pair = await PostAsync(client, "sfc/port_pairs", $$$"""{"port_pair": {"name": "f", "ingress": "{{{Id(1)}}}", "egress": "{{{Id(2)}}}"} }""");
        string group = await PostAsync(client, "sfc/port_pair_groups", $$$"""{"port_pair_group": {"name": "g", "port_pairs": ["{{{pair}}}"]} }""");
        string classifier = await PostAsync(client, "sfc/flow_classifiers", $$$"""{"flow_classifier": {"name": "c", "protocol": "udp", "logical_source_port": "{{{Id(0)}}}"} }""");
        _ = await PostAsync(client, "sfc/port_chains", $$$"""{"port_chain": {"name": "p", "port_pair_groups": ["{{{group}}}"], "flow_classifiers": ["{{{classifier}}}"]} }""");

        // Into the chain, to the function with its address; from the function, on to whom the frame is for.
        byte[] sent = Datagram(Mac(3)).Build();
        await CrossAsync(from: 0, to: 1, sent, Datagram(Mac(1)).Build(), "at the function");
        await CrossAsync(from: 2, to: 3, sent, sent, "at the destination");

        // The destination's interface goes, everything else goes on, and it is found again under its name.
        _links[3].Remove();
        await CrossAsync(from: 0, to: 1, sent, Datagram(Mac(1)).Build(), "at the function, meanwhile");
        _links[3].Make();
        _peers[3].Dispose();
        _peers[3] = new PacketSocket(_links[3].Second);
        await CrossAsync(from: 2, to: 3, sent, sent, "at the destination, after it came back");

        // Another interface for the same port is a re-attach.
        await BindAsync(client, 0, _links[3].First, vlan: 7, expected: HttpStatusCode.OK);
        await BindAsync(client, 3, _links[0].First, vlan: null, expected: HttpStatusCode.OK);
        byte[] tagged = Datagram(Mac(3), vlan: 7).Build();
        await CrossAsync(from: 3, to: 1, tagged, Datagram(Mac(1)).Build(), "from the other interface, in VLAN 7");
        await CrossAsync(from: 2, to: 0, sent, sent, "at the destination's other interface");
        await server.SignalAsync("TERM");
        Assert.Equal((0, "", ""), await server.EndAsync());
    }

    [Fact]
    public async Task Ports_are_attached_by_the_configuration_file_and_again_when_it_is_read_again()
    {
        using TemporaryFolder folder = new();
        string file = folder.File("sfc.toml");
        await File.WriteAllTextAsync(file, Attaching((0, 0), (3, 3)), TestContext.Current.CancellationToken);
        using ServerProcess server = await ServerProcess.StartAsync("up", "--config", file, "--listen", "127.0.0.1:0");
        using HttpClient client = new() { BaseAddress = new Uri(server.Address) };
        await PutAsync(client, $"networks/{Network}", "{\"network\": {}}");
        foreach (int port in (int[])[0, 3])
        {
            await PutAsync(client, $"ports/{Id(port)}", $$$"""{"port": {"name": "{{{_names[port]}}}", "network_id": "{{{Network}}}", "mac_address": "{{{Mac(port)}}}"} }""");
        }

        byte[] sent = Datagram(Mac(3)).Build();
        await CrossAsync(from: 0, to: 3, sent, sent, "at the port attached by file");

        await File.WriteAllTextAsync(file, Attaching((0, 0), (3, 1)), TestContext.Current.CancellationToken);
        await server.SignalAsync("HUP");
        await CrossAsync(from: 0, to: 1, sent, sent, "at its other interface");

        await File.WriteAllTextAsync(file, "[[port]]\nkind = \"libpcap\"\n", TestContext.Current.CancellationToken);
        await server.SignalAsync("HUP");
        await server.SaysAsync($"The configuration stays as it was. {file}:1: A [[port]] needs the setting 'port'.");
        await CrossAsync(from: 0, to: 1, sent, sent, "at its other interface, still");

        string Attaching(params (int Port, int Link)[] ports) => "[control]\ndata = \":memory:\"\n" + string.Concat(ports.Select(port =>
            $"[[port]]\nport = \"{(port.Port == 0 ? Id(0) : _names[port.Port])}\"\nkind = \"libpcap\"\ninterface = \"{_links[port.Link].First}\"\n"));
    }

    [Theory]
    [InlineData("--workers", "0", "Accepted is a whole number from 1 to 64")]
    [InlineData("--cpus", "4095", "this machine has no CPU 4095 that is online")]
    [InlineData("--cpus", "x", "'x' is neither a number nor a range")]
    [InlineData("--idle", "rest", "Accepted are spin, yield, sleep")]
    public async Task Workers_that_are_not_possible_are_wrong_usage(string option, string value, string reason)
    {
        (int status, _, string error) = await ServerProcess.RunAsync("up", "--listen", "127.0.0.1:0", "--data", ":memory:", option, value);
        Assert.Equal(2, status);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workers_and_cpus_that_contradict_each_other_are_wrong_usage()
    {
        (int status, _, string error) = await ServerProcess.RunAsync("up", "--listen", "127.0.0.1:0", "--data", ":memory:", "--workers", "2", "--cpus", "0");
        Assert.Equal((2, "--cpus names 1 CPUs for --workers 2. Accepted is one CPU for each worker, or --cpus alone."), (status, error.Trim()));
    }

    private static string Id(int port) => $"22222222-0000-4000-8000-00000000000{port}";

    private static string Mac(int port) => $"02:00:00:00:00:0{port + 1}";

    private static PacketBuilder Datagram(string to, ushort? vlan = null)
    {
        PacketBuilder link = new PacketBuilder().Ethernet(to, "02:00:00:00:aa:01");
        return (vlan is ushort id ? link.Vlan(id) : link).Ipv4("10.0.0.1", "10.0.0.4").Udp(1000, 2000).Payload(40);
    }

    private static Task BindAsync(HttpClient client, int port, string interfaceName, int? vlan = null, HttpStatusCode expected = HttpStatusCode.Created) =>
        PutAsync(client, $"ports/{Id(port)}", $$$"""
            {"port": {"name": "{{{_names[port]}}}", "network_id": "{{{Network}}}", "mac_address": "{{{Mac(port)}}}", "device_id": "{{{(port is 1 or 2 ? "f" : "h")}}}",
              "binding:vif_type": "other", "binding:vif_details": {"kind": "libpcap", "interface": "{{{interfaceName}}}"{{{(vlan is null ? "" : $", \"vlan\": {vlan}")}}} } }}
            """, expected);

    private static async Task PutAsync(HttpClient client, string path, string body, HttpStatusCode expected = HttpStatusCode.Created)
    {
        using HttpResponseMessage answer = await client.PutAsJsonAsync($"v2.0/{path}?create=true", JsonNode.Parse(body), TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == expected, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    // Gives the id.
    private static async Task<string> PostAsync(HttpClient client, string path, string body)
    {
        using HttpResponseMessage answer = await client.PostAsJsonAsync($"v2.0/{path}", JsonNode.Parse(body), TestContext.Current.CancellationToken);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, text);
        return (string)JsonNode.Parse(text)!.AsObject().First().Value!["id"]!;
    }

    // Ports come up when they can, so the frame is sent until it arrives.
    private async Task CrossAsync(int from, int to, byte[] frame, byte[] expected, string where)
    {
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < _patience)
        {
            _peers[from].Send(frame);
            if (_peers[to].Receive(1, _often) is [byte[] arrived])
            {
                // What was sent more than once is out of the way before the next crossing.
                await Task.Delay(_often, TestContext.Current.CancellationToken);
                _ = _peers[to].Receive(1_000, TimeSpan.Zero);
                PacketAssert.Equal(expected, arrived, where);
                return;
            }
        }

        throw new InvalidOperationException($"Nothing came {where} within {_patience}.");
    }
}
