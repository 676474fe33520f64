using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using NetworkingSfc.Control.Tracing;
using NetworkingSfc.Dataplane.Channel;
using NetworkingSfc.Dataplane.Tracing;

namespace NetworkingSfc.Control.Drivers.Forwarder;

/// <summary>The control role's end of a trace: hands on what the forwarder sends to who asked for it, and has it stopped when they leave.</summary>
/// <param name="connection">The connection to the forwarder.</param>
internal sealed class TraceReceiver(FrameConnection connection)
{
    // What waits for a client that reads slowly; more is counted as not recorded, because other frames are behind it.
    private const int MostNews = 64;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    private Running? _running;

    /// <summary>Traces packets: see <see cref="ITracedForwarder.TraceAsync"/>.</summary>
    public async IAsyncEnumerable<TraceNews> TraceAsync(TraceRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Running running = new();
        if (Interlocked.CompareExchange(ref _running, running, null) is not null)
        {
            throw TraceRefusedException.AnotherRuns;
        }

        try
        {
            await connection.SendAsync(FrameType.TraceStart, TraceMessages.Of(request));
            await foreach (TraceNews news in running.News.Reader.ReadAllAsync(cancellation))
            {
                yield return news;
            }

            yield return await running.End.Task;
        }
        finally
        {
            await StopAsync(running);
            Volatile.Write(ref _running, null);
        }
    }

    /// <summary>Takes records from the forwarder.</summary>
    /// <param name="records">The records.</param>
    public void Take(ImmutableArray<TraceRecord> records)
    {
        if (Volatile.Read(ref _running) is { } running && !running.News.Writer.TryWrite(new TraceNews(records)))
        {
            running.NotTaken += records.Length;
        }
    }

    /// <summary>Takes the end of a trace from the forwarder.</summary>
    /// <param name="end">The end.</param>
    /// <param name="isRefused">True when it never began.</param>
    public void Take(TraceEnd end, bool isRefused)
    {
        if (Volatile.Read(ref _running) is { } running)
        {
            running.End.TrySetResult(new TraceNews([], end with { NotRecorded = end.NotRecorded + running.NotTaken }));
            running.News.Writer.TryComplete(isRefused ? new TraceRefusedException(end.Reason) : null);
        }
    }

    /// <summary>The connection has ended.</summary>
    /// <param name="reason">Why.</param>
    public void Close(string reason) => Take(new TraceEnd($"The connection to the forwarder has ended: {reason}", 0, 0), isRefused: false);

    // The next trace must not get what is left of this one.
    private async Task StopAsync(Running running)
    {
        if (running.End.Task.IsCompleted)
        {
            return;
        }

        try
        {
            await connection.SendAsync(FrameType.TraceStop);
            await running.End.Task.WaitAsync(_patience);
        }
        catch (Exception gone) when (gone is ChannelException or TimeoutException)
        {
            // Its connection is closed, or soon will be.
        }
    }

    private sealed class Running
    {
        public Channel<TraceNews> News { get; } = Channel.CreateBounded<TraceNews>(MostNews);

        public TaskCompletionSource<TraceNews> End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long NotTaken { get; set; }
    }
}
