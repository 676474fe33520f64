using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using NetworkingSfc.Control.Tests.Hosting;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.VirtualLinks;

namespace NetworkingSfc.Control.Tests.RealFunctions;

/// <summary>
/// A client and a server in network namespaces of their own, and between them a chain of what Linux has, each in a namespace too: an nftables
/// firewall that routes, a passive tap, a bridge on two TAPs, and an nftables NAT. The two roles forward, on veth and TAP.
/// </summary>
public sealed class FunctionLab : IAsyncLifetime
{
    /// <summary>Address of the client.</summary>
    public const string ClientAddress = "10.0.0.1";

    /// <summary>Address of the server.</summary>
    public const string ServerAddress = "10.0.0.4";

    /// <summary>Address that the NAT gives to what comes from the client.</summary>
    public const string NatAddress = "10.0.0.100";

    /// <summary>UDP and TCP port that the firewall lets nobody reach.</summary>
    public const int BlockedPort = 9_999;

    private static readonly string[] _programs = ["nft", "iperf3", "curl", "ping", "tcpdump", "python3"];
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly LabNetwork _network = new();
    private readonly Dictionary<string, string> _taps = new() { ["br-in"] = TapInterface.FreeName(), ["br-out"] = TapInterface.FreeName() };
    private readonly RoleProcesses _roles = new();
    private NetworkNamespace[] _namespaces = [];
    private ServerProcess? _forward;
    private ServerProcess? _control;
    private CounterFile? _counters;

    /// <summary>Why there is no lab, for the reason of a skipped test; or null.</summary>
    public static string? Unavailable { get; } = VethPair.Unavailable ?? NetworkNamespace.Unavailable
        ?? _programs.Where(program => !IsInstalled(program)).Select(program => $"{program} is not installed: tools/test says which package has it").FirstOrDefault();

    /// <summary>Where the client is.</summary>
    public NetworkNamespace Client => _namespaces[0];

    /// <summary>Where the server is.</summary>
    public NetworkNamespace Server => _namespaces[1];

    /// <summary>Where the firewall is.</summary>
    public NetworkNamespace Firewall => _namespaces[2];

    /// <summary>Where the NAT is.</summary>
    public NetworkNamespace Nat => _namespaces[3];

    /// <summary>Where the tap listens.</summary>
    public NetworkNamespace Watcher => _namespaces[4];

    /// <summary>The interface at which it does.</summary>
    public string WatchedInterface => _network.Inside("tap");

    private NetworkNamespace Bridge => _namespaces[5];

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

    /// <summary><see cref="Steered"/> once nothing has moved for a second: what other tests have left under way (the end of a connection, sent again) is over.</summary>
    public long[] SteeredAtRest()
    {
        Stopwatch clock = Stopwatch.StartNew();
        long[] last = Steered();
        for (TimeSpan since = clock.Elapsed; clock.Elapsed - since < TimeSpan.FromSeconds(1); Thread.Sleep(50))
        {
            long[] next = Steered();
            (last, since) = (next, next.SequenceEqual(last) ? since : clock.Elapsed);
            Assert.True(clock.Elapsed < _patience, "Frames go on moving with nobody sending any.");
        }

        return last;
    }

    /// <summary>Frames sent to members of groups so far, by the number of the counter: each hop, and the tap, each way.</summary>
    public long[] Steered()
    {
        List<long> sums = [];
        foreach (WorkerCounters worker in _counters!.Workers)
        {
            ReadOnlySpan<PacketCount> rows = worker.Steered;
            for (int row = 0; row < rows.Length; row++)
            {
                if (row == sums.Count)
                {
                    sums.Add(0);
                }

                sums[row] += rows[row].Packets;
            }
        }

        return [.. sums];
    }

