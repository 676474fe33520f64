using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using NetworkingSfc.Control.Drivers;
using NetworkingSfc.Control.Drivers.Forwarder;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Publishing;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.State;
using NetworkingSfc.Control.Store.Sqlite;

namespace NetworkingSfc.Benchmarks.Control;

/// <summary>
/// How the control side bears 10,000 classifiers in 100 chains, by the clock: each number is the whole of one run, with the
/// file system in it, which a benchmark of repeated short calls would not show.
/// </summary>
internal static class ScaleRun
{
    private const int Chains = 100;
    private const int ClassifiersPerChain = 100;
    private const int Classifiers = Chains * ClassifiersPerChain;
    private const int Page = 1000;
    private const int Lists = 20;
    private const int Syncs = 300;
    private const int SyncBytes = 8192;

    public static async Task<int> RunAsync()
    {
        Import();
        Sync();
        await CreateAsync("without compiling", CompileResult.Success, (_, _) => { });
        DriverSet driver = new(new ForwarderDriver());
        Sync();
        await CreateAsync("with compiling", driver.Compile, driver.Publish);
        Sync();
        DriverSet ofPorts = new(new ForwarderDriver());
        await CreateAsync("with compiling", ofPorts.Compile, ofPorts.Publish, hasPorts: true);
        Sync();
        return 0;
    }

    /// <summary>What the disk takes for one write at this moment: on a shared disk it differs tenfold from minute to minute. Not a bound: syncs of the log were seen to take less.</summary>
    private static void Sync()
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("sfc-bench-");
        double[] milliseconds = new double[Syncs];
        using (FileStream file = File.Create(Path.Combine(directory.FullName, "sync"), bufferSize: 1))
        {
            for (int sync = 0; sync < Syncs; sync++)
            {
                Stopwatch clock = Stopwatch.StartNew();
                file.Write(new byte[SyncBytes]);
                file.Flush(flushToDisk: true);
                milliseconds[sync] = clock.Elapsed.TotalMilliseconds;
            }
        }

