using System.Collections.Immutable;
using NetworkingSfc.Dataplane.Workers.Interop;

namespace NetworkingSfc.Dataplane.Workers;

/// <summary>What a worker does while nothing comes: it polls on, then lets other threads have the CPU, then sleeps between polls.</summary>
/// <param name="SpinPolls">Empty polls before it yields, 0 or more.</param>
/// <param name="YieldPolls">Empty polls with a yield before it sleeps, 0 or more.</param>
/// <param name="SleepMicroseconds">Sleep between later polls, below a second; 0 goes on yielding. Linux adds 50 us by itself.</param>
public sealed record IdlePolicy(int SpinPolls, int YieldPolls, int SleepMicroseconds)
{
    /// <summary>Polls for ever: the shortest delay, and all of a CPU.</summary>
    public static IdlePolicy Spin { get; } = new(int.MaxValue, 0, 0);

    /// <summary>Takes all of a CPU that nobody else wants.</summary>
    public static IdlePolicy Yield { get; } = new(1_000, int.MaxValue, 0);

    /// <summary>Sleeps when idle: a frame may wait some 0.15 ms, and an idle CPU is nearly free.</summary>
    public static IdlePolicy Sleep { get; } = new(1_000, 100, 100);

    /// <summary>The policies by the words that people choose them by.</summary>
    public static ImmutableArray<(string Name, IdlePolicy Policy)> All { get; } = [("spin", Spin), ("yield", Yield), ("sleep", Sleep)];

    /// <summary>Waits as the policy says.</summary>
    /// <param name="emptyPolls">Polls since the last packet, 1 or more.</param>
    /// <returns>True when the thread gave the CPU away, so that the time until its next poll says nothing about it.</returns>
    internal bool Wait(long emptyPolls)
    {
        if (emptyPolls <= SpinPolls)
        {
            return false;
        }

        if (SleepMicroseconds == 0 || emptyPolls - SpinPolls <= YieldPolls)
        {
            Thread.Yield();
        }
        else
        {
            _ = ThreadInterop.Sleep(new ThreadInterop.TimeSpec(0, SleepMicroseconds * 1_000L), remaining: 0);
        }

        return true;
    }
}
