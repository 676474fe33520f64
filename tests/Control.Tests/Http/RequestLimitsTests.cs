using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using NetworkingSfc.Control.Hosting;

namespace NetworkingSfc.Control.Tests.Http;

/// <summary>Whatever a client sends, the answer is a 4xx with the envelope, and the server goes on.</summary>
public sealed class RequestLimitsTests
{
    private const string Groups = "/v2.0/sfc/port_pair_groups";

    [Theory]
    [InlineData("{\"port_pair_group\": {\"name\": \"\\ud83d\"}}", "surrogate")]
    [InlineData("{\"port_pair_group\": {\"name\": \"a\"", "Cannot understand JSON")]
    [InlineData("\0", "Cannot understand JSON")]
    [InlineData("{\"port_pair_group\": {\"port_pairs\": 1e999999}}", "is not a list")]
    public async Task Bad_text_is_refused(string body, string message) =>
        await RefusedAsync(Encoding.UTF8.GetBytes(body), HttpStatusCode.BadRequest, message);

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_refused() =>
        await RefusedAsync([.. "{\"port_pair_group\": {\"name\": \""u8, 0xc3, 0x28, .. "\"}}"u8], HttpStatusCode.BadRequest, "not UTF-8");

    [Fact]
    public async Task Deep_nesting_is_refused() =>
        await RefusedAsync(Encoding.UTF8.GetBytes(new string('[', 100_000)), HttpStatusCode.BadRequest, "64 levels");

    [Fact]
    public async Task Long_lists_are_refused() =>
        await RefusedAsync(Encoding.UTF8.GetBytes($"{{\"a\": [{string.Join(',', Enumerable.Repeat("0", 70_000))}]}}"), HttpStatusCode.BadRequest, "65536 items");

    [Fact]
    public async Task Large_bodies_are_refused()
    {
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions { MaxBodyBytes = 1000 });
        using HttpClient client = new() { BaseAddress = host.Address };
        using ByteArrayContent content = new(new byte[1001]);
        using HttpResponseMessage response = await client.PostAsync(Groups, content, TestContext.Current.CancellationToken);
        await AssertProblemAsync(response, HttpStatusCode.RequestEntityTooLarge, "");
    }

    [Fact]
    public async Task A_body_that_does_not_arrive_is_cut_off()
    {
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions { RequestTimeout = TimeSpan.FromSeconds(1) });
        string answer = await SendRawAsync(host, $"POST {Groups} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{{");
        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("NeutronError", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nxyz\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n-1\r\n")]
    [InlineData("Content-Length: -1\r\n\r\n")]
    [InlineData("Content-Length: 99999999999999999999\r\n\r\n")]
    [InlineData("Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!")]
    public async Task Malformed_transfers_are_refused(string rest)
    {
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions { RequestTimeout = TimeSpan.FromSeconds(1) });
        Assert.StartsWith("HTTP/1.1 4", await SendRawAsync(host, $"POST {Groups} HTTP/1.1\r\nHost: x\r\n{rest}"), StringComparison.Ordinal);

        // And it still answers.
        using HttpClient client = new() { BaseAddress = host.Address };
        Assert.Equal("{\"port_pair_groups\":[]}", await client.GetStringAsync(Groups, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("GET", "/v2.0/nosuch", 404)]
    [InlineData("GET", "/v2.0", 404)]
    [InlineData("GET", "/v3/networks", 404)]
    [InlineData("GET", "/v2.0/sfc/networks", 404)]
    [InlineData("GET", "/v2.0/networks/x/y", 404)]
    [InlineData("GET", "/v2.0/networks/%ff", 404)]
    [InlineData("PATCH", "/v2.0/networks", 405)]
    [InlineData("OPTIONS", "/v2.0/networks", 405)]
    [InlineData("POST", "/", 405)]
    [InlineData("GET", "/v2.0/extensions/nosuch", 404)]
    [InlineData("GET", "/v2.0/networks?limit=%ff", 400)]
    [InlineData("GET", "/v2.0/networks?sort_key=nosuch&sort_dir=asc", 400)]
    [InlineData("GET", "/v2.0/networks?sort_key=name&sort_dir=up", 400)]
    public async Task Paths_that_name_nothing_are_refused(string method, string path, int status)
    {
        await using ControlHost host = await TestHost.StartAsync();
        using HttpClient client = new() { BaseAddress = host.Address };
        using HttpRequestMessage request = new(new HttpMethod(method), path);
        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Matches("^req-[0-9a-f-]{36}$", Assert.Single(response.Headers.GetValues("x-openstack-request-id")));
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
    }

    private static async Task RefusedAsync(byte[] body, HttpStatusCode status, string message)
    {
        await using ControlHost host = await TestHost.StartAsync();
        using HttpClient client = new() { BaseAddress = host.Address };
        using ByteArrayContent content = new(body);
        using HttpResponseMessage response = await client.PostAsync(Groups, content, TestContext.Current.CancellationToken);
        await AssertProblemAsync(response, status, message);
    }

    private static async Task AssertProblemAsync(HttpResponseMessage response, HttpStatusCode status, string message)
    {
        JsonNode problem = (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!["NeutronError"]!;
        Assert.Equal(status, response.StatusCode);
        Assert.Contains(message, (string)problem["message"]!, StringComparison.Ordinal);
        Assert.Equal("", (string)problem["detail"]!);
    }

    private static async Task<string> SendRawAsync(ControlHost host, string request)
    {
        using TcpClient client = new();
        await client.ConnectAsync(host.Address.Host, host.Address.Port, TestContext.Current.CancellationToken);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        byte[] answer = new byte[4096];
        int length = 0;
        int read;
        while (length < answer.Length && (read = await stream.ReadAsync(answer.AsMemory(length), TestContext.Current.CancellationToken)) > 0)
        {
            length += read;
        }

        return Encoding.UTF8.GetString(answer, 0, length);
    }
}
