using System.Diagnostics;
using System.Text.Json.Nodes;
using NetworkingSfc.Control.Tests.Hosting;
using NetworkingSfc.Testing.VirtualLinks;

namespace NetworkingSfc.Control.Tests.RealFunctions;

/// <summary>
/// A group with one function at interfaces of the forwarder and one behind an Open vSwitch beside it, to which a single wire with VLANs
/// leads. Both route by Linux and count what they pass on.
/// </summary>
public sealed class AdjacentSwitchTests : IAsyncLifetime
{
    private const int Sources = 16;
    private const int Pings = 5;
    private const int InVlan = 10;
    private const int OutVlan = 11;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly LabNetwork _network = new();
    private readonly RoleProcesses _roles = new();
    private readonly List<ServerProcess> _processes = [];
    private NetworkNamespace _client = null!;
    private NetworkNamespace _near = null!;
    private NetworkNamespace _far = null!;
    private AdjacentSwitch _switch = null!;

    public async ValueTask InitializeAsync()
    {
        try
        {
            await SetUpAsync();
        }
        catch
        {
            // Nobody else does for what could not be set up.
            await DisposeAsync();
            throw;
        }
    }

    [Fact]
    public void Functions_behind_the_forwarder_and_behind_the_switch_share_the_flows_and_each_keeps_its_own()
    {
        (long near, long far) = (Passed(_near), Passed(_far));
        for (int source = 0; source < Sources; source++)
        {
            Assert.Contains($" {Pings} received, 0% packet loss", _client.Read("ping", "-c", $"{Pings}", "-i", "0.01", "-I", Source(source), "10.0.0.4"), StringComparison.Ordinal);
        }

        (near, far) = (Passed(_near) - near, Passed(_far) - far);
        Assert.Equal(Sources * Pings, near + far);
        Assert.Equal((0, 0), (near % Pings, far % Pings));
        Assert.InRange(near, Pings, (Sources - 1) * Pings);
    }

    [Fact]
    public void A_switch_that_is_killed_takes_only_the_function_behind_it_along_and_brings_it_back()
    {
        int[] near = [.. Enumerable.Range(0, Sources).Where(source => IsPassedBy(_near, source))];
        int[] far = [.. Enumerable.Range(0, Sources).Except(near)];
        Assert.All([near, far], Assert.NotEmpty);

        _switch.Kill();
        Assert.All(near, source => Assert.True(IsAnswered(source), $"Nobody answers {Source(source)}, whose function is not behind the switch."));
        Assert.False(IsAnswered(far[0]));

        _switch.Restart();
        Assert.All(far, AwaitAnswer);
        Assert.All(far, source => Assert.True(IsPassedBy(_far, source)));
    }

    public ValueTask DisposeAsync()
    {
        foreach (IDisposable? made in (IEnumerable<IDisposable?>)[.. Enumerable.Reverse(_processes), _roles, _switch, _network])
        {
            made?.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private static string Source(int source) => $"10.0.0.{100 + source}";

    private static long Passed(NetworkNamespace function) => LabNetwork.Count(function, "inet", "f", "passed");

    private bool IsPassedBy(NetworkNamespace function, int source)
    {
        long before = Passed(function);
        Assert.True(IsAnswered(source));
        return Passed(function) > before;
    }

    private bool IsAnswered(int source)
    {
        try
        {
            _client.Read("ping", "-c", "1", "-W", "1", "-I", Source(source), "10.0.0.4");
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private void AwaitAnswer(int source)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (!IsAnswered(source))
        {
            Assert.True(clock.Elapsed < _patience, $"Nobody answers {Source(source)}.");
        }
    }

    private JsonNode State() => JsonNode.Parse($$$"""
        {"revision": 50, "networks": [{"name": "n", "switching": "learn"}],
         "ports": [{{{Port("src", "00:01", Source(0), "src")}}}, {{{Port("dst", "00:04", "10.0.0.4", "dst")}}},
            {{{Port("near-in", "00:21", "10.0.0.21", "near-in")}}}, {{{Port("near-out", "00:22", "10.0.0.22", "near-out")}}},
            {{{Port("far-in", "00:31", "10.0.0.31", "wire", InVlan)}}}, {{{Port("far-out", "00:32", "10.0.0.32", "wire", OutVlan)}}}],
         "port_pairs": [{"name": "near", "ingress": "near-in", "egress": "near-out"}, {"name": "far", "ingress": "far-in", "egress": "far-out"}],
         "port_pair_groups": [{"name": "g", "port_pairs": ["near", "far"]}],
         "flow_classifiers": [{"name": "c", "ethertype": "IPv4", "destination_ip_prefix": "10.0.0.4/32", "logical_source_port": "src"}],
         "port_chains": [{"name": "c", "port_pair_groups": ["g"], "flow_classifiers": ["c"]}]}
        """)!;

    private string Port(string name, string mac, string address, string link, int? vlanId = null) => $$$"""
        {"name": "{{{name}}}", "network_id": "n", "mac_address": "02:00:00:00:{{{mac}}}", "fixed_ips": [{"ip_address": "{{{address}}}"}], "device_id": "{{{name.Split('-')[0]}}}",
         "binding:vif_type": "other", "binding:vif_details": {"kind": "af-packet", "interface": "{{{_network.Outside(link)}}}"{{{(vlanId is null ? "" : $", \"vlan\": {vlanId}")}}} } }
        """;

    private async Task SetUpAsync()
    {
        string? missing = VethPair.Unavailable ?? AdjacentSwitch.Unavailable;
        Assert.SkipWhen(missing is not null, missing ?? "");
        (_client, _near, _far, NetworkNamespace server, NetworkNamespace beside) = (_network.Add(), _network.Add(), _network.Add(), _network.Add(), _network.Add());
        _network.Join("src", _client, "00:01", [.. Enumerable.Range(0, Sources).Select(source => $"{Source(source)}/24")]);
        _network.Join("dst", server, "00:04", "10.0.0.4/24");
        _network.Join("near-in", _near, "00:21", "10.0.0.21/32");
        _network.Join("near-out", _near, "00:22", "10.0.0.22/24");
        _network.Join("far-in", _far, "00:31", "10.0.0.31/32");
        _network.Join("far-out", _far, "00:32", "10.0.0.32/24");
        _network.Join("wire", beside, mac: null);
        beside.Take(_network.Outside("far-in"));
        beside.Take(_network.Outside("far-out"));
        _switch = new AdjacentSwitch(beside, (_network.Inside("wire"), null), (_network.Outside("far-in"), InVlan), (_network.Outside("far-out"), OutVlan));
        foreach ((NetworkNamespace function, string port) in ((NetworkNamespace, string)[])[(_near, "near-in"), (_far, "far-in")])
        {
            _network.MakeRouter(function, _network.Inside(port), "10.0.0.96/27", """
                table inet f {
                  counter passed {}
                  chain forward {
                    type filter hook forward priority filter; policy accept;
                    counter name passed
                  }
                }
                """);
        }

        _processes.Add(await _roles.ForwardAsync());
        _processes.Add(await _roles.ControlAsync());
        await RoleProcesses.PutAsync(_processes[1], State());
        Assert.All(Enumerable.Range(0, Sources), AwaitAnswer);
    }
}
