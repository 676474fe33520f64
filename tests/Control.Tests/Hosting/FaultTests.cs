using System.Diagnostics;
using System.Text.Json.Nodes;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Testing.VirtualLinks;

namespace NetworkingSfc.Control.Tests.Hosting;

/// <summary>What goes wrong on a host while frames pass at full speed: the rest goes on, what is wrong is said, and it mends by itself.</summary>
public sealed class FaultTests : IDisposable
{
    private const string FakeTime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
    private const int LargestBurst = 64;

    private readonly RoleProcesses _roles = new();
    private SharedMemoryTraffic _traffic = new();

    public void Dispose()
    {
        _traffic.Dispose();
        _roles.Dispose();
    }

    [Theory]
    [InlineData("af-packet")]
    [InlineData("af-xdp")]
    [InlineData("libpcap")]
    public async Task An_interface_that_goes_is_said_of_its_chain_and_taken_up_when_it_is_back(string kind)
    {
        Assert.SkipWhen(VethPair.Unavailable is not null, VethPair.Unavailable ?? "");
        using VethPair link = VethPair.Create();
        using ServerProcess forward = await _roles.ForwardAsync("--idle", "yield");
        using ServerProcess control = await StartAsync(_traffic.State().WithChain("x", Attached(kind, link)));
        await RoleProcesses.ReasonAsync(control, "x", text: null);
        link.Remove();
        await RoleProcesses.ReasonAsync(control, "x", link.First);
        await _traffic.MoreAsync(10_000);
        link.Make();
        await RoleProcesses.ReasonAsync(control, "x", text: null);
        AssertNothingLost();
    }

