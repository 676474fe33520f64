using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Live;

/// <summary>
/// Behaviour 23 under load: random changes of chains through the control loop while a worker forwards on its own thread and others read
/// its counters. Each pass of a frame is of one state; a frame that comes back from a function whose chain has changed meanwhile is
/// treated by the state of that moment.
/// </summary>
public sealed class UpdateStormTests
{
    private const int Changes = 1_000;
    private const int Seed = 23;
    private const int FrameBytes = 256;
    private const int FramesAtAPort = 1_024;

    [Fact]
    public async Task Changes_under_traffic_lose_reorder_and_halve_nothing()
    {
        Random random = new(Seed);
        List<StormVersion> versions = [StormVersion.Draw(0, random)];
        using LiveForwarder forwarder = new(FrameBytes, FramesAtAPort);
        forwarder.Put(versions[0].ToLab());
        StormPeers peers = new(forwarder);
        StormAuditor auditor = new(forwarder);
        peers.Announce(versions[0]);
        forwarder.Start();
        using CancellationTokenSource stopPeers = new();
        using CancellationTokenSource stopAuditor = new();
        Task traffic = Task.Factory.StartNew(() => peers.Run(stopPeers.Token), TaskCreationOptions.LongRunning);
        Task reading = Task.Factory.StartNew(() => auditor.Run(stopAuditor.Token), TaskCreationOptions.LongRunning);

        for (int number = 1; number <= LongRun.Scale(Changes) && !traffic.IsFaulted; number++)
        {
            StormVersion version = StormVersion.Draw(number, random);
            versions.Add(version);
            peers.Announce(version);
            forwarder.Put(version.ToLab());

            // Now and then two changes come before the worker sees the first; otherwise some frames meet each.
            int sent = peers.Sent;
            if (random.Next(8) > 0)
            {
                SpinWait.SpinUntil(() => forwarder.HasAdopted && peers.Sent > sent + 100, TimeSpan.FromSeconds(10));
            }
        }

        await stopPeers.CancelAsync();
        await traffic;
        await stopAuditor.CancelAsync();
        await reading;
        peers.Conclude(versions);

        // At rest the law is exact, and no packet was dropped but in functions that had left their chain.
        WorkerCounters counters = forwarder.Counters;
        long[] dropped = [.. counters.Dropped];
        Assert.Equal(dropped[(int)DropReason.UnknownPath], dropped.Sum());
        Assert.Equal((peers.Sent + peers.GivenBack, peers.Taken), (counters.Received, counters.Sent));
        Assert.Equal(counters.Received + counters.Generated, counters.Sent + dropped.Sum() + forwarder.Held);
        Assert.Equal(0, forwarder.Held);

        // The storm was one: most states were met by frames, some frames were inside while chains changed, and counters were read all the time.
        Assert.InRange(peers.VersionsSeen, LongRun.Scale(Changes) / 4, LongRun.Scale(Changes) + 1);
        Assert.InRange(dropped[(int)DropReason.UnknownPath], 1, long.MaxValue);
        Assert.InRange(auditor.Reads, 1_000, long.MaxValue);
    }
}
