namespace NetworkingSfc.Dataplane.Tests.Workers;

/// <summary>A clock that goes on by the same time whenever it is read, which a worker does once a step.</summary>
internal sealed class TickingClock(TimeSpan each) : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks += each.Ticks;
}
