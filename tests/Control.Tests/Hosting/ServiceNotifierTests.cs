using NetworkingSfc.Control.Hosting;

namespace NetworkingSfc.Control.Tests.Hosting;

public sealed class ServiceNotifierTests
{
    private readonly SteppedClock _clock = new();
    private readonly List<string> _heard = [];

    [Fact]
    public void Says_ready_reloading_and_stopping_in_the_words_of_sd_notify()
    {
        _clock.Advance(TimeSpan.FromMilliseconds(1234.5));
        ServiceNotifier notifier = new(_heard.Add, _clock, TimeSpan.Zero);

        notifier.Ready("forwarding");
        notifier.Reloading();
        notifier.Stopping();

        Assert.Equal(["READY=1\nSTATUS=forwarding", "RELOADING=1\nMONOTONIC_USEC=1234500", "STOPPING=1"], _heard);
    }

    [Fact]
    public void Says_how_the_work_goes_when_that_is_something_else()
    {
        ServiceNotifier notifier = new(_heard.Add, _clock, TimeSpan.Zero);

        notifier.Ready("1 of 2 ports up");
        notifier.Status("1 of 2 ports up");
        notifier.Status("2 of 2 ports up");
        notifier.Status("2 of 2 ports up");

        Assert.Equal(["READY=1\nSTATUS=1 of 2 ports up", "STATUS=2 of 2 ports up"], _heard);
    }

    [Fact]
    public void Beats_at_half_of_the_time_that_the_manager_waits()
    {
        ServiceNotifier notifier = new(_heard.Add, _clock, TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.FromSeconds(5), notifier.BeatInterval);
        for (int second = 1; second <= 21; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            notifier.Beat();
        }

        Assert.Equal(Enumerable.Repeat("WATCHDOG=1", 5), _heard);
    }

    [Fact]
    public void Does_not_beat_for_a_manager_that_does_not_wait()
    {
        ServiceNotifier notifier = new(_heard.Add, _clock, TimeSpan.Zero);
        notifier.Beat();

        Assert.Null(notifier.BeatInterval);
        Assert.Empty(_heard);
    }

    private sealed class SteppedClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan time) => _now += time.Ticks;
    }
}
