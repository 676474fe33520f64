namespace NetworkingSfc.Dataplane.PathMtu;

/// <summary>
/// How many ICMP messages a worker may make: 1,000 a second, 50 at once, in one bucket for all senders (RFC 1812, section
/// 4.3.2.8, and RFC 4443, section 2.4, ask for a limit; the numbers are Linux's).
/// </summary>
internal sealed class AnswerRate
{
    /// <summary>Most messages at once.</summary>
    public const int Burst = 50;

    /// <summary>Nanoseconds that one message costs.</summary>
    public const long NanosecondsEach = 1_000_000;

    private const long Full = Burst * NanosecondsEach;

    private long _credit = Full;
    private long _last;

    /// <summary>Takes the right to one message.</summary>
    /// <param name="now">The time, never less than at the call before.</param>
    public bool TryTake(long now)
    {
        _credit = Math.Min(Full, _credit + Math.Min(Full, now - _last));
        _last = now;
        if (_credit < NanosecondsEach)
        {
            return false;
        }

        _credit -= NanosecondsEach;
        return true;
    }
}
