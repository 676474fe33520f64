using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NetworkingSfc.Control.Hosting;

namespace NetworkingSfc.Control.Tests.Access;

public sealed class TokenAccessTests : IDisposable
{
    private const string Groups = "/v2.0/sfc/port_pair_groups";

    private readonly TestTokens _tokens = new();

    public void Dispose() => _tokens.Dispose();

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/v2.0/")]
    [InlineData("GET", Groups)]
    [InlineData("POST", Groups)]
    [InlineData("GET", "/nosuch")]
    public async Task Without_a_token_nothing_is_answered(string method, string path)
    {
        await using ControlHost host = await StartAsync();
        using HttpResponseMessage response = await SendAsync(host, method, path);
        await AssertProblemAsync(response, HttpStatusCode.Unauthorized, "HTTPUnauthorized", "has no token");
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        Assert.StartsWith("req-", Assert.Single(response.Headers.GetValues("x-openstack-request-id")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Auth-Token", "unknown", "not known")]
    [InlineData("X-Auth-Token", "", "no token")]
    [InlineData("Authorization", "Bearer unknown", "not known")]
    [InlineData("Authorization", "Bearer ", "not known|no token")]
    [InlineData("Authorization", "Basic dTpw", "no token")]
    [InlineData("X-Roles", "admin", "no token")]
    public async Task An_unknown_token_is_refused(string header, string value, string message)
    {
        await using ControlHost host = await StartAsync();
        using HttpResponseMessage response = await SendAsync(host, "GET", Groups, (header, value));
        JsonNode problem = await ProblemAsync(response);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Matches(message, (string)problem["message"]!);
    }

    [Fact]
    public async Task Both_headers_carry_tokens()
    {
        await using ControlHost host = await StartAsync();
        using HttpResponseMessage own = await SendAsync(host, "GET", Groups, ("X-Auth-Token", _tokens.Reader));
        using HttpResponseMessage bearer = await SendAsync(host, "GET", Groups, ("Authorization", $"bearer {_tokens.Reader}"));
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        Assert.Equal(HttpStatusCode.OK, bearer.StatusCode);
    }

    [Theory]
    [InlineData("POST", Groups)]
    [InlineData("PUT", Groups + "/11111111-2222-4333-8444-555555555555")]
    [InlineData("DELETE", Groups + "/11111111-2222-4333-8444-555555555555")]
    [InlineData("PATCH", Groups)]
    [InlineData("PUT", "/v2.0/nosuch")]
    [InlineData("POST", "/v2.0/ports")]
    [InlineData("BREW", Groups)]
    public async Task A_reader_changes_nothing(string method, string path)
    {
        await using ControlHost host = await StartAsync();
        using HttpResponseMessage response = await SendAsync(host, method, path, ("X-Auth-Token", _tokens.Reader));
        await AssertProblemAsync(response, HttpStatusCode.Forbidden, "PolicyNotAuthorized", $"{method} is not allowed");
        Assert.Equal(0, host.Current.Revision);
    }

    [Fact]
    public async Task Project_and_role_come_from_the_token_and_not_from_headers()
    {
        await using ControlHost host = await StartAsync();
        (string, string)[] claims = [("X-Project-Id", "red"), ("X-Tenant-Id", "red"), ("X-Roles", "admin")];
        using HttpResponseMessage made = await SendAsync(host, "POST", Groups, [("X-Auth-Token", _tokens.Member), .. claims]);
        JsonNode group = (await made.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!["port_pair_group"]!;
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.Equal("blue", (string)group["project_id"]!);

        using HttpResponseMessage byAdmin = await SendAsync(host, "POST", Groups, ("X-Auth-Token", _tokens.Admin));
        Assert.Equal("operators", (string)(await byAdmin.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!["port_pair_group"]!["project_id"]!);

        Assert.Equal(1, await CountAsync(host, [("X-Auth-Token", _tokens.Member), .. claims]));
        Assert.Equal(1, await CountAsync(host, ("X-Auth-Token", _tokens.Reader)));
        Assert.Equal(2, await CountAsync(host, ("X-Auth-Token", _tokens.Admin), ("X-Roles", "member"), ("X-Project-Id", "red")));
    }

    [Fact]
    public async Task The_file_is_read_again_and_a_bad_one_changes_nothing()
    {
        await using ControlHost host = await StartAsync();
        string[] lines = await File.ReadAllLinesAsync(_tokens.File, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_tokens.File, "wrong", TestContext.Current.CancellationToken);
        host.ReloadTokens();
        Assert.Equal(0, await CountAsync(host, ("X-Auth-Token", _tokens.Reader)));

        await File.WriteAllLinesAsync(_tokens.File, lines.Where(line => !line.Contains("reader", StringComparison.Ordinal)), TestContext.Current.CancellationToken);
        host.ReloadTokens();
        Assert.Equal(0, await CountAsync(host, ("X-Auth-Token", _tokens.Member)));
        using HttpResponseMessage response = await SendAsync(host, "GET", Groups, ("X-Auth-Token", _tokens.Reader));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_bad_file_is_refused_at_the_start()
    {
        await File.WriteAllTextAsync(_tokens.File, "wrong", TestContext.Current.CancellationToken);
        StartRefusedException refused = await Assert.ThrowsAsync<StartRefusedException>(StartAsync);
        Assert.Contains("line 1", refused.Message, StringComparison.Ordinal);
    }

    private Task<ControlHost> StartAsync() => TestHost.StartAsync(new ControlHostOptions { TokenFile = _tokens.File });

    private static async Task<int> CountAsync(ControlHost host, params (string, string)[] headers)
    {
        using HttpResponseMessage response = await SendAsync(host, "GET", Groups, headers);
        JsonNode list = (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;
        return ((JsonArray)list["port_pair_groups"]!).Count;
    }

    private static async Task<HttpResponseMessage> SendAsync(ControlHost host, string method, string path, params (string Name, string Value)[] headers)
    {
        using HttpClient client = new() { BaseAddress = host.Address };
        using HttpRequestMessage request = new(new HttpMethod(method), path);
        foreach ((string name, string value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        if (method is "POST" or "PUT" or "PATCH")
        {
            request.Content = JsonContent.Create(new { port_pair_group = new { name = "g" } });
        }

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task AssertProblemAsync(HttpResponseMessage response, HttpStatusCode status, string type, string message)
    {
        JsonNode problem = await ProblemAsync(response);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(type, (string)problem["type"]!);
        Assert.Contains(message, (string)problem["message"]!, StringComparison.Ordinal);
    }

    private static async Task<JsonNode> ProblemAsync(HttpResponseMessage response)
    {
        JsonNode body = (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;
        Assert.Equal(["type", "message", "detail"], ((JsonObject)body["NeutronError"]!).Select(member => member.Key));
        return body["NeutronError"]!;
    }
}
