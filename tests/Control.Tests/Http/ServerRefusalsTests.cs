using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Tests.Hosting;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.Http;

/// <summary>What never becomes a request is refused like one: 4xx, the envelope, and the connection closed; on every kind of listener.</summary>
public sealed partial class ServerRefusalsTests : IDisposable
{
    private const string Host = "Host: x\r\n";
    private const string Good = $"GET /v2.0/networks HTTP/1.1\r\n{Host}";

    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificates _certificates = new();

    private static readonly (int Status, string Request)[] _refused =
    [
        (400, $"GET / HTTP/3.7\r\n{Host}\r\n"),
        (400, $"GET / HTTP/1.2\r\n{Host}\r\n"),
        (400, $"GET / HTTP/2.0\r\n{Host}\r\n"),
        (400, $"GET / http/1.1\r\n{Host}\r\n"),
        (400, $"GET / FOO/1.1\r\n{Host}\r\n"),
        (400, $"HEAD / HTTP/3.7\r\n{Host}\r\n"),
        (400, $"PRI * HTTP/2.0\r\n{Host}\r\n"),
        (400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"),
        (400, "GET /\r\n"),
        (400, "\0\0\r\n\r\n"),
        (400, $"G(T / HTTP/1.1\r\n{Host}\r\n"),
        (400, $"GET /a\0b HTTP/1.1\r\n{Host}\r\n"),
        (400, $"GET  / HTTP/1.1\r\n{Host}\r\n"),
        (400, "GET / HTTP/1.1\r\n\r\n"),
        (400, $"GET / HTTP/1.1\r\n{Host}{Host}\r\n"),
        (400, $"GET http://y/ HTTP/1.1\r\n{Host}\r\n"),
        (400, $"{Good}X: a\r\n b\r\n\r\n"),
        (400, $"{Good}X : a\r\n\r\n"),
        (400, $"{Good}X: a\rb\r\n\r\n"),
        (400, $"{Good}Content-Length: x\r\n\r\n"),
        (400, $"{Good}Content-Length: 1\r\nContent-Length: 2\r\n\r\n"),
        (400, $"{Good}Transfer-Encoding: gzip\r\n\r\n"),
        (405, $"GET * HTTP/1.1\r\n{Host}\r\n"),
        (405, $"GET x:80 HTTP/1.1\r\n{Host}\r\n"),
        (408, "GET / HTT"),
        (414, $"GET /{new string('a', 20_000)} HTTP/1.1\r\n{Host}\r\n"),
        (431, $"{Good}X: {new string('a', 40_000)}\r\n\r\n"),
        (431, $"{Good}{string.Concat(Enumerable.Repeat("X: a\r\n", 200))}\r\n"),
    ];

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("unix")]
    [InlineData("tls")]
    public async Task Refusals_have_the_envelope_and_close_the_connection(string listener)
    {
        await using ControlHost host = await StartAsync(listener);
        foreach ((int status, string request) in _refused)
        {
            string answer = await ExchangeAsync(host, request);
            string what = $"{request[..Math.Min(request.Length, 60)]}: {answer}";
            Assert.True(answer.StartsWith(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} "), StringComparison.Ordinal), what);
            Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
            Assert.Contains("\r\nContent-Type: application/json\r\n", answer, StringComparison.Ordinal);
            Assert.Matches("\r\nx-openstack-request-id: req-[0-9a-f-]{36}\r\n", answer);
            JsonNode problem = JsonNode.Parse(BodyOf(answer))!["NeutronError"]!;
            Assert.StartsWith("HTTP", (string)problem["type"]!, StringComparison.Ordinal);
            Assert.NotEqual("", (string)problem["message"]!);
            Assert.DoesNotContain("   at ", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("Exception", answer, StringComparison.Ordinal);
        }

        Assert.Equal("{\"networks\":[]}", BodyOf(await ExchangeAsync(host, $"{Good}Connection: close\r\n\r\n")));
    }

    [Fact]
    public async Task Answers_before_a_refusal_arrive_and_nothing_after_it_is_answered()
    {
        await using ControlHost host = await StartAsync("tcp");
        string answer = await ExchangeAsync(host, $"{Good}\r\n{Good}\r\nGET / HTTP/3.7\r\n{Host}\r\n{Good}\r\n");
        Assert.Equal(["200", "200", "400"], Statuses().Matches(answer).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public async Task What_looks_like_a_refused_request_within_a_body_is_a_body()
    {
        const string Body = "GET / HTTP/3.7\r\n\r\n";
        await using ControlHost host = await StartAsync("tcp");
        string answer = await ExchangeAsync(host, $"POST /v2.0/networks HTTP/1.1\r\n{Host}Content-Length: {Body.Length}\r\n\r\n{Body}{Good}Connection: close\r\n\r\n");
        Assert.Equal(["400", "200"], Statuses().Matches(answer).Select(match => match.Groups[1].Value));
        Assert.Contains("Cannot understand JSON", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_HEAD_has_no_body()
    {
        await using ControlHost host = await StartAsync("tcp");
        string answer = await ExchangeAsync(host, "HEAD / HTTP/1.1\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
    }

    /// <summary>The server writes a frame of its own after the answer to the opening of HTTP/2, hence not all that follows the head.</summary>
    private static string BodyOf(string answer)
    {
        int length = int.Parse(Lengths().Match(answer).Groups[1].Value, CultureInfo.InvariantCulture);
        return answer.Substring(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4, length);
    }

    private async Task<string> ExchangeAsync(ControlHost host, string request)
    {
        await using Stream connection = await RawClient.ConnectAsync(host, host.ListeningOn.StartsWith("https:", StringComparison.Ordinal) ? _certificates.Authority : null);
        await connection.WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        return await RawClient.ReadToCloseAsync(connection);
    }

    private Task<ControlHost> StartAsync(string listener)
    {
        ControlHostOptions options = new() { RequestTimeout = TimeSpan.FromSeconds(1), Tls = listener == "tls" ? _certificates.Server : null };
        return listener == "unix"
            ? TestHost.StartAtAsync(options with { Listen = ListenAddress.Parse($"unix:{_folder.File("s")}") })
            : TestHost.StartAsync(options);
    }

    [GeneratedRegex("HTTP/1.1 ([0-9]{3})")]
    private static partial Regex Statuses();

    [GeneratedRegex("\r\nContent-Length: ([0-9]+)\r\n")]
    private static partial Regex Lengths();
}