    [Fact]
    public async Task A_full_disk_of_the_forward_role_stops_no_frame_and_refuses_only_what_cannot_be_counted()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Mounting a small file system needs root.");
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=4m", "sfc-test", _roles.ForwardFolder);
        try
        {
            using ServerProcess forward = await _roles.ForwardAsync("--idle", "yield");
            using ServerProcess control = await StartAsync(_traffic.State());
            string ballast = Path.Combine(_roles.ForwardFolder, "ballast");
            await RunAsync("sh", "-c", "cat /dev/zero > \"$0\" 2>/dev/null; true", ballast);
            await ChainChanges.MakeAsync(control, rounds: 5);
            await forward.SaysAsync("cannot be written to");
            await RoleProcesses.PutAsync(control, _traffic.State().WithPorts(2_000).Later());
            await RoleProcesses.ReasonAsync(control, "c", "There is no room for");

            File.Delete(ballast);
            await forward.SaysAsync("has been written to");
            await RoleProcesses.ReasonAsync(control, "c", text: null);
            AssertNothingLost();
        }
        finally
        {
            await RunAsync("umount", "--lazy", _roles.ForwardFolder);
        }
    }

    [Fact]
    public async Task Without_descriptors_to_spare_a_port_waits_and_so_does_a_control_role_and_frames_do_not()
    {
        Assert.SkipWhen(VethPair.Unavailable is not null, VethPair.Unavailable ?? "");
        using VethPair link = VethPair.Create();
        using ServerProcess forward = await _roles.ForwardAsync("--idle", "yield");
        using (ServerProcess control = await StartAsync(_traffic.State()))
        {
            await LeaveAsync(forward, descriptors: 20);
            await RoleProcesses.PutAsync(control, _traffic.State().WithChain("x", Attached("af-packet", link)).Later());
            await RoleProcesses.ReasonAsync(control, "x", "file descriptors");
            await RoleProcesses.KillAsync(control);
        }

        await _traffic.MoreAsync(10_000);

        await LeaveAsync(forward, descriptors: 20);
        using ServerProcess next = await _roles.ControlAsync();
        await forward.SaysAsync("could not be accepted");
        await _traffic.MoreAsync(10_000);
        await RunAsync("prlimit", "--pid", $"{forward.Id}", "--nofile=1024:");
        await RoleProcesses.ReasonAsync(next, "x", text: null);
        AssertNothingLost();
    }

    [Fact]
    public async Task A_clock_that_jumps_is_not_noticed()
    {
        Assert.SkipUnless(File.Exists(FakeTime), "libfaketime is not installed: apt-get install libfaketime");
        string clock = Path.Combine(_roles.ForwardFolder, "clock");
        await File.WriteAllTextAsync(clock, "+0", TestContext.Current.CancellationToken);
        foreach ((string name, string value) in ((string, string)[])[
            ("LD_PRELOAD", FakeTime), ("FAKETIME_TIMESTAMP_FILE", clock), ("FAKETIME_NO_CACHE", "1"), ("FAKETIME_DONT_FAKE_MONOTONIC", "1"), ("DONT_FAKE_MONOTONIC", "1")])
        {
            _roles.Variables[name] = value;
        }

        using ServerProcess forward = await _roles.ForwardAsync("--idle", "yield");
        using ServerProcess control = await StartAsync(_traffic.State());
        foreach (string jump in (string[])["+400d", "-400d", "+0"])
        {
            await File.WriteAllTextAsync(clock, jump, TestContext.Current.CancellationToken);
            await ChainChanges.MakeAsync(control, rounds: 5);
            await _traffic.MoreAsync(10_000);

            // Longer than either gives up one that is silent.
            await Task.Delay(1_200, TestContext.Current.CancellationToken);
            await RoleProcesses.ReasonAsync(control, "c", text: null);
        }

        AssertNothingLost();
        await control.SignalAsync("TERM");
        (_, _, string said) = await control.EndAsync();
        Assert.DoesNotContain("has been away since", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_frame_that_a_killed_forward_role_costs_is_in_a_counter_in_its_hands_or_in_a_ring()
    {
        _traffic.Dispose();
        _traffic = new SharedMemoryTraffic { ExpectsLoss = true };
        (long received, long sent, long dropped) before, after;
        long inHands;
        using (ServerProcess forward = await _roles.ForwardAsync("--idle", "yield"))
        using (CounterFile counters = CounterFile.Open($"{_roles.SocketPath}.counters"))
        using (ServerProcess control = await StartAsync(_traffic.State()))
        {
            await Task.Delay(500, TestContext.Current.CancellationToken);
            await RoleProcesses.KillAsync(forward);
            before = Sums(counters);
            inHands = before.received - before.sent - before.dropped;
            using ServerProcess again = await _roles.ForwardAsync("--idle", "yield");
            using CounterFile next = CounterFile.Open($"{_roles.SocketPath}.counters");
            await _traffic.MoreAsync(10_000);
            await control.SaysAsync("nothing is sent");
            _traffic.Finish();
            after = Sums(next);
            Assert.Equal(after.received, after.sent + after.dropped);
            TestContext.Current.SendDiagnosticMessage("Lost {0} of {1}: {2} in hands, {3} dropped, {4} in rings to peers; none arrived for {5:F0} ms; {6}",
                _traffic.Missing, _traffic.Sent, inHands, before.dropped + after.dropped, _traffic.LostInRings, _traffic.LongestSilence.TotalMilliseconds, Reasons(next));
        }

        // A burst may have been taken or given and not be counted yet.
        Assert.InRange(inHands, -LargestBurst, LargestBurst);
        long given = before.sent + after.sent - _traffic.Passed - _traffic.Received;
        Assert.InRange(given - _traffic.LostInRings, -LargestBurst, LargestBurst);
        long left = _traffic.Sent + _traffic.Passed - before.received - after.received;
        Assert.Equal(_traffic.Missing, left + inHands + before.dropped + after.dropped + given);
        Assert.InRange(left, -LargestBurst, 2 * SharedMemoryTraffic.RingSize);
        Assert.Equal(0, _traffic.Reordered);
    }

    private static (long Received, long Sent, long Dropped) Sums(CounterFile counters)
    {
        long dropped = 0;
        foreach (WorkerCounters worker in counters.Workers)
        {
            foreach (long frames in worker.Dropped)
            {
                dropped += frames;
            }
        }

        return (counters.Workers.Sum(worker => worker.Received), counters.Workers.Sum(worker => worker.Sent), dropped);
    }

    private static string Reasons(CounterFile counters) =>
        string.Join(", ", Enum.GetValues<DropReason>().Select(reason => (reason, frames: counters.Workers.Sum(worker => worker.Dropped[(int)reason]))).Where(row => row.frames > 0));

    private static string Attached(string kind, VethPair link) => $$"""{"kind": "{{kind}}", "interface": "{{link.First}}"}""";

    // So many more than it has now, which are fewer than it keeps for itself.
    private static Task LeaveAsync(ServerProcess process, int descriptors) =>
        RunAsync("prlimit", "--pid", $"{process.Id}", $"--nofile={Directory.GetFiles($"/proc/{process.Id}/fd").Length + descriptors}:");

    private static async Task RunAsync(string command, params string[] arguments)
    {
        using Process process = Process.Start(command, arguments);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    // A control role with this state, and frames on their way.
    private async Task<ServerProcess> StartAsync(JsonNode state)
    {
        ServerProcess control = await _roles.ControlAsync();
        await RoleProcesses.PutAsync(control, state);
        _traffic.Start();
        await _traffic.MoreAsync(10_000);
        return control;
    }

    private void AssertNothingLost()
    {
        _traffic.Finish();
        TestContext.Current.SendDiagnosticMessage("{0} frames, none for at most {1:F0} ms", _traffic.Received, _traffic.LongestSilence.TotalMilliseconds);
        Assert.Equal((0, 0), (_traffic.Missing, _traffic.Reordered));
    }
}
