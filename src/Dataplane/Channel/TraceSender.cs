using System.Collections.Immutable;
using NetworkingSfc.Dataplane.Tracing;

namespace NetworkingSfc.Dataplane.Channel;

/// <summary>The forwarder's end of a trace: sends what is recorded to the control process that asked, until either of them ends it.</summary>
/// <param name="connection">The connection to the control process.</param>
/// <param name="forwarder">What is traced.</param>
internal sealed class TraceSender(FrameConnection connection, IControlled forwarder) : IAsyncDisposable
{
    private PacketTrace? _trace;
    private Task _sending = Task.CompletedTask;

    /// <summary>Begins or ends a trace, when a frame says so.</summary>
    /// <param name="frame">The frame.</param>
    /// <returns>False when it is about something else.</returns>
    public async ValueTask<bool> TakeAsync(Frame frame)
    {
        switch (frame.Type)
        {
            case FrameType.TraceStart:
                await StartAsync(TraceMessages.ReadRequest(frame.Payload));
                return true;
            case FrameType.TraceStop:
                await DisposeAsync();
                return true;
            default:
                return false;
        }
    }

    /// <summary>Ends the trace; what was recorded is sent before.</summary>
    public async ValueTask DisposeAsync()
    {
        _trace?.Dispose();
        await _sending;
    }

    private async Task StartAsync(TraceRequest request)
    {
        try
        {
            _trace = forwarder.StartTrace(request);

            // Says that it has begun.
            await connection.SendAsync(FrameType.TraceRecords, TraceMessages.Of(ImmutableArray<TraceRecord>.Empty));
            _sending = SendAsync(_trace);
        }
        catch (TraceRefusedException refused)
        {
            await connection.SendAsync(FrameType.TraceEnded, TraceMessages.Of(new TraceEnd(refused.Message, 0, 0), isRefused: true));
        }
    }

    private async Task SendAsync(PacketTrace trace)
    {
        using (trace)
        {
            try
            {
                await foreach (var records in trace.ReadAllAsync())
                {
                    await connection.SendAsync(FrameType.TraceRecords, TraceMessages.Of(records));
                }

                await connection.SendAsync(FrameType.TraceEnded, TraceMessages.Of(trace.End, isRefused: false));
            }
            catch (ChannelException)
            {
                // Whoever receives is told.
            }
        }
    }
}
