using System.Diagnostics;
using System.Globalization;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.Hosting;

/// <summary>Full load and changes for a long time: what the forward role holds of memory does not grow.</summary>
public sealed class SoakTests
{
    private const long MostGrowthKilobytes = 32 * 1024;

    [Fact]
    public async Task Memory_stays_as_it_is_under_full_load_and_changes_and_no_frame_is_lost()
    {
        TimeSpan length = LongRun.IsFull ? TimeSpan.FromMinutes(10) : TimeSpan.FromSeconds(20);
        using RoleProcesses roles = new();
        using SharedMemoryTraffic traffic = new();
        using ServerProcess forward = await roles.ForwardAsync("--idle", "yield");
        using ServerProcess control = await roles.ControlAsync();
        await RoleProcesses.PutAsync(control, traffic.State());
        using CounterFile counters = CounterFile.Open($"{roles.SocketPath}.counters");
        WorkerStatistics worker = counters.Workers[0].Statistics;
        traffic.Start();
        long rounds = await ChangeForAsync(control, length / 4);
        long before = ResidentKilobytes(forward);
        (long allocated, long collections) = (worker.AllocatedBytes, worker.Collections);
        rounds += await ChangeForAsync(control, 3 * length / 4);
        long after = ResidentKilobytes(forward);
        traffic.Finish();
        TestContext.Current.SendDiagnosticMessage(
            "{0} frames, {1} changes, {2} KiB resident after a quarter and {3} KiB at the end, no frame for at most {4:F0} ms, "
                + "largest gap of the poll loop {5:F1} ms, {6} bytes allocated by the worker and {7} collections since a quarter",
            traffic.Received, rounds * ChainChanges.InRound, before, after, traffic.LongestSilence.TotalMilliseconds,
            (double)worker.LargestGapTicks / Stopwatch.Frequency * 1e3, worker.AllocatedBytes - allocated, worker.Collections - collections);
        Assert.InRange(after - before, long.MinValue, MostGrowthKilobytes);
        Assert.NotEqual(0, allocated);
        Assert.Equal(allocated, worker.AllocatedBytes);
        Assert.Equal((0, 0), (traffic.Missing, traffic.Reordered));
    }

    private static async Task<long> ChangeForAsync(ServerProcess control, TimeSpan time)
    {
        long rounds = 0;
        for (long end = Environment.TickCount64 + (long)time.TotalMilliseconds; Environment.TickCount64 < end; rounds++)
        {
            await ChainChanges.MakeAsync(control, rounds: 1);
        }

        return rounds;
    }

    private static long ResidentKilobytes(ServerProcess process)
    {
        const string Resident = "VmRSS:";
        string line = File.ReadLines($"/proc/{process.Id}/status").First(text => text.StartsWith(Resident, StringComparison.Ordinal));
        return long.Parse(line[Resident.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }
}
