namespace NetworkingSfc.Dataplane.Attachments;

/// <summary>When to try again what has failed: after a second, then after twice as long each time, up to half a minute.</summary>
internal sealed class RetryDelay(TimeProvider clock)
{
    private static readonly TimeSpan _first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(30);

    private TimeSpan _delay = _first;
    private long? _failedAt;

    /// <summary>True when it is time.</summary>
    public bool IsDue => _failedAt is not long at || clock.GetElapsedTime(at) >= _delay;

    /// <summary>It has failed.</summary>
    public void Failed()
    {
        _delay = _failedAt is null ? _first : TimeSpan.FromTicks(Math.Min(2 * _delay.Ticks, _longest.Ticks));
        _failedAt = clock.GetTimestamp();
    }

    /// <summary>It has worked: the next failure is a first one.</summary>
    public void Worked() => _failedAt = null;
}
