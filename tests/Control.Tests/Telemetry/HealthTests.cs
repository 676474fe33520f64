using System.Net;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.Store;
using NetworkingSfc.Control.Tests.Access;
using NetworkingSfc.Control.Tests.Http;

namespace NetworkingSfc.Control.Tests.Telemetry;

/// <summary>What probes are told, and who may see more.</summary>
public sealed class HealthTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ready_is_who_has_carried_out_what_is_wanted(bool isRemote)
    {
        await using SeenServer server = await SeenServer.StartAsync(isRemote);
        Assert.Equal("ready\n", await server.UntilAsync("/readyz", 200));
        Assert.Equal((200, "healthy\n"), (await server.TextAsync("/healthz")) is var (status, text, _) ? (status, text) : default);
    }

    [Fact]
    public async Task Not_ready_without_the_forwarder_and_ready_again_with_it()
    {
        await using SeenServer server = await SeenServer.StartAsync(isRemote: true, isForwarding: false);
        string reasons = await server.UntilAsync("/readyz", 503);
        Assert.Contains("The forwarder is away.\n", reasons, StringComparison.Ordinal);
        Assert.Contains("The driver forwarder ", reasons, StringComparison.Ordinal);
        Assert.DoesNotContain("forward.sock", reasons, StringComparison.Ordinal);
        Assert.Equal("healthy\n", await server.UntilAsync("/healthz", 200));

        server.StartForwarder();
        Assert.Equal("ready\n", await server.UntilAsync("/readyz", 200));
        await server.StopForwarderAsync();
        await server.UntilAsync("/readyz", 503);
    }

    [Fact]
    public async Task A_control_loop_that_hangs_is_not_healthy()
    {
        using HangingStore store = new();
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions { Store = store });
        using HttpClient client = new() { BaseAddress = host.Address };
        using ApiClient api = new(host);
        Task<(int, System.Text.Json.Nodes.JsonNode?)> change = api.SendAsync("POST", "/v2.0/networks", """{"network": {}}""");
        Assert.True(store.IsHanging.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));

        // Each of them waits, and they wait together.
        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => client.GetAsync("/healthz", TestContext.Current.CancellationToken)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode));
        store.Release();
        Assert.Equal(201, (await change).Item1);
        using HttpResponseMessage healthy = await client.GetAsync("/healthz", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, healthy.StatusCode);
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Fact]
    public async Task Probes_need_no_token_and_metrics_one_that_reads_everything()
    {
        using TestTokens tokens = new();
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions { TokenFile = tokens.File });
        foreach ((string path, string? token, HttpStatusCode expected) in new (string, string?, HttpStatusCode)[]
        {
            ("/healthz", null, HttpStatusCode.OK), ("/readyz", null, HttpStatusCode.OK),
            ("/metrics", null, HttpStatusCode.Unauthorized), ("/v2.0/sfc/status", null, HttpStatusCode.Unauthorized),
            ("/metrics", tokens.Reader, HttpStatusCode.Forbidden), ("/metrics", tokens.Member, HttpStatusCode.Forbidden), ("/v2.0/sfc/status", tokens.Member, HttpStatusCode.Forbidden),
            ("/metrics", tokens.Observer, HttpStatusCode.OK), ("/v2.0/sfc/status", tokens.Observer, HttpStatusCode.OK), ("/metrics", tokens.Admin, HttpStatusCode.OK),
        })
        {
            using HttpResponseMessage answer = await SendAsync(host, HttpMethod.Get, path, token);
            Assert.True(answer.StatusCode == expected, $"{path} {answer.StatusCode}");
        }

        using HttpResponseMessage change = await SendAsync(host, HttpMethod.Post, "/v2.0/networks", tokens.Observer);
        Assert.Equal(HttpStatusCode.Forbidden, change.StatusCode);
        using HttpResponseMessage post = await SendAsync(host, HttpMethod.Post, "/healthz", token: null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        using HttpResponseMessage head = await SendAsync(host, HttpMethod.Head, "/readyz", token: null);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
    }

    private static async Task<HttpResponseMessage> SendAsync(ControlHost host, HttpMethod method, string path, string? token)
    {
        using HttpClient client = new() { BaseAddress = host.Address };
        using HttpRequestMessage request = new(method, path);
        if (token is not null)
        {
            request.Headers.Add("X-Auth-Token", token);
        }

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>A disk that does not answer until it is told to.</summary>
    private sealed class HangingStore : IStateStore, IDisposable
    {
        private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim IsHanging { get; } = new();

        public ResourceSet Load() => ResourceSet.Empty;

        public async ValueTask<ApiProblem?> SaveAsync(ResourceSet previous, ResourceSet next)
        {
            IsHanging.Set();
            await _release.Task;
            return null;
        }

        public void Release() => _release.TrySetResult();

        public void Dispose() => IsHanging.Dispose();
    }
}
