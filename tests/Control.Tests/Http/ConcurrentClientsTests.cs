using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Tests.Http;

public sealed class ConcurrentClientsTests
{
    private const int Clients = 64;
    private const int GroupsEach = 8;

    [Fact]
    public async Task Clients_at_once_get_numbers_of_their_own_and_readers_never_see_half_a_change()
    {
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions { Quotas = Quotas.Default.With("port_pair_group", -1) });
        using HttpClient client = new() { BaseAddress = host.Address };
        int[][] numbers = await Task.WhenAll(Enumerable.Range(0, Clients).Select(number => RunAsync(client, number)));
        Assert.Equal(Enumerable.Range(1, Clients * GroupsEach), numbers.SelectMany(one => one).Order());
        Assert.Equal(Clients * GroupsEach, host.Current.PortPairGroups.Count);
        Assert.Equal(Clients * GroupsEach * 2, host.Current.Revision);
    }

    private static async Task<int[]> RunAsync(HttpClient client, int number)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        int[] numbers = new int[GroupsEach];
        for (int index = 0; index < GroupsEach; index++)
        {
            using HttpResponseMessage made = await client.PostAsJsonAsync(
                "/v2.0/sfc/port_pair_groups", new { port_pair_group = new { name = $"{number}-{index}" } }, cancellation);
            Assert.Equal(HttpStatusCode.Created, made.StatusCode);
            JsonNode group = (await made.Content.ReadFromJsonAsync<JsonNode>(cancellation))!["port_pair_group"]!;
            numbers[index] = (int)group["group_id"]!;

            using HttpResponseMessage changed = await client.PutAsJsonAsync(
                $"/v2.0/sfc/port_pair_groups/{group["id"]}", new { port_pair_group = new { description = "d" } }, cancellation);
            Assert.Equal(HttpStatusCode.OK, changed.StatusCode);

            // What was answered is what every later reader sees.
            JsonNode shown = (await client.GetFromJsonAsync<JsonNode>($"/v2.0/sfc/port_pair_groups/{group["id"]}", cancellation))!;
            Assert.Equal("d", (string)shown["port_pair_group"]!["description"]!);
        }

        return numbers;
    }
}
