using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Sfc.Replay;

/// <summary>Everything of the replay that belongs to one worker and is touched by its thread only.</summary>
internal sealed class ReplayLane
{
    // A chain of 254 hops crosses 509 ports. Functions that rewrite a frame from one chain into another and back would
    // send it round for ever; no network they could stand in would be sound, so the round ends somewhere.
    private const int MostCrossings = 8_192;

    private readonly FunctionTable _functions;
    private readonly SteeringSnapshot _snapshot;
    private readonly Dictionary<int, ReplayRxQueue> _rxQueues = [];
    private readonly HashSet<ulong>[] _flows;

    /// <summary>Makes a lane.</summary>
    /// <param name="snapshot">The steering state.</param>
    /// <param name="functions">What stands behind each member.</param>
    /// <param name="memberCounters">Rows of member counters.</param>
    public ReplayLane(SteeringSnapshot snapshot, FunctionTable functions, int memberCounters)
    {
        _snapshot = snapshot;
        _functions = functions;
        _flows = new HashSet<ulong>[memberCounters];
        for (int row = 0; row < memberCounters; row++)
        {
            _flows[row] = [];
        }
    }

    /// <summary>What crossed ports in this round.</summary>
    public CrossingLog Log { get; } = new();

    /// <summary>Frames that no function returned because they had crossed too many ports.</summary>
    public int EndlessFrames { get; private set; }

    /// <summary>True when no frame waits at any port.</summary>
    public bool IsIdle => _rxQueues.Values.All(queue => queue.IsEmpty);

    /// <summary>Hash values seen by each row of member counters.</summary>
    public IReadOnlyList<HashSet<ulong>> Flows => _flows;

    /// <summary>Where input frames for a port are staged.</summary>
    /// <param name="port">Number of the port.</param>
    public StagedInput InputOf(int port) => _rxQueues[port].Input;

    /// <summary>Opens the lane's receive queue of a port.</summary>
    /// <param name="port">Number of the port.</param>
    /// <param name="arena">The worker's packet memory.</param>
    public IRxQueue OpenRx(int port, PacketArena arena)
    {
        ReplayRxQueue queue = new(port, this, arena);
        _rxQueues.Add(port, queue);
        return queue;
    }

    /// <summary>Plays the function that a chain sent a frame to.</summary>
    /// <param name="buffer">The frame as sent.</param>
    /// <param name="arena">The worker's packet memory.</param>
    /// <returns>True when the function returns the frame and so keeps its slot.</returns>
    public bool Play(PacketBuffer buffer, PacketArena arena)
    {
        MemberEntry member = _snapshot.Members[buffer.Member];
        _flows[member.Counter].Add(buffer.FlowHash);
        if (!_functions[buffer.Member].Apply(arena.Frame(buffer)))
        {
            return false;
        }

        if (arena.Origin(buffer.Slot).Crossings >= MostCrossings)
        {
            EndlessFrames++;
            return false;
        }

        _rxQueues[member.OutputPort].Return(buffer);
        return true;
    }
}
