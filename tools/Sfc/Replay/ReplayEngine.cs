using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports.PcapFile;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Sfc.Replay;

/// <summary>
/// Runs captures through the engine in rounds: a round's packets are dealt to the workers (or it is one packet that must be taken in turn), each worker steps until nothing
/// moves, then all records are written in canonical order. The result does not depend on how packets are dealt.
/// </summary>
internal sealed class ReplayEngine : IDisposable
{
    private const int RoundPackets = 4_096;
    private const int RoundBytes = 16 << 20;

    // A packet that returns from a function and one on its way there, and for each as many copies as one pass can make.
    private const int SlotsPerPacket = 2;
    private const int MostCopies = 7;

    private readonly Worker[] _workers;
    private readonly ReplayLane[] _lanes;
    private readonly ReplayDealer _dealer;
    private readonly Dictionary<int, int> _interfaceOfPort = [];
    private CrossingRecord[] _order = [];
    private long _inputPackets;
    private bool _isInTurn;

    /// <summary>Makes workers with every port of the snapshot attached.</summary>
    /// <param name="snapshots">Where the steering state is published.</param>
    /// <param name="functions">Function by port pair UUID.</param>
    /// <param name="ports">Numbers of the ports, in the order of the output's interfaces.</param>
    /// <param name="workers">How many workers, 1 or more.</param>
    public ReplayEngine(SnapshotCell snapshots, IReadOnlyDictionary<UInt128, PlayedFunction> functions, IReadOnlyList<int> ports, int workers)
    {
        SteeringSnapshot snapshot = snapshots.Current;
        FunctionTable table = new(snapshot, functions);
        int memberCounters = 0;
        foreach (ref readonly MemberEntry member in snapshot.Members)
        {
            memberCounters = Math.Max(memberCounters, member.Counter + 1);
        }

        int copies = Math.Min(MostCopies, snapshot.Definition.Paths.Sum(path => path.Taps.Length));
        int slots = ReplayRxQueue.MostInFlight * SlotsPerPacket * (1 + copies);
        _dealer = new ReplayDealer(
            workers,
            snapshot.Definition.Ports.Select(port => port.MtuBytes).Where(mtu => mtu > 0).DefaultIfEmpty(int.MaxValue).Min(),
            snapshot.Definition.Networks.Any(network => network.Learns));
        _lanes = new ReplayLane[workers];
        _workers = new Worker[workers];
        for (int i = 0; i < workers; i++)
        {
            _lanes[i] = new ReplayLane(snapshot, table, memberCounters);
            _workers[i] = new Worker(snapshots, slots, PacketArena.LargestFrameBytes);
            _workers[i].ComputeHashes();
        }

        foreach (int number in ports)
        {
            _interfaceOfPort.Add(number, _interfaceOfPort.Count);
            ReplayPort port = new(number, _lanes);
            for (int i = 0; i < workers; i++)
            {
                _workers[i].Attach(number, port, i);
            }
        }
    }

    /// <summary>The workers, for their counters.</summary>
    public IReadOnlyList<Worker> Workers => _workers;

    /// <summary>The lanes, for the flows seen.</summary>
    public IReadOnlyList<ReplayLane> Lanes => _lanes;

    /// <summary>Frames that functions would have sent round for ever.</summary>
    public int EndlessFrames => _lanes.Sum(lane => lane.EndlessFrames);

    /// <summary>Replays all inputs.</summary>
    /// <param name="inputs">The captures, in the order that decides between equal timestamps.</param>
    /// <param name="output">Where records go; one interface a port, in the order given to the constructor.</param>
    /// <returns>What went wrong, or null.</returns>
    public string? Run(IReadOnlyList<ReplayInput> inputs, CaptureWriter output)
    {
        while (true)
        {
            bool staged = StageRound(inputs, out string? error);
            if (error is not null)
            {
                return error;
            }

            if (!staged)
            {
                foreach (Worker worker in _workers)
                {
                    worker.GiveUpHeld();
                }

                return output.TryFlush() ? null : output.Error;
            }

            RunWorkers();
            if (!WriteRound(output))
            {
                return output.Error;
            }
        }
    }

    public void Dispose()
    {
        foreach (Worker worker in _workers)
        {
            worker.Dispose();
        }
    }

    private bool StageRound(IReadOnlyList<ReplayInput> inputs, out string? error)
    {
        int packets = 0;
        int bytes = 0;
        while (packets < RoundPackets && bytes < RoundBytes)
        {
            error = inputs.Select(input => input.Error).FirstOrDefault(text => text is not null);
            if (error is not null)
            {
                return false;
            }

            if (ReplayInput.Earliest(inputs) is not ReplayInput next)
            {
                break;
            }

            // A packet that has to be taken in turn is a round of its own.
            _isInTurn = _dealer.IsInTurn(next.Data);
            if (_isInTurn && packets > 0)
            {
                _isInTurn = false;
                break;
            }

            StagedInput staged = _lanes[_isInTurn ? 0 : _dealer.WorkerFor(next.Data)].InputOf(next.Port);
            staged.Add(_inputPackets++, next.TimestampNanoseconds, next.Data, next.WireLength);
            packets++;
            bytes += next.Data.Length;
            next.Advance();
            if (_isInTurn)
            {
                break;
            }
        }

        error = null;
        return packets > 0;
    }

    private void RunWorkers()
    {
        if (_workers.Length == 1 || _isInTurn)
        {
            RunUntilIdle(0);
            return;
        }

        Parallel.For(0, _workers.Length, RunUntilIdle);
    }

    private void RunUntilIdle(int worker)
    {
        while (_workers[worker].RunOnce() > 0)
        {
        }

        if (!_lanes[worker].IsIdle)
        {
            throw new InvalidOperationException("The worker stopped with frames waiting at its ports.");
        }
    }

    private bool WriteRound(CaptureWriter output)
    {
        int count = _lanes.Sum(lane => lane.Log.Records.Length);
        if (_order.Length < count)
        {
            _order = new CrossingRecord[count];
        }

        // All records of one input packet are on one worker, so its number finds the log again.
        int[] ends = new int[_lanes.Length];
        int filled = 0;
        for (int lane = 0; lane < _lanes.Length; lane++)
        {
            _lanes[lane].Log.Sort();
            ReadOnlySpan<CrossingRecord> records = _lanes[lane].Log.Records;
            records.CopyTo(_order.AsSpan(filled));
            filled += records.Length;
            ends[lane] = filled;
        }

        bool written = WriteMerged(output, ends);
        foreach (ReplayLane lane in _lanes)
        {
            lane.Log.Clear();
        }

        return written;
    }

    private bool WriteMerged(CaptureWriter output, int[] ends)
    {
        int[] next = [0, .. ends.AsSpan(0, ends.Length - 1)];
        while (true)
        {
            int first = -1;
            for (int lane = 0; lane < next.Length; lane++)
            {
                if (next[lane] < ends[lane] && (first < 0 || _order[next[lane]].InputPacket < _order[next[first]].InputPacket))
                {
                    first = lane;
                }
            }

            if (first < 0)
            {
                return true;
            }

            CrossingRecord record = _order[next[first]++];
            if (!output.TryWrite(_interfaceOfPort[record.Port], record.TimestampNanoseconds, _lanes[first].Log.BytesOf(record), record.WireLength, record.Direction))
            {
                return false;
            }
        }
    }
}
