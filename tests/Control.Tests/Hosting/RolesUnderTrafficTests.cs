using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.VirtualLinks;

namespace NetworkingSfc.Control.Tests.Hosting;

/// <summary>The two roles while frames pass through a chain.</summary>
public sealed class RolesUnderTrafficTests : IDisposable
{
    private const string Library = "libpcap.so.0.8";
    private const int AllChanges = 1_000;

    private readonly RoleProcesses _roles = new();

    public void Dispose() => _roles.Dispose();

    [Fact]
    public async Task Packets_are_traced_through_both_roles_at_each_hop()
    {
        Assert.SkipUnless(NativeLibrary.TryLoad(Library, out _), $"{Library} is not installed: apt-get install libpcap0.8");
        Assert.SkipWhen(VethPair.Unavailable is not null, VethPair.Unavailable ?? "");
        using ChainTraffic traffic = new();
        using ServerProcess forward = await _roles.ForwardAsync();
        using ServerProcess control = await _roles.ControlAsync();
        await RoleProcesses.PutAsync(control, traffic.State("libpcap"));
        traffic.AwaitFrame();
        using HttpClient client = RoleProcesses.Client(control);
        using StringContent body = new("""{"trace": {"filter": "chain=c proto=udp", "count": 100}}""");
        Task<HttpResponseMessage> asked = client.PostAsync(new Uri("v2.0/sfc/trace", UriKind.Relative), body, TestContext.Current.CancellationToken);
        while (!asked.IsCompleted)
        {
            traffic.AwaitFrame();
        }

        using HttpResponseMessage answer = await asked;
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, text);
        JsonNode[] lines = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
        Assert.Equal(100, (int)lines[^1]["end"]!["packets"]!);
        string[] crossings = [.. lines[..^1].Select(line => $"{line["received"]!["port"]!["name"]} {line["verdict"]} {line["hops_done"]} {line["sent"]!["port"]!["name"]}").Distinct().Order()];
        Assert.Equal(["out end_of_path 1 dst", "src deliver 0 in"], crossings);
    }

    [Fact]
    public async Task Changes_and_a_control_role_that_is_killed_and_comes_back_lose_no_frame_and_turn_no_order()
    {
        int rounds = LongRun.Scale(AllChanges) / ChainChanges.InRound / 2;
        using SharedMemoryTraffic traffic = new();
        using ServerProcess forward = await _roles.ForwardAsync("--idle", "yield");
        Stopwatch clock;
        using (ServerProcess control = await _roles.ControlAsync())
        {
            await RoleProcesses.PutAsync(control, traffic.State());
            traffic.Start();
            await traffic.MoreAsync(10_000);
            clock = Stopwatch.StartNew();
            await ChainChanges.MakeAsync(control, rounds);
            await control.SignalAsync("KILL");
            await forward.SaysAsync($"{control.Id} is gone");
            await traffic.MoreAsync(10_000);
            await control.EndAsync();
        }

        using (ServerProcess control = await _roles.ControlAsync())
        {
            await control.SaysAsync("nothing is sent");
            await ChainChanges.MakeAsync(control, rounds);
            await control.SignalAsync("TERM");
            await control.EndAsync();
        }

        await traffic.MoreAsync(10_000);
        double rate = traffic.Received / clock.Elapsed.TotalSeconds;
        traffic.Finish();
        TestContext.Current.SendDiagnosticMessage("{0} frames, {1:F2} Mpps, none for at most {2:F1} ms", traffic.Received, rate / 1e6, traffic.LongestSilence.TotalMilliseconds);
        await forward.SignalAsync("TERM");
        (_, _, string said) = await forward.EndAsync();
        Assert.True((traffic.Missing, traffic.Reordered) == (0, 0), $"{traffic.Missing} are missing, {traffic.Reordered} came late. {traffic.Faults} {said}");
        Assert.True(rate > 200_000, $"{rate} frames a second.");
    }

    [Fact]
    public async Task The_forward_role_forwards_again_within_a_second_of_its_start_without_the_control_role()
    {
        Assert.SkipUnless(NativeLibrary.TryLoad(Library, out _), $"{Library} is not installed: apt-get install libpcap0.8");
        Assert.SkipWhen(VethPair.Unavailable is not null, VethPair.Unavailable ?? "");
        Assert.SkipWhen(VectorWidth.Widest == "none", "without the CPU's vectors the code that was compiled before is not used, and every start compiles it");
        using ChainTraffic traffic = new();
        await _roles.LeaveBehindAsync(traffic.State("libpcap"));

        // Best of several: other processes of this machine take their time too.
        TimeSpan fastest = TimeSpan.MaxValue;
        for (int start = 0; start < 3; start++)
        {
            Stopwatch clock = Stopwatch.StartNew();
            Task<ServerProcess> starting = _roles.ForwardAsync();
            traffic.AwaitFrame();
            fastest = clock.Elapsed < fastest ? clock.Elapsed : fastest;
            using ServerProcess forward = await starting;
            await RoleProcesses.KillAsync(forward);
        }

        TestContext.Current.SendDiagnosticMessage("First frame {0} ms after the start", fastest.TotalMilliseconds);
        Assert.InRange(fastest, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }
}
