using System.Globalization;
using Microsoft.Extensions.Hosting.Systemd;

namespace NetworkingSfc.Control.Hosting;

/// <summary>
/// Tells the service manager how this process is (sd_notify(3)): ready, reloading, stopping, and alive as often as it asks.
/// Without one (no <c>NOTIFY_SOCKET</c>) nothing happens.
/// </summary>
internal sealed class ServiceNotifier
{
    private const string WatchdogTime = "WATCHDOG_USEC";
    private const string WatchdogProcess = "WATCHDOG_PID";

    private readonly ISystemdNotifier _notifier;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _beat;
    private long _lastBeat;

    /// <summary>Talks to the service manager that started this process.</summary>
    public ServiceNotifier()
        : this(new SystemdNotifier(), TimeProvider.System, WatchdogOfEnvironment())
    {
    }

    internal ServiceNotifier(ISystemdNotifier notifier, TimeProvider clock, TimeSpan watchdog)
    {
        _notifier = notifier;
        _clock = clock;

        // Half of the time, as sd_watchdog_enabled(3) advises.
        _beat = watchdog / 2;
    }

    /// <summary>How often <see cref="Beat"/> wants to be called; null when nobody waits for it.</summary>
    public TimeSpan? BeatInterval => _notifier.IsEnabled && _beat > TimeSpan.Zero ? _beat : null;

    /// <summary>The process does its work, or does it again after a reload.</summary>
    /// <param name="status">A line for <c>systemctl status</c>.</param>
    public void Ready(string status) => _notifier.Notify(new ServiceState($"READY=1\nSTATUS={status}"));

    /// <summary>The configuration is read again.</summary>
    public void Reloading()
    {
        // systemd compares this with its own clock (CLOCK_MONOTONIC) to tell one reload from the next.
        double microseconds = _clock.GetTimestamp() * (1e6 / _clock.TimestampFrequency);
        _notifier.Notify(new ServiceState(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={microseconds:F0}")));
    }

    /// <summary>The process ends as it was asked to.</summary>
    public void Stopping() => _notifier.Notify(new ServiceState("STOPPING=1"));

    /// <summary>The process is alive. Called when that is known, at any rate; passed on when half of the manager's time is over.</summary>
    public void Beat()
    {
        long now = _clock.GetTimestamp();
        if (BeatInterval is { } interval && (_lastBeat == 0 || _clock.GetElapsedTime(_lastBeat, now) >= interval))
        {
            _lastBeat = now;
            _notifier.Notify(new ServiceState("WATCHDOG=1"));
        }
    }

    private static TimeSpan WatchdogOfEnvironment()
    {
        string? process = Environment.GetEnvironmentVariable(WatchdogProcess);
        bool isOurs = process is null || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return isOurs && long.TryParse(Environment.GetEnvironmentVariable(WatchdogTime), NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds)
            ? TimeSpan.FromMicroseconds(microseconds)
            : TimeSpan.Zero;
    }
}
