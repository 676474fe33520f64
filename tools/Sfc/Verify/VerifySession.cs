using NetworkingSfc.Control.Drivers.OpenVswitch;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Sfc.Replay;

namespace NetworkingSfc.Sfc.Verify;

/// <summary>
/// Takes frames through our engine and lets the switch repeat every step. At each hop the switch gets back what the function
/// that our engine chose makes of the frame that the switch sent, so that equal choices of members need no equal hashes. Where the two send
/// to different places, that branch ends.
/// </summary>
internal sealed class VerifySession : IDisposable
{
    private readonly ReplaySetup _setup;
    private readonly FlowDialect _dialect;
    private readonly EngineRun _engine;
    private readonly VerifyBridge _bridge;
    private readonly HopTable _hops;
    private readonly StepComparison _comparison;
    private readonly FunctionTable _functions;
    private readonly MemberChoices _ours = new();
    private readonly MemberChoices _theirs = new();
    private readonly List<Difference> _differences = [];
    private long _frames;
    private long _steps;
    private long _notFed;

    /// <summary>Makes a session.</summary>
    /// <param name="bridge">The bridge that the state is rendered to.</param>
    /// <param name="setup">State, functions.</param>
    /// <param name="dialect">Whose flows the bridge has.</param>
    public VerifySession(VerifyBridge bridge, ReplaySetup setup, FlowDialect dialect)
    {
        (_bridge, _setup, _dialect) = (bridge, setup, dialect);
        _hops = new HopTable(setup.Compiled, setup.Snapshot);
        _comparison = new StepComparison(_hops);
        _functions = new FunctionTable(setup.Snapshot, ReplaySession.PlayedFunctions(setup.Compiled.Resources, setup.Functions));
        _engine = new EngineRun(setup);
    }

    /// <summary>Takes all inputs through both.</summary>
    /// <param name="inputs">The captures, in the order that decides between equal timestamps.</param>
    /// <returns>What differs; null when an input cannot be read to its end.</returns>
    public VerifyReport? Run(IReadOnlyList<ReplayInput> inputs)
    {
        while (ReplayInput.Earliest(inputs) is ReplayInput next)
        {
            _frames++;
            bool isWhole = next.WireLength == next.Data.Length && next.Data.Length >= EthernetHeader.LengthBytes;
            EngineFate fate = _engine.Take(next);
            if (!isWhole)
            {
                // Nothing can give the switch such a frame, and our engine drops it.
                _notFed++;
                continue;
            }

            Repeat(fate.Step, fate.Step.Frame, fate, hopsDone: 0);
            foreach (EngineStep released in fate.Released)
            {
                Repeat(released, released.Frame, fate, hopsDone: 1);
            }
        }

        return inputs.Any(input => input.Error is not null) ? null : Report();
    }

    public void Dispose() => _engine.Dispose();

    private void Repeat(EngineStep step, byte[] received, EngineFate fate, int hopsDone)
    {
        IReadOnlyList<SwitchOutput> theirs = _bridge.Receive(step.Port, received);
        _steps++;
        StepView view = new(_setup.Compiled, _hops, _dialect, step, received, theirs) { Dropped = fate.Dropped };
        StepResult result = _comparison.Compare(view);
        foreach (Difference difference in result.Differences)
        {
            string reasons = step.Sent.Count == 0 && fate.Dropped.Count > 0 ? $" ({string.Join(", ", fate.Dropped)})" : "";
            _differences.Add(difference with { Packet = _frames, HopsDone = hopsDone, Ours = difference.Ours + reasons });
        }

        foreach ((EngineOutput ours, SwitchOutput sent) in result.Pairs.Where(pair => pair.Ours.Member != PacketBuffer.NoMember))
        {
            Note(view, ours, sent);
            if (ours.Returned is EngineStep next)
            {
                byte[] frame = _comparison.AsSentTo(ours, sent);
                _functions[ours.Member].Apply(frame);
                Repeat(next, frame, fate, hopsDone + 1);
            }
        }
    }

    private void Note(StepView view, EngineOutput ours, SwitchOutput theirs)
    {
        (PortChain chain, PortPairGroup group, PortPair pair) = _hops.Hop(ours.Member);
        Choice our = new(pair, view.IsFragment, view.IsOverlong);
        Choice their = our with { Pair = _comparison.Chosen(ours, theirs) ?? pair };
        if (_ours.Note(chain, group, ours.FlowHash, our) is Choice ourBefore)
        {
            AddMember(Both(ourBefore, our), "-", []);
        }

        if (_theirs.Note(chain, group, ours.FlowHash, their) is Choice theirBefore)
        {
            HopView hop = new(_setup.Compiled.Resources, chain, group)
            {
                HasFragments = their.IsFragment || theirBefore.IsFragment,
                HasOverlong = their.IsOverlong || theirBefore.IsOverlong,
            };
            AddMember("one member", Both(theirBefore, their), Known(row => row.IsMember, hop));
        }

        void AddMember(string one, string other, List<KnownDifference> known) =>
            _differences.Add(new Difference(DifferenceKind.Member, _frames, Name(chain, group), one, other, known) { Frame = view.Received });
    }

    private static string Both(Choice before, Choice now) =>
        $"{HopTable.Label(before.Pair.Name, before.Pair.IdText)} before, {HopTable.Label(now.Pair.Name, now.Pair.IdText)} now";

    private VerifyReport Report()
    {
        ResourceSet resources = _setup.Compiled.Resources;
        IEnumerable<PortPair> PairsOf(PortPairGroup group) => group.PortPairs.Select(id => resources.PortPairs[id]);
        foreach ((PortChain chain, PortPairGroup group, string shares) in _ours.Unfair(PairsOf))
        {
            _differences.Add(new Difference(DifferenceKind.Spread, 0, Name(chain, group), shares, "-", []));
        }

        foreach ((PortChain chain, PortPairGroup group, string shares) in _theirs.Unfair(PairsOf))
        {
            _differences.Add(new Difference(DifferenceKind.Spread, 0, Name(chain, group), "by weight", shares, Known(row => row.IsSpread, new HopView(resources, chain, group))));
        }

        return new VerifyReport(_dialect, _frames, _steps, _notFed, _setup.Compiled.Resources.Networks.Count(network => network.Learns), _bridge.Refused, _differences);
    }

    private List<KnownDifference> Known(Func<KnownDifference, Func<HopView, bool>?> question, HopView hop) =>
        [.. KnownDifferences.All.Where(row => row.IsOf(_dialect) && question(row)?.Invoke(hop) == true).Take(1)];

    private static string Name(PortChain chain, PortPairGroup group) =>
        $"chain {HopTable.Label(chain.Name, chain.IdText)}, group {HopTable.Label(group.Name, group.IdText)}";
}
