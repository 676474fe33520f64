using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace NetworkingSfc.Control.Hosting;

/// <summary>
/// Tells the service manager how this process is (sd_notify(3)): ready, reloading, stopping, and alive as often as it asks.
/// Without one (no <c>NOTIFY_SOCKET</c>) nothing happens.
/// </summary>
/// <remarks>Not the package for it: the forward role does not load the hosting libraries that it brings.</remarks>
internal sealed class ServiceNotifier
{
    private const string SocketPath = "NOTIFY_SOCKET";
    private const string WatchdogTime = "WATCHDOG_USEC";
    private const string WatchdogProcess = "WATCHDOG_PID";

    private readonly Action<string>? _send;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _beat;
    private long _lastBeat;
    private string? _status;

    /// <summary>Talks to the service manager that started this process.</summary>
    public ServiceNotifier()
        : this(ManagerOfEnvironment(), TimeProvider.System, WatchdogOfEnvironment())
    {
    }

    internal ServiceNotifier(Action<string>? send, TimeProvider clock, TimeSpan watchdog)
    {
        _send = send;
        _clock = clock;

        // Half of the time, as sd_watchdog_enabled(3) advises.
        _beat = watchdog / 2;
    }

    /// <summary>How often <see cref="Beat"/> wants to be called; null when nobody waits for it.</summary>
    public TimeSpan? BeatInterval => _send is not null && _beat > TimeSpan.Zero ? _beat : null;

    /// <summary>The process does its work, or does it again after a reload.</summary>
    /// <param name="status">A line for <c>systemctl status</c>.</param>
    public void Ready(string status)
    {
        _status = status;
        _send?.Invoke($"READY=1\nSTATUS={status}");
    }

    /// <summary>How the work goes; passed on when it is another line than the last one.</summary>
    /// <param name="status">A line for <c>systemctl status</c>.</param>
    public void Status(string status)
    {
        if (status != _status)
        {
            _status = status;
            _send?.Invoke($"STATUS={status}");
        }
    }

    /// <summary>The configuration is read again.</summary>
    public void Reloading()
    {
        // systemd compares this with its own clock (CLOCK_MONOTONIC) to tell one reload from the next.
        double microseconds = _clock.GetTimestamp() * (1e6 / _clock.TimestampFrequency);
        _send?.Invoke(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={microseconds:F0}"));
    }

    /// <summary>The process ends as it was asked to.</summary>
    public void Stopping() => _send?.Invoke("STOPPING=1");

    /// <summary>The process is alive. Called when that is known, at any rate; passed on when half of the manager's time is over.</summary>
    public void Beat()
    {
        long now = _clock.GetTimestamp();
        if (BeatInterval is { } interval && (_lastBeat == 0 || _clock.GetElapsedTime(_lastBeat, now) >= interval))
        {
            _lastBeat = now;
            _send?.Invoke("WATCHDOG=1");
        }
    }

    private static Action<string>? ManagerOfEnvironment()
    {
        if (Environment.GetEnvironmentVariable(SocketPath) is not { Length: > 0 } path)
        {
            return null;
        }

        // A path that begins with @ stands for one in the abstract name space (unix(7)).
        UnixDomainSocketEndPoint manager = new(path[0] == '@' ? '\0' + path[1..] : path);
        Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        return text =>
        {
            try
            {
                socket.SendTo(Encoding.UTF8.GetBytes(text), manager);
            }
            catch (SocketException)
            {
                // A manager that does not listen is its own affair; the work goes on.
            }
        };
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
