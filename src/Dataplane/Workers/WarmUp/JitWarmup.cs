using System.Diagnostics;
using System.Runtime;

namespace NetworkingSfc.Dataplane.Workers.WarmUp;

/// <summary>Runs code until the just-in-time compiler is done with it.</summary>
public static class JitWarmup
{
    // The runtime asks for better code after 30 calls, makes it when no new method came for 100 ms, and may do so twice,
    // counting branches first. Three times that long without a new method is settled. With one processor it waits ten
    // times as long.
    private static readonly TimeSpan _settled = TimeSpan.FromMilliseconds(Environment.ProcessorCount == 1 ? 3_000 : 300);

    // For a machine so busy that the compiler's own thread waits.
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(10);

    /// <summary>Runs it once or more.</summary>
    /// <param name="action">The code.</param>
    /// <param name="longest">When to go on although the compiler is not done; null for ten seconds.</param>
    public static void Settle(Action action, TimeSpan? longest = null)
    {
        long started = Stopwatch.GetTimestamp();
        long changed = started;
        long methods = -1;
        do
        {
            action();
            long now = JitInfo.GetCompiledMethodCount();
            if (now != methods)
            {
                methods = now;
                changed = Stopwatch.GetTimestamp();
            }
        }
        while (Stopwatch.GetElapsedTime(changed) < _settled && Stopwatch.GetElapsedTime(started) < (longest ?? _longest));
    }
}