    /// <summary>Frames dropped so far, by reason; those without a number are left out.</summary>
    public Dictionary<DropReason, long> Dropped()
    {
        Dictionary<DropReason, long> dropped = [];
        foreach (WorkerCounters worker in _counters!.Workers)
        {
            foreach (DropReason reason in Enum.GetValues<DropReason>())
            {
                long frames = worker.Dropped[(int)reason];
                if (frames > 0)
                {
                    dropped[reason] = dropped.GetValueOrDefault(reason) + frames;
                }
            }
        }

        return dropped;
    }

    /// <summary>Frames that a named counter of the firewall's rules has seen.</summary>
    public long FirewallCount(string counter) => LabNetwork.Count(Firewall, "inet", "f", counter);

    /// <summary>Flows that the NAT has written anew.</summary>
    public long NatCount() => LabNetwork.Count(Nat, "ip", "n", "flows");

    /// <summary>Segments and datagrams that a namespace has thrown away because of their checksum.</summary>
    public static long ChecksumErrors(NetworkNamespace where)
    {
        // Pairs of lines: names, then values.
        string[][] lines = [.. where.Read("cat", "/proc/net/snmp").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))];
        return lines.Chunk(2).SelectMany(pair => pair[0].Zip(pair[1])).Where(entry => entry.First.Contains("InCsumErrors", StringComparison.Ordinal))
            .Sum(entry => long.Parse(entry.Second, CultureInfo.InvariantCulture));
    }

    /// <summary>A path in a folder of this lab.</summary>
    public string File(string name) => _network.File(name);

    /// <summary>Starts a program that goes on and waits until it says, by its errors or its output, that it is ready.</summary>
    public static async Task<Process> StartAsync(NetworkNamespace where, string ready, string command, params string[] arguments)
    {
        Process started = where.Start(command, arguments);
        Task<string?> said = FirstLineAsync(started.StandardError, ready);
        Task<string?> saidOnOutput = FirstLineAsync(started.StandardOutput, ready);
        Task<string?> first = await Task.WhenAny(said, saidOnOutput).WaitAsync(_patience);
        Assert.True(await first is not null, $"{command} ended before it was ready.");
        return started;
    }

    public ValueTask DisposeAsync()
    {
        _counters?.Dispose();
        foreach (IDisposable? made in (IEnumerable<IDisposable?>)[_control, _forward, _roles, _network])
        {
            made?.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private static async Task<string?> FirstLineAsync(StreamReader from, string ready)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            if (line.Contains(ready, StringComparison.Ordinal))
            {
                return line;
            }
        }

        return null;
    }

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Any(folder => System.IO.File.Exists(Path.Combine(folder, program)));

    // Each port has the MAC address of the interface behind it, but for the bridge, which has no part in any address.
    private JsonNode State() => JsonNode.Parse($$$"""
        {"revision": 50, "networks": [{"name": "n", "switching": "learn"}],
         "ports": [{{{string.Join(", ", (string[])[
            .. _network.Ports.Select(port => Port(port, "af-packet", _network.Outside(port))), .. _taps.Select(tap => Port(tap.Key, "tap", tap.Value))])}}}],
         "port_pairs": [{"name": "fw", "ingress": "fw-in", "egress": "fw-out"}, {"name": "br", "ingress": "br-in", "egress": "br-out"},
            {"name": "nat", "ingress": "nat-in", "egress": "nat-out"}, {"name": "tap", "ingress": "tap", "egress": "tap"}],
         "port_pair_groups": [{"name": "fw", "port_pairs": ["fw"]}, {"name": "tap", "port_pairs": ["tap"], "tap_enabled": true},
            {"name": "br", "port_pairs": ["br"]}, {"name": "nat", "port_pairs": ["nat"], "exclusive": true}],
         "flow_classifiers": [{"name": "c", "ethertype": "IPv4", "source_ip_prefix": "{{{ClientAddress}}}/32", "logical_source_port": "src", "logical_destination_port": "dst"}],
         "port_chains": [{"name": "c", "port_pair_groups": ["fw", "tap", "br", "nat"], "flow_classifiers": ["c"], "chain_parameters": {"symmetric": true}}]}
        """)!;

    private static string Port(string name, string kind, string device)
    {
        (string mac, string addresses) = name switch
        {
            "src" => ("00:01", ClientAddress),
            "dst" => ("00:04", ServerAddress),
            "fw-in" => ("00:21", "10.0.0.21"),
            "fw-out" => ("00:22", "10.0.0.22"),
            "nat-in" => ("00:31", "10.0.0.31"),
            "nat-out" => ("00:32", NatAddress),
            "br-in" => ("00:41", ""),
            "br-out" => ("00:42", ""),
            _ => ("00:51", ""),
        };
        string fixedIps = addresses.Length == 0 ? "" : $$"""{"ip_address": "{{addresses}}"}""";
        return $$$"""
            {"name": "{{{name}}}", "network_id": "n", "mac_address": "02:00:00:00:{{{mac}}}", "fixed_ips": [{{{fixedIps}}}], "device_id": "{{{name.Split('-')[0]}}}",
             "binding:vif_type": "other", "binding:vif_details": {"kind": "{{{kind}}}", "interface": "{{{device}}}"} }
            """;
    }

    private void AwaitChain()
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (Ping() is { } failure)
        {
            Assert.True(clock.Elapsed < _patience, $"No ping came back: {failure}; steered {string.Join(' ', Steered())}; dropped {string.Join(' ', Dropped())}");
        }

        string? Ping()
        {
            try
            {
                Client.Read("ping", "-c", "1", "-W", "1", ServerAddress);
                return null;
            }
            catch (InvalidOperationException failure)
            {
                return failure.Message;
            }
        }
    }

    private async Task SetUpAsync()
    {
        if (Unavailable is not null)
        {
            return;
        }

        _namespaces = [.. Enumerable.Range(0, 6).Select(_ => _network.Add())];
        _network.Join("src", Client, "00:01", $"{ClientAddress}/24");
        _network.Join("dst", Server, "00:04", $"{ServerAddress}/24");
        _network.Join("fw-in", Firewall, "00:21", "10.0.0.21/32");
        _network.Join("fw-out", Firewall, "00:22", "10.0.0.22/24");
        _network.Join("nat-in", Nat, "00:31", "10.0.0.31/32");
        _network.Join("nat-out", Nat, "00:32", $"{NatAddress}/24");
        _network.Join("tap", Watcher, "00:51");
        _network.MakeRouter(Firewall, _network.Inside("fw-in"), $"{ClientAddress}/32", $$"""
            table inet f {
              counter blocked {}
              counter forth {}
              counter back {}
              chain forward {
                type filter hook forward priority filter; policy accept;
                th dport {{BlockedPort}} counter name blocked drop
                iifname "{{_network.Inside("fw-in")}}" counter name forth
                iifname "{{_network.Inside("fw-out")}}" counter name back
              }
            }
            """);
        _network.MakeRouter(Nat, _network.Inside("nat-in"), $"{ClientAddress}/32", $$"""
            table ip n {
              counter flows {}
              chain postrouting { type nat hook postrouting priority srcnat; oifname "{{_network.Inside("nat-out")}}" counter name flows masquerade; }
            }
            """);

        _forward = await _roles.ForwardAsync();
        _counters = CounterFile.Open($"{_roles.SocketPath}.counters");
        _control = await _roles.ControlAsync();
        await RoleProcesses.PutAsync(_control, State());
        LabNetwork.Shell(Bridge, "ip link add br0 type bridge && ip link set br0 up");
        foreach (string made in _taps.Values)
        {
            Assert.True(SpinWait.SpinUntil(() => Directory.Exists($"/sys/class/net/{made}"), _patience), "The forwarder did not make its TAP.");
            Bridge.Take(made);
            LabNetwork.Shell(Bridge, $"ip link set {made} master br0");
        }

        AwaitChain();
    }
}
