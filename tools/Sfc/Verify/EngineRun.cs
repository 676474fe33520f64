using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Dataplane.Ports.PcapFile;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Workers;
using NetworkingSfc.Sfc.Replay;

namespace NetworkingSfc.Sfc.Verify;

/// <summary>Our engine with the functions played, as in a replay, one input frame at a time.</summary>
internal sealed class EngineRun : IDisposable
{
    private readonly ReplayEngine _engine;
    private long _frames;

    /// <summary>Makes an engine for a state.</summary>
    /// <param name="setup">The state and its functions.</param>
    public EngineRun(ReplaySetup setup)
    {
        CompiledState state = setup.Compiled;
        _engine = new ReplayEngine(
            new SnapshotCell(setup.Snapshot), ReplaySession.PlayedFunctions(state.Resources, setup.Functions),
            [.. state.Resources.Ports.Select(port => state.Numbers.Ports[port.Id])], workers: 1);
    }

    private Worker Worker => _engine.Workers[0];

    /// <summary>Takes the next frame of an input to its end.</summary>
    /// <param name="input">The input; it is left at its next frame.</param>
    public EngineFate Take(ReplayInput input)
    {
        ReplayLane lane = _engine.Lanes[0];
        long[] before = Worker.Counters.Dropped.ToArray();
        lane.InputOf(input.Port).Add(_frames++, input.TimestampNanoseconds, input.Data, input.WireLength);
        input.Advance();
        while (Worker.RunOnce() > 0)
        {
        }

        lane.Log.Sort();
        (EngineStep step, List<EngineStep> released) = Steps(lane.Log);
        lane.Log.Clear();
        return new EngineFate(step, released, Reasons(before));
    }

    public void Dispose() => _engine.Dispose();

    // In canonical order a record stands behind what caused it, and behind that comes what the frame did before it went on:
    // the cause is the last record with one crossing less.
    private static (EngineStep Step, List<EngineStep> Released) Steps(CrossingLog log)
    {
        List<EngineStep> roots = [];
        Dictionary<int, EngineStep> received = [];
        Dictionary<int, EngineOutput> sent = [];
        int part = 0;
        foreach (CrossingRecord record in log.Records)
        {
            if (record.Part != part)
            {
                part = record.Part;
                received.Clear();
                sent.Clear();
            }

            byte[] frame = log.BytesOf(record).ToArray();
            if (record.Direction == CaptureDirection.Outbound)
            {
                EngineOutput output = new(record.Port, frame, record.Member, record.FlowHash);
                sent[record.Crossing] = output;
                if (received.TryGetValue(record.Crossing - 1, out EngineStep? cause))
                {
                    cause.Sent.Add(output);
                }

                continue;
            }

            EngineStep step = new(record.Port, frame);
            received[record.Crossing] = step;
            if (sent.TryGetValue(record.Crossing - 1, out EngineOutput? handed))
            {
                handed.Returned = step;
            }

            if (record.Crossing == 0 || handed is null || !received.ContainsKey(record.Crossing - 2))
            {
                roots.Add(step);
            }
        }

        return (roots[0], roots[1..]);
    }

    private List<string> Reasons(long[] before) =>
        [.. DropReasonCatalog.All.Where(reason => Worker.Counters.Dropped[(int)reason.Reason] > before[(int)reason.Reason]).Select(reason => reason.Name)];
}

/// <summary>What became of one input frame in our engine.</summary>
/// <param name="Step">The frame as it came in, and all that follows.</param>
/// <param name="Released">Steps of fragments that had waited for this frame, from where a function returned them.</param>
/// <param name="Dropped">Reasons of drops meanwhile.</param>
internal sealed record EngineFate(EngineStep Step, IReadOnlyList<EngineStep> Released, IReadOnlyList<string> Dropped);
