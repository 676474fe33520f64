using System.Collections.Immutable;
using NetworkingSfc.Control.Compilation;

namespace NetworkingSfc.Control.Drivers;

/// <summary>
/// Keeps a target at the current state, behind it by as long as that takes: publishing never waits for it. A failure is
/// reported and tried again, at once with the next state and else after a time that doubles; states that came meanwhile are
/// skipped. What the target loses by itself is brought back within <see cref="CheckInterval"/>.
/// </summary>
public sealed class FollowingDriver : IStateDriver, IAsyncDisposable
{
    private readonly IStateTarget _target;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _changed = new(0);
    private readonly Lock _reporting = new();
    private CompiledState? _wanted;
    private DriverReport _report;
    private Task _running = Task.CompletedTask;
    private Func<StableNumbers, Task>? _renumber;

    /// <summary>Makes a driver that does nothing before <see cref="Start"/>.</summary>
    /// <param name="target">What it keeps at the current state; disposed of with it if it can be.</param>
    /// <param name="time">The clock.</param>
    public FollowingDriver(IStateTarget target, TimeProvider? time = null)
    {
        _target = target;
        _time = time ?? TimeProvider.System;
        _report = new DriverReport(target.Name, 0, Applied: null);
    }

    /// <summary>What it keeps at the current state.</summary>
    public IStateTarget Target => _target;

    /// <inheritdoc/>
    public string Name => _target.Name;

    /// <inheritdoc/>
    public DriverReport Report => Volatile.Read(ref _report);

    /// <summary>Time after the first failure; doubled after each further one.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest time between attempts.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Time between looks at a target that holds the current state.</summary>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Begins to follow. Once.</summary>
    /// <param name="logger">Takes failures and their end.</param>
    /// <param name="renumber">Compiles the current state with the numbers that a target has given, and publishes it.</param>
    public void Start(ILogger logger, Func<StableNumbers, Task> renumber)
    {
        _renumber = renumber;
        _running = Task.Run(() => RunAsync(logger));
    }

    /// <inheritdoc/>
    public object? Prepare(CompiledState candidate) => null;

    /// <inheritdoc/>
    public void Publish(CompiledState current, object? prepared)
    {
        Volatile.Write(ref _wanted, current);
        Update(report => report with { Wanted = current.Resources.Revision });
        _changed.Release();
    }

    /// <summary>Stops following; an attempt under way is finished or given up.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
        _changed.Dispose();
        if (_target is IAsyncDisposable target)
        {
            await target.DisposeAsync();
        }
        else
        {
            (_target as IDisposable)?.Dispose();
        }
    }

    private async Task RunAsync(ILogger logger)
    {
        TimeSpan retry = FirstRetry;
        TimeSpan wait = Timeout.InfiniteTimeSpan;
        try
        {
            while (true)
            {
                await WaitAsync(wait);
                if (Volatile.Read(ref _wanted) is not { } wanted)
                {
                    continue;
                }

                bool applied = await TryApplyAsync(wanted, retry, logger);
                wait = applied ? CheckInterval : retry;
                retry = applied ? FirstRetry : TimeSpan.FromTicks(Math.Min(2 * retry.Ticks, LongestRetry.Ticks));
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    // Several states that came while one was applied are one reason to go on.
    private async Task WaitAsync(TimeSpan wait)
    {
        using CancellationTokenSource until = new(wait, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(until.Token, _stopping.Token);
        try
        {
            await _changed.WaitAsync(either.Token);
            while (_changed.Wait(0, CancellationToken.None))
            {
            }
        }
        catch (OperationCanceledException) when (!_stopping.IsCancellationRequested)
        {
            // Time to look again.
        }
    }

    private async Task<bool> TryApplyAsync(CompiledState wanted, TimeSpan retry, ILogger logger)
    {
        long revision = wanted.Resources.Revision;
        try
        {
            ImmutableDictionary<Guid, ImmutableArray<string>> problems = await ApplyAsync(wanted);
            string? ended = Report.Failure;
            Update(report => report with { Applied = revision, Failure = null, FailingSince = null, NextAttempt = null, Problems = problems });
            if (ended is not null)
            {
                DriverLog.Recovered(logger, Name, revision);
            }

            return true;
        }
        catch (Exception failure) when (!_stopping.IsCancellationRequested)
        {
            string reason = failure is DriverException ? failure.Message : $"{failure.GetType().Name}: {failure.Message.ReplaceLineEndings(" ")}";
            if (Report.Failure != reason)
            {
                DriverLog.Failed(logger, Name, revision, reason, failure is DriverException ? null : failure);
            }

            DateTimeOffset now = _time.GetUtcNow();
            Update(report => report with { Failure = reason, FailingSince = report.FailingSince ?? now, NextAttempt = now + retry });
            return false;
        }
    }

    private async Task<ImmutableDictionary<Guid, ImmutableArray<string>>> ApplyAsync(CompiledState wanted)
    {
        try
        {
            return await _target.ApplyAsync(wanted, _stopping.Token);
        }
        catch (OtherNumbersException other)
        {
            await _renumber!(other.Numbers);
            return await _target.ApplyAsync(Volatile.Read(ref _wanted)!, _stopping.Token);
        }
    }

    // The control loop and the follower both write.
    private void Update(Func<DriverReport, DriverReport> change)
    {
        lock (_reporting)
        {
            Volatile.Write(ref _report, change(_report));
        }
    }
}
