using System.Text;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Tests.Http;

/// <summary>Whatever comes, the answer is a refusal, nothing is changed and nothing of the inside is shown.</summary>
public sealed class HostileRequestsTests
{
    private const string Json = "Content-Type: application/json\r\n";

    private static readonly string[] _paths = ["/v2.0/networks", "/v2.0/sfc/port_pair_groups", "/v2.0/sfc/state", "/v2.0/quotas/p"];

    public static TheoryData<string> Bodies() =>
    [
        "", "{", "}", "[", "]", "\"", "nul", "null", "true", "0", "-", "1e", "\"\\u12\"", "{\"a\":}", "{\"a\" 1}", "{\"a\":1,}", "[1,]", "{,}", "//", "/**/{}",
        "{\"network\":{\"name\":\"\\ud800\"}}", "{\"network\":{\"\\udc00\":1}}", "{\"network\":{\"name\":\"\\ud800\\u0041\"}}", "{\"network\":{\"name\":\"a\nb\"}}",
        "{\"network\":[]}", "{\"network\":{\"name\":5}}", "{\"network\":{\"mtu\":1e400}}", "{\"network\":{\"mtu\":-1e-400}}", "{\"network\":{\"mtu\":[]}}",
        "{\"network\":{\"shared\":{}}}", "{\"network\":{\"id\":null}}", "{\"network\":{\"__proto__\":{}}}", "{\"networks\":{}}", "{\"networks\":[5]}", "{\"networks\":[{\"network\":5}]}",
        "{\"networks\":[[]]}", "{\"port_pair_group\":{\"port_pairs\":[null]}}", "{\"port_pair_group\":{\"port_pairs\":[[[]]]}}", "{\"port_pair_group\":{\"tap_enabled\":null}}",
        "{\"port_pair_group\":{\"port_pair_group_parameters\":{\"ppg_n_tuple_mapping\":{\"x\":{\"y\":1}}}}}", "{\"port_pair_group\":{\"group_id\":\"x\"}}",
        "{\"quota\":{\"port_pair\":1e9999}}", "{\"quota\":[]}", "{\"revision\":1,\"networks\":{}}", "{\"revision\":1,\"networks\":[5]}", "{\"revision\":1,\"networks\":[{\"id\":{}}]}",
        "{\"revision\":1,\"ports\":[{\"network_id\":[\"x\"]}]}", "{\"revision\":1,\"functions\":[]}", "{\"revision\":1,\"uplinks\":{\"a\":{}}}", "{\"revision\":1e30}",
        "{\"revision\":1,\"service_graphs\":[{\"port_chains\":{\"a\":5}}]}", "{\"revision\":1,\"port_chains\":[{\"port_pair_groups\":{\"a\":1}}]}", "\ufeff{}",
    ];

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Bodies_that_are_no_request(string body)
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        foreach (string path in _paths)
        {
            foreach (string method in new[] { "POST", "PUT" })
            {
                foreach (string target in new[] { path, path + "/11111111-0000-4000-8000-000000000001", path + "/11111111-0000-4000-8000-000000000001?create=true" })
                {
                    (int status, System.Text.Json.Nodes.JsonNode? answer) = await client.SendAsync(method, target, body);
                    Assert.True(status is >= 400 and < 500, $"{method} {target}: {status}");
                    Assert.NotNull(answer!["NeutronError"]!["message"]);
                }
            }
        }

