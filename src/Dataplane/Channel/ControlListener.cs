using System.Collections.Immutable;
using System.Net.Sockets;
using NetworkingSfc.Dataplane.Attachments;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Dataplane.Channel;

/// <summary>
/// The forwarder's end of the control socket: takes definitions from one control process at a time and tells it how far they
/// are. Whatever comes or goes here, packets do not notice.
/// </summary>
internal sealed class ControlListener : IAsyncDisposable
{
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _lookForAdoption = TimeSpan.FromMilliseconds(1);

    private readonly Socket _listener;
    private readonly IControlled _forwarder;
    private readonly Action<string> _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private Session? _control;

    /// <summary>Begins to accept.</summary>
    /// <param name="listener">A socket that listens; closed with this.</param>
    /// <param name="forwarder">What is controlled.</param>
    /// <param name="log">Takes sentences for people.</param>
    public ControlListener(Socket listener, IControlled forwarder, Action<string> log)
    {
        _listener = listener;
        _forwarder = forwarder;
        _log = log;
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Closes the connection, and the socket.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        if (Volatile.Read(ref _control) is { } control)
        {
            await control.Connection.CloseAsync("The forwarder stops.");
            await control.Ended.Task;
        }

        await _accepting;
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Socket socket = await _listener.AcceptAsync(_stopping.Token);
                if (DescriptorHeadroom.Complaint((int)socket.Handle) is { } complaint)
                {
                    socket.Dispose();
                    await RefuseAsync(complaint);
                    continue;
                }

                _ = Task.Run(() => ServeAsync(socket));
            }
            catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException failure)
            {
                await RefuseAsync(failure.Message);
            }
        }
    }

    // Others may close their descriptors, for example.
    private Task RefuseAsync(string reason)
    {
        _log($"A control process could not be accepted: {reason}");
        return Task.Delay(FrameConnection.AliveInterval);
    }

    private async Task ServeAsync(Socket socket)
    {
        await using FrameConnection connection = new(socket);
        Session session = new(connection, connection.PeerProcess);
        bool isControl = false;
        string end = "It closed the connection.";
        try
        {
            await GreetAsync(connection);
            Session? other = Interlocked.CompareExchange(ref _control, session, null);
            isControl = other is null;
            if (!isControl)
            {
                await connection.CloseAsync($"The control process {other!.Process} is connected to this forwarder, which takes one at a time. Stop it first.");
                return;
            }

            _log($"The control process {session.Process} is connected.");
            await ServeAsync(session);
        }
        catch (Exception failure) when (failure is ChannelException or SnapshotFormatException)
        {
            end = failure.Message;
            await connection.CloseAsync(end);
        }
        finally
        {
            if (isControl)
            {
                _log($"The control process {session.Process} is gone; generation {_forwarder.Definition.Generation} goes on. {end}");
                Volatile.Write(ref _control, null);
            }

            session.Ended.SetResult();
        }
    }

    private static async Task GreetAsync(FrameConnection connection)
    {
        Frame first = await connection.ReceiveAsync() ?? throw new ChannelException("It closed the connection before it said who it is.");
        if (first.Type != FrameType.Hello)
        {
            throw new ChannelException($"The first frame is a {first.Type}; accepted is {FrameType.Hello}.");
        }

        ChannelMessages.ReadHello(first.Payload);
    }

    private async Task ServeAsync(Session session)
    {
        session.Connection.KeepAlive();
        await session.Connection.SendAsync(FrameType.Hello, ChannelMessages.Of(_forwarder.Hello));
        using CancellationTokenSource ended = new();
        using SemaphoreSlim changed = new(0);
        Task reporting = ReportAsync(session.Connection, changed, ended.Token);
        await using TraceSender tracing = new(session.Connection, _forwarder);
        try
        {
            while (await session.Connection.ReceiveAsync() is { } frame)
            {
                if (!await tracing.TakeAsync(frame))
                {
                    await TakeAsync(session.Connection, frame);
                }

                changed.Release();
            }
        }
        finally
        {
            await ended.CancelAsync();
            await reporting;
        }
    }

    private async Task TakeAsync(FrameConnection connection, Frame frame)
    {
        SteeringDefinition held = _forwarder.Definition;
        SteeringDefinition next;
        switch (frame.Type)
        {
            case FrameType.Snapshot:
                next = SnapshotDecoder.Decode(frame.Payload);
                break;
            case FrameType.Delta when !SnapshotDelta.StartsFrom(held, frame.Payload):
                await connection.SendAsync(FrameType.WholeWanted);
                return;
            case FrameType.Delta:
                next = SnapshotDelta.Apply(held, frame.Payload);
                break;
            case FrameType.Goodbye:
                throw new ChannelException(ChannelMessages.ReadText(frame.Payload));
            default:
                throw new ChannelException($"A control process does not send a {frame.Type}.");
        }

        try
        {
            _forwarder.Take(next);
        }
        catch (SteeringDefinitionException refused)
        {
            await connection.SendAsync(FrameType.Refused, ChannelMessages.Refused(next.Generation, refused.Message));
        }
    }

    private async Task ReportAsync(FrameConnection connection, SemaphoreSlim changed, CancellationToken ended)
    {
        ImmutableArray<ulong> saidAdopted = [];
        ImmutableArray<PortState> saidPorts = [];
        try
        {
            while (true)
            {
                ImmutableArray<ulong> adopted = _forwarder.Adopted;
                if (!adopted.AsSpan().SequenceEqual(saidAdopted.AsSpan()))
                {
                    await connection.SendAsync(FrameType.Workers, ChannelMessages.Of(adopted));
                    saidAdopted = adopted;
                }

                ImmutableArray<PortState> ports = _forwarder.PortStates;
                if (ports != saidPorts)
                {
                    await connection.SendAsync(FrameType.Ports, ChannelMessages.Of([.. ports.Select(PortReport.Of)]));
                    saidPorts = ports;
                }

                bool isBehind = adopted.Any(generation => generation < _forwarder.Definition.Generation);
                await changed.WaitAsync(isBehind ? _lookForAdoption : _look, ended);
            }
        }
        catch (Exception failure) when (failure is ChannelException or OperationCanceledException)
        {
            // Whoever receives is told.
        }
    }

    private sealed record Session(FrameConnection Connection, int Process)
    {
        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