        directory.Delete(recursive: true);
        Array.Sort(milliseconds);
        Report($"fsync of {SyncBytes} bytes now", milliseconds[Syncs / 2], "ms in the middle", string.Create(CultureInfo.InvariantCulture, $"{milliseconds.Average():0.00} on average"));
    }

    private static void Import()
    {
        byte[] document = Encoding.UTF8.GetBytes(Document().ToJsonString());
        DirectoryInfo directory = Directory.CreateTempSubdirectory("sfc-bench-");
        using (SqliteStateStore store = SqliteStateStore.Open(directory.FullName))
        {
            DriverSet driver = new(new ForwarderDriver());
            TimeSpan worked = Environment.CpuUsage.TotalTime;
            Stopwatch clock = Stopwatch.StartNew();
            StateReading reading = StateDocument.Parse(document);
            TimeSpan read = clock.Elapsed;
            ResourceSet set = reading.Document!.Resources with { Revision = 1 };
            CompileResult compiled = driver.Compile(set);
            TimeSpan compile = clock.Elapsed - read;
            ApiProblem? problem = store.SaveAsync(ResourceSet.Empty, set).AsTask().Result;
            Report($"import of {document.Length} bytes", clock.Elapsed.TotalSeconds, "s",
                $"read and check {read.TotalSeconds:0.00}, compile {compile.TotalSeconds:0.00}, save {(clock.Elapsed - read - compile).TotalSeconds:0.00}; CPU {(Environment.CpuUsage.TotalTime - worked).TotalSeconds:0.00}");
            if (problem is not null || compiled.Compiled is null)
            {
                throw new InvalidOperationException("The document is fine, but it was refused.");
            }
        }

        Stopwatch opening = Stopwatch.StartNew();
        using (SqliteStateStore.Open(directory.FullName))
        {
            Report("opening a store of that size", opening.Elapsed.TotalSeconds, "s", $"{new FileInfo(Path.Combine(directory.FullName, SqliteStateStore.FileName)).Length} bytes");
        }

        directory.Delete(recursive: true);
    }

    private static async Task CreateAsync(string how, CompileResources compile, PublishResources publish, bool hasPorts = false)
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("sfc-bench-");
        using (SqliteStateStore store = SqliteStateStore.Open(directory.FullName))
        {
            await using ControlHost host = ControlHost.Build(new ControlHostOptions
            {
                Listen = ListenAddress.Parse("127.0.0.1:0"),
                LogToConsole = false,
                Store = store,
                Compile = compile,
                Publish = publish,
                Quotas = Quotas.Names.Aggregate(Quotas.Default, (quotas, name) => quotas.With(name, -1)),
            });
            await host.StartAsync();
            using HttpClient client = new() { BaseAddress = host.Address };
            await CreateAsync(how, client, hasPorts);
            await ListAsync(how, client);
        }

        directory.Delete(recursive: true);
    }

    private static async Task CreateAsync(string how, HttpClient client, bool hasPorts)
    {
        string[] classifiers = new string[Classifiers];
        Stopwatch clock = Stopwatch.StartNew();
        for (int index = 0; index < Classifiers; index++)
        {
            classifiers[index] = await PostAsync(client, "flow_classifier", Classifier(index));
        }

        Report($"classifiers one by one, {how}", Classifiers / clock.Elapsed.TotalSeconds, "changes/s", "");
        string[] pairs = hasPorts ? await CreatePairsAsync(client) : [];
        TimeSpan worked = Environment.CpuUsage.TotalTime;
        clock.Restart();
        for (int index = 0; index < Chains; index++)
        {
            string group = await PostAsync(client, "port_pair_group", new JsonObject { ["port_pairs"] = new JsonArray([.. pairs.Skip(index).Take(1).Select(id => JsonValue.Create(id))]) });
            JsonNode[] own = [.. classifiers.AsSpan(index * ClassifiersPerChain, ClassifiersPerChain).ToArray().Select(id => JsonValue.Create(id))];
            await PostAsync(client, "port_chain", new JsonObject { ["port_pair_groups"] = new JsonArray(group), ["flow_classifiers"] = new JsonArray(own) });
        }

        Report($"chains of {ClassifiersPerChain} classifiers with a group {(hasPorts ? "of one pair " : "")}each, {how}", 2 * Chains / clock.Elapsed.TotalSeconds, "changes/s",
            $"CPU {(Environment.CpuUsage.TotalTime - worked).TotalMilliseconds / (2 * Chains):0.0} ms each, client and server");
    }

    /// <summary>A pair of ports for each chain and as many ports of hosts, whose table holds the rules of all chains.</summary>
    private static async Task<string[]> CreatePairsAsync(HttpClient client)
    {
        string network = await PostAsync(client, "network", new JsonObject());
        string[] pairs = new string[Chains];
        for (int index = 0; index < Chains; index++)
        {
            JsonObject Port() => new() { ["network_id"] = network, ["device_id"] = $"function {index}" };
            await PostAsync(client, "port", Port());
            pairs[index] = await PostAsync(client, "port_pair", new JsonObject
            {
                ["ingress"] = await PostAsync(client, "port", Port()),
                ["egress"] = await PostAsync(client, "port", Port()),
                ["service_function_parameters"] = new JsonObject { ["correlation"] = null },
            });
        }

        return pairs;
    }

    private static async Task ListAsync(string how, HttpClient client)
    {
        double best = double.MaxValue;
        double worst = 0;
        for (int list = 0; list < Lists; list++)
        {
            Stopwatch clock = Stopwatch.StartNew();
            await client.GetStringAsync($"/v2.0/sfc/flow_classifiers?limit={Page}");
            (best, worst) = (Math.Min(best, clock.Elapsed.TotalMilliseconds), Math.Max(worst, clock.Elapsed.TotalMilliseconds));
        }

        Report($"list of a page of {Page}, {how}", best, "ms at best", $"{worst:0.0} at worst");
    }

    private static async Task<string> PostAsync(HttpClient client, string singular, JsonObject resource)
    {
        using HttpResponseMessage response = await client.PostAsJsonAsync($"/v2.0/{(singular is "network" or "port" ? "" : "sfc/")}{singular}s", new JsonObject { [singular] = resource });
        response.EnsureSuccessStatusCode();
        return (string)(await response.Content.ReadFromJsonAsync<JsonNode>())![singular]!["id"]!;
    }

    private static JsonObject Document()
    {
        JsonArray classifiers = [.. Enumerable.Range(0, Classifiers).Select(index =>
        {
            JsonObject classifier = Classifier(index);
            classifier["name"] = $"c{index}";
            return (JsonNode)classifier;
        })];
        JsonArray groups = [.. Enumerable.Range(0, Chains).Select(index => (JsonNode)new JsonObject { ["name"] = $"g{index}" })];
        JsonArray chains = [.. Enumerable.Range(0, Chains).Select(index => (JsonNode)new JsonObject
        {
            ["port_pair_groups"] = new JsonArray($"g{index}"),
            ["flow_classifiers"] = new JsonArray([.. Enumerable.Range(index * ClassifiersPerChain, ClassifiersPerChain).Select(own => JsonValue.Create($"c{own}"))]),
        })];
        return new JsonObject { ["port_pair_groups"] = groups, ["flow_classifiers"] = classifiers, ["port_chains"] = chains };
    }

    /// <summary>Classifiers as of many small customers: an address and a port each, no two alike.</summary>
    private static JsonObject Classifier(int index) => new()
    {
        ["protocol"] = "tcp",
        ["source_ip_prefix"] = $"10.{index / 256}.{index % 256}.0/24",
        ["destination_port_range_min"] = 443,
        ["destination_port_range_max"] = 443,
    };

    private static void Report(string what, double value, string unit, string detail) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {value:0.00} {unit} {detail}").TrimEnd());
}