        Assert.Same(ResourceSet.Empty, host.Current);
    }

    [Theory]
    [InlineData(65, true)]
    [InlineData(100_000, false)]
    public async Task Bodies_without_bottom(int levels, bool closed)
    {
        string deep = string.Concat(Enumerable.Repeat("{\"a\":[", levels / 2 + 1)) + (closed ? string.Concat(Enumerable.Repeat("]}", levels / 2 + 1)) : "");
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        foreach (string path in _paths)
        {
            Assert.Contains("64 levels", await client.RefusedAsync(400, path.Contains("sfc/port", StringComparison.Ordinal) || path.EndsWith("networks", StringComparison.Ordinal) ? "POST" : "PUT", path, deep), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Lists_without_end()
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        string list = string.Join(',', Enumerable.Repeat("{}", 65_537));
        foreach ((string method, string path, string name) in new[] { ("POST", "/v2.0/networks", "networks"), ("PUT", "/v2.0/sfc/state", "networks") })
        {
            Assert.Contains("more than 65536 items", await client.RefusedAsync(400, method, path, $"{{\"revision\": 1, \"{name}\": [{list}]}}"), StringComparison.Ordinal);
        }

        Assert.Same(ResourceSet.Empty, host.Current);
    }

    [Theory]
    [InlineData("/v2.0/%2e%2e/v2.0/networks/x")]
    [InlineData("/v2.0/networks/..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("/v2.0//networks")]
    [InlineData("//v2.0/networks")]
    [InlineData("/v2.0/networks/%00")]
    [InlineData("/v2.0/networks/\0")]
    [InlineData("/v2.0/networks/%")]
    [InlineData("/v2.0/networks/%zz")]
    [InlineData("/v2.0/networks/%c0%af")]
    [InlineData("/v2.0/networks/%ed%a0%80")]
    [InlineData("/v2.0/networks/%f0%9f%98%80")]
    [InlineData("/v2.0/networks/é")]
    [InlineData("/v2.0/networks/a b")]
    [InlineData("/v2.0/networks\\x")]
    [InlineData("v2.0/networks")]
    [InlineData("/V2.0/networks")]
    [InlineData("/v2.0/sfc/../sfc/x")]
    [InlineData("/v2.0/sfc/port_chains/{11111111-0000-4000-8000-000000000001}")]
    [InlineData("/v2.0/networks/;id=x")]
    [InlineData("/v2.0/extensions/%0d%0aX-Evil:%201")]
    [InlineData("/v2.0/networks?limit=-1")]
    [InlineData("/v2.0/networks?limit=99999999999999999999x")]
    [InlineData("/v2.0/networks?sort_key=%00&sort_dir=asc")]
    [InlineData("/v2.0/sfc/flow_classifiers?protocol=%ff")]
    [InlineData("/v2.0/networks?mtu=1#fragment?limit=x&limit=x")]
    public async Task Paths_that_lead_nowhere(string path)
    {
        await using ControlHost host = await TestHost.StartAsync();
        AssertRefused(await RawClient.SendAsync(host, Encoding.UTF8.GetBytes($"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")));
    }

    [Fact]
    public async Task Very_long_paths_and_headers()
    {
        await using ControlHost host = await TestHost.StartAsync();
        foreach (int length in new[] { 1000, 7000, 9000, 100_000 })
        {
            AssertRefused(await RawClient.SendAsync(host, Encoding.ASCII.GetBytes($"GET /v2.0/networks/{new string('a', length)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")));
            AssertRefused(await RawClient.SendAsync(host, Encoding.ASCII.GetBytes($"GET /v2.0/{new string('/', length)}x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")));
        }

        AssertRefused(await RawClient.SendAsync(host, Encoding.ASCII.GetBytes($"GET /v2.0/networks/x HTTP/1.1\r\nHost: x\r\nX-Long: {new string('a', 100_000)}\r\n\r\n")));
        AssertRefused(await RawClient.SendAsync(host, Encoding.ASCII.GetBytes($"GET /v2.0/networks/x HTTP/1.1\r\nHost: x\r\n{string.Concat(Enumerable.Range(0, 1000).Select(number => $"X-{number}: 1\r\n"))}\r\n")));
    }

    [Theory]
    [InlineData("PATCH /v2.0/networks HTTP/1.1\r\nHost: x\r\n")]
    [InlineData("TRACE /v2.0/networks HTTP/1.1\r\nHost: x\r\n")]
    [InlineData("CONNECT /v2.0/networks HTTP/1.1\r\nHost: x\r\n")]
    [InlineData("CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: x\r\n")]
    [InlineData("get /v2.0/networks HTTP/1.1\r\nHost: x\r\n")]
    [InlineData("G\u0001T /v2.0/networks HTTP/1.1\r\nHost: x\r\n")]
    [InlineData(" GET /v2.0/networks HTTP/1.1\r\nHost: x\r\n")]
    [InlineData("GET /v2.0/networks\r\n")]
    [InlineData("GET /v2.0/networks HTTP/1.1\r\n")]
    [InlineData("GET /v2.0/networks HTTP/1.1\r\nHost: a\r\nHost: b\r\n")]
    [InlineData("GET /v2.0/networks HTTP/1.1\r\nHost: a/../b\r\n")]
    [InlineData("GET /v2.0/networks HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n")]
    [InlineData("GET /v2.0/networks HTTP/1.1\r\nHost: x\r\nX-Project-Id: \u0000\r\n")]
    [InlineData("GET /v2.0/networks/x HTTP/1.1\r\nHost: x\r\nX-Project-Id: é\r\n")]
    [InlineData("PUT /v2.0/networks/x HTTP/1.1\r\nHost: x\r\nIf-Match: revision_number=99999999999999999999\r\nContent-Length: 14\r\n\r\n{\"network\":{}}")]
    [InlineData("DELETE /v2.0/networks/x HTTP/1.1\r\nHost: x\r\nIf-Match: revision_number=-1\r\n")]
    [InlineData("DELETE /v2.0/networks/x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003")]
    public async Task Methods_and_heads_that_are_none(string head)
    {
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions { RequestTimeout = TimeSpan.FromSeconds(1) });
        AssertRefused(await RawClient.SendAsync(host, Encoding.UTF8.GetBytes(head + "\r\n")));
        Assert.Same(ResourceSet.Empty, host.Current);
    }

    [Theory]
    [InlineData("Content-Length: 100\r\n\r\n{\"network\": {}}")]
    [InlineData("Content-Length: 5\r\n\r\n{\"network\": {}}")]
    [InlineData("Content-Length: 0x10\r\n\r\n{\"network\": {}}")]
    [InlineData("Content-Length: 15, 15\r\n\r\n{\"network\": {}}")]
    [InlineData("Content-Length: 16777217\r\n\r\n")]
    [InlineData("Content-Length: 9223372036854775807\r\n\r\n")]
    [InlineData("Content-Length: 9223372036854775808\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n80000000\r\n{")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n7fffffff\r\n{")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2;a=b\r\n{}x\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n")]
    [InlineData("Transfer-Encoding: gzip\r\n\r\n{\"network\": {}}")]
    [InlineData("Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n0\r\nBad Trailer\r\n\r\n")]
    public async Task Transfers_that_lie(string rest)
    {
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions { RequestTimeout = TimeSpan.FromSeconds(1) });
        AssertRefused(await RawClient.SendAsync(host, Encoding.ASCII.GetBytes($"POST /v2.0/networks HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{Json}{rest}")));
        Assert.Same(ResourceSet.Empty, host.Current);
    }

    /// <summary>A refusal, or nothing at all where what was sent is not HTTP; never anything of the inside.</summary>
    private static void AssertRefused(string answer)
    {
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal), answer);
        Assert.DoesNotContain("   at ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("\r\nX-Evil", answer, StringComparison.OrdinalIgnoreCase);
        Assert.True(!answer.Contains("\r\nContent-Type", StringComparison.Ordinal) || answer.Contains("NeutronError", StringComparison.Ordinal) || answer.Contains("Extension with alias", StringComparison.Ordinal), answer);
    }
}
