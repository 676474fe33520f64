using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.Store;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.Http;

/// <summary>Clients that change things at once leave what the same requests leave one after the other.</summary>
public sealed class SerialOrderTests
{
    private const int Clients = 64;
    private const int RequestsEach = 200;
    private const int Objects = 12;

    [Fact]
    public async Task The_state_is_that_of_some_serial_order()
    {
        ConcurrentQueue<string> order = new();
        RecordingStore store = new(order);
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions { Store = store, Quotas = Quotas.Default.With("port_pair_group", -1) });
        using ApiClient client = new(host);
        ConcurrentDictionary<string, (string Method, string Path, string? Body)> requests = new();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(number => Task.Run(() => RunAsync(client, number, requests))));

        // Every change that was made names its request, so the order of the changes is an order of the requests.
        await using ControlHost other = await TestHost.StartAsync(new ControlHostOptions { Quotas = Quotas.Default.With("port_pair_group", -1) });
        using ApiClient serial = new(other);
        foreach (string name in order)
        {
            (string method, string path, string? body) = requests[name];
            (int status, JsonNode? answer) = await serial.SendAsync(method, path, body);
            Assert.True(status is 200 or 201, $"{method} {path}: {status} {answer?.ToJsonString()}");
        }

        JsonNode expected = (await serial.ExpectAsync(200, "GET", "/v2.0/sfc/state"))!;
        Assert.Equal(expected.ToJsonString(), (await client.ExpectAsync(200, "GET", "/v2.0/sfc/state"))!.ToJsonString());
        Assert.NotEmpty(host.Current.PortPairGroups);
    }

    [Fact]
    public async Task Reads_do_not_wait_for_writes()
    {
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions { Store = new WaitingStore(release.Task) });
        using ApiClient client = new(host);
        Task<(int Status, JsonNode? Body)>[] writes =
            [.. Enumerable.Range(0, Clients).Select(_ => client.SendAsync("POST", "/v2.0/networks", """{"network": {}}"""))];
        for (int round = 0; round < 50; round++)
        {
            Assert.Empty((await client.ExpectAsync(200, "GET", "/v2.0/networks"))!["networks"]!.AsArray());
            Assert.Equal(0, (long)(await client.ExpectAsync(200, "GET", "/v2.0/sfc/state"))!["revision"]!);
        }

        Assert.DoesNotContain(writes, write => write.IsCompleted);
        release.SetResult();
        Assert.All(await Task.WhenAll(writes), write => Assert.Equal((int)HttpStatusCode.Created, write.Status));
        Assert.Equal(Clients, host.Current.Networks.Count);
    }

    /// <summary>Makes and changes groups and chains over few ids, so that clients are in each other's way.</summary>
    private static async Task RunAsync(ApiClient client, int number, ConcurrentDictionary<string, (string, string, string?)> requests)
    {
        Random random = new(number);
        int count = LongRun.Scale(RequestsEach);
        for (int index = 0; index < count; index++)
        {
            string name = $"{number}-{index}";
            string group = Id(random.Next(Objects));
            (string Method, string Path, string Body) request = random.Next(5) switch
            {
                0 => ("PUT", $"/v2.0/sfc/port_pair_groups/{group}?create=true", $"{{\"port_pair_group\": {{\"name\": \"{name}\"}}}}"),
                1 => ("PUT", $"/v2.0/sfc/port_pair_groups/{group}", $"{{\"port_pair_group\": {{\"name\": \"{name}\"}}}}"),
                2 => ("PUT", $"/v2.0/networks/{group}?create=true", $"{{\"network\": {{\"name\": \"{name}\"}}}}"),
                3 => ("PUT", $"/v2.0/sfc/port_chains/{group}?create=true", $"{{\"port_chain\": {{\"name\": \"{name}\", \"port_pair_groups\": [\"{group}\"]}}}}"),
                _ => ("PUT", $"/v2.0/sfc/port_chains/{group}?create=true", $"{{\"port_chain\": {{\"name\": \"{name}\", \"port_pair_groups\": [\"{group}\", \"{Id(random.Next(Objects))}\"]}}}}"),
            };
            requests[name] = request;
            (int status, JsonNode? answer) = await client.SendAsync(request.Method, request.Path, request.Body);
            Assert.True(status is 200 or 201 or 400 or 404 or 409, answer?.ToJsonString());
            if (status < 300)
            {
                Assert.Equal(name, (string)answer!.AsObject().Single().Value!["name"]!);
            }
        }
    }

    private static string Id(int number) => $"44444444-0000-4000-8000-{number:d12}";

    /// <summary>Notes the name that each change brought.</summary>
    private sealed class RecordingStore(ConcurrentQueue<string> order) : IStateStore
    {
        public ResourceSet Load() => ResourceSet.Empty;

        public ValueTask<ApiProblem?> SaveAsync(ResourceSet previous, ResourceSet successor)
        {
            Resource changed = ResourceCatalog.All.SelectMany(kind => kind.All(successor).Where(resource => kind.Find(previous, resource.Id) != resource)).Single();
            order.Enqueue(changed.Name);
            return ValueTask.FromResult<ApiProblem?>(null);
        }
    }

    private sealed class WaitingStore(Task release) : IStateStore
    {
        public ResourceSet Load() => ResourceSet.Empty;

        public async ValueTask<ApiProblem?> SaveAsync(ResourceSet previous, ResourceSet successor)
        {
            await release;
            return null;
        }
    }
}
