using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.Publishing;
using NetworkingSfc.Control.Tracing;
using NetworkingSfc.Dataplane.Channel;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tracing;

namespace NetworkingSfc.Control.Drivers.Forwarder;

/// <summary>
/// Our own forwarder in a process of its own. It forwards on whatever becomes of this one; when both are there, what it holds
/// is what is wanted, and nothing is sent when it is already.
/// </summary>
public sealed class RemoteForwarder : IStateTarget, IForwarderProgress, ITracedForwarder, IAsyncDisposable
{
    // Under a second, so that who looks at the state sees the death of the other role within one.
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _often = TimeSpan.FromMilliseconds(50);

    private readonly string _socket;
    private readonly Action<string> _notice;
    private readonly TimeProvider _time;
    private ForwarderSession? _session;
    private Presence? _presence;
    private CompiledState? _state;

    /// <summary>Makes the target; nothing is connected yet.</summary>
    /// <param name="socket">Path of the socket at which the forwarder takes orders.</param>
    /// <param name="notice">Takes sentences for people.</param>
    /// <param name="time">The clock.</param>
    public RemoteForwarder(string socket, Action<string> notice, TimeProvider? time = null)
    {
        _socket = socket;
        _notice = notice;
        _time = time ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public string Name => "forwarder";

    /// <inheritdoc/>
    public ImmutableArray<ulong> Adopted => Volatile.Read(ref _session)?.Adopted ?? [];

    /// <inheritdoc/>
    public RunningForwarder? Running => Volatile.Read(ref _session) is { End: null } session
        ? new RunningForwarder(
            DateTimeOffset.UnixEpoch.AddTicks(session.Hello.StartedNanoseconds / TimeSpan.NanosecondsPerTick),
            session.Counters?.Workers ?? [], session.Counters?.Ports, session.Ports)
        {
            Capacity = session.Counters?.Capacity,
        }
        : null;

    /// <inheritdoc/>
    public DateTimeOffset? Since => Volatile.Read(ref _presence) is { } known && known.IsThere == Running is not null ? known.Since : null;

    /// <summary>A driver that keeps a forwarder at the current state, and looks often whether it is there.</summary>
    /// <param name="socket">Path of the socket at which the forwarder takes orders.</param>
    /// <param name="notice">Takes sentences for people.</param>
    public static FollowingDriver Follow(string socket, Action<string> notice) =>
        new(new RemoteForwarder(socket, notice)) { FirstRetry = _look, LongestRetry = _look, CheckInterval = _look };

    /// <summary>
    /// Asks the forwarder for the numbers that things have there. Before anything is compiled. One that is away, or has not
    /// noticed yet that the control process before has gone, is waited for a second; its numbers are taken up when it is there.
    /// </summary>
    /// <returns>The numbers; none when it is away or does not know any.</returns>
    public async Task<StableNumbers> NumbersAsync()
    {
        long end = Environment.TickCount64 + (long)_patience.TotalMilliseconds;
        while (true)
        {
            try
            {
                ForwarderSession session = await ConnectAsync(CancellationToken.None);
                return StableNumbers.FromLegend(session.Hello.Legend) ?? StableNumbers.None;
            }
            catch (DriverException) when (Environment.TickCount64 < end)
            {
                await Task.Delay(_often);
            }
            catch (DriverException)
            {
                // It is tried again, and then reported.
                return StableNumbers.None;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<ImmutableDictionary<Guid, ImmutableArray<string>>> ApplyAsync(CompiledState state, CancellationToken cancellation)
    {
        Volatile.Write(ref _state, state);
        ForwarderSession session = await ConnectAsync(cancellation);
        if (!session.IsBegun && !state.Numbers.Extends(session.Hello.Legend) && StableNumbers.FromLegend(session.Hello.Legend) is { } numbers)
        {
            throw new OtherNumbersException(numbers);
        }

        try
        {
            await session.ApplyAsync(state.Definition, cancellation);
        }
        catch (ChannelException gone)
        {
            throw Away(gone.Message);
        }

        return PortProblems.Of(state, session.Ports);
    }

    /// <inheritdoc/>
    CompiledState? ITracedForwarder.State => Volatile.Read(ref _state);

    /// <inheritdoc/>
    async IAsyncEnumerable<TraceNews> ITracedForwarder.TraceAsync(TraceRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (Volatile.Read(ref _session) is not { End: null } session)
        {
            throw new TraceRefusedException($"The forwarder at unix:{_socket} is away, so nothing can be traced. Accepted is a forwarder that is connected.");
        }

        await foreach (TraceNews news in session.TraceAsync(request, cancellation))
        {
            yield return news;
        }
    }

    /// <summary>Closes the connection; the forwarder goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_session is { } session)
        {
            await session.DisposeAsync();
        }
    }

    private async Task<ForwarderSession> ConnectAsync(CancellationToken cancellation)
    {
        if (_session is { } session)
        {
            if (session.End is null)
            {
                return session;
            }

            Volatile.Write(ref _session, null);
            await session.DisposeAsync();
            throw Away(session.End);
        }

        try
        {
            session = await ForwarderSession.ConnectAsync(_socket, _notice, cancellation);
        }
        catch (ChannelException failure)
        {
            throw Away(failure.Message);
        }

        Volatile.Write(ref _session, session);
        Volatile.Write(ref _presence, new Presence(IsThere: true, _time.GetUtcNow()));
        return session;
    }

    private DriverException Away(string reason)
    {
        Presence away = _presence is { IsThere: false } before ? before : new Presence(IsThere: false, _time.GetUtcNow());
        Volatile.Write(ref _presence, away);
        return new DriverException(string.Create(CultureInfo.InvariantCulture,
            $"The forwarder at unix:{_socket} has been away since {away.Since:yyyy-MM-dd HH:mm:ss}Z: {reason} It gets this state as soon as it is there."));
    }

    private sealed record Presence(bool IsThere, DateTimeOffset Since);
}
