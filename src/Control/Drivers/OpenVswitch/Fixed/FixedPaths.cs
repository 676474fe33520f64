using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Control.Drivers.OpenVswitch.Fixed;

/// <summary>
/// What becomes of frames at each place of the paths: copies for taps, a group that writes a member's number to a register, and
/// behind it the table that encapsulates for that member. Frames are opened before the choice, so that it sees the packet.
/// </summary>
internal sealed class FixedPaths
{
    private readonly FixedBridge _bridge;
    private readonly OpenFlowProgramBuilder _program;
    private readonly Func<FixedPath, int> _rulesBehind;
    private readonly HashSet<(int Path, int Hop)> _carriedTo = [];

    /// <summary>Makes the actions of paths.</summary>
    /// <param name="bridge">Where ports are.</param>
    /// <param name="program">Takes flows and groups.</param>
    /// <param name="rulesBehind">Register value of the rules that apply behind a path, or -1.</param>
    public FixedPaths(FixedBridge bridge, OpenFlowProgramBuilder program, Func<FixedPath, int> rulesBehind)
    {
        _bridge = bridge;
        _program = program;
        _rulesBehind = rulesBehind;
    }

    /// <summary>Actions for frames that carry nothing.</summary>
    /// <param name="path">The path.</param>
    /// <param name="done">Hops behind them.</param>
    public string Onward(FixedPath path, int done)
    {
        Stop stop = Next(path.Definition, done);
        return Ending(string.Concat(stop.Taps.Select(tap => Copy(path, tap))) + Arrival(path, stop));
    }

    /// <summary>Adds the flows of a path: those behind functions that understand a header, and those that encapsulate.</summary>
    public void Add(FixedPath path)
    {
        for (int hop = 0; hop < path.Definition.Hops.Length; hop++)
        {
            if (path.Definition.Hops[hop].Wants != EncapsulationKind.Plain)
            {
                AddBehind(path, hop);
            }
        }

        for (int hop = 0; hop < path.Definition.Hops.Length; hop++)
        {
            AddTowards(path, hop);
        }
    }

    private void AddBehind(FixedPath path, int hop)
    {
        EncapsulationKind kind = path.Definition.Hops[hop].Wants;
        int index = FixedPath.IndexTo(hop + 1);
        foreach (int output in _bridge.MembersOf(path.Definition.Hops[hop].Group).Select(member => member.OutputPort).Distinct())
        {
            if (_bridge.NumberOf(output) is not { } number)
            {
                continue;
            }

            FlowMatch match = FixedHeader.Match(FlowMatch.Any.With("in_port", number), kind, path.Definition, index);
            foreach (CarriedHeaderCase carried in CarriedHeaderCase.Of(kind))
            {
                _program.Add(new FlowEntry(
                    FixedTables.Classify, carried.Priority, carried.In(match).ToString(), _bridge.LoadNetworkOf(output) + OnwardWith(path, hop + 1, carried)));
            }
        }
    }

    private string OnwardWith(FixedPath path, int done, CarriedHeaderCase carried)
    {
        Stop stop = Next(path.Definition, done);
        string copies = string.Concat(stop.Taps.Select(tap => CopyOfCarried(path, tap, carried)));
        HopDefinition? next = stop.Hop is { } hop ? path.Definition.Hops[hop] : null;
        bool staysClosed = !stop.Taps.Any(tap => NeedsOpened(tap, carried.Kind));
        if (staysClosed && next is not null && next.Wants == carried.Kind && _bridge.UsableMembersOf(next.Group) is [(_, MemberDefinition only)])
        {
            return Ending(copies + FixedHeader.Forward(carried, path.Definition, FixedPath.IndexTo(stop.Hop!.Value), _bridge.MacOf(only.InputPort), _bridge.Forwarder)
                + Output(only.InputPort));
        }

        bool isWanted = next is not null && next.Wants == carried.Kind;
        if (isWanted)
        {
            _carriedTo.Add((path.Definition.NshPathId.Value, stop.Hop!.Value));
        }

        string open = isWanted ? FixedHeader.Open(carried, path) : FixedHeader.Pop(carried, path);
        string opened = string.Concat(stop.Taps.Where(tap => NeedsOpened(tap, carried.Kind)).Select(tap => Copy(path, tap)));
        return Ending(copies + open + opened + Arrival(path, stop));
    }

    private void AddTowards(FixedPath path, int hop)
    {
        HopDefinition definition = path.Definition.Hops[hop];
        List<(int Place, MemberDefinition Member)> usable = _bridge.UsableMembersOf(definition.Group);
        if (usable.Count == 0)
        {
            return;
        }

        bool isGathered = path.Definition.IsSymmetric;
        _program.Add(FixedGroups.Of(GroupOf(path, hop), _bridge.FieldsOf(definition.Group), usable, path.Definition.IsReverse, isGathered));
        bool carried = _carriedTo.Contains((path.Definition.NshPathId.Value, hop));
        foreach ((int place, MemberDefinition member) in usable)
        {
            MacAddress mac = _bridge.MacOf(member.InputPort);
            int index = FixedPath.IndexTo(hop);
            AddEncapsulation(place, FixedHeader.Push(definition.Wants, path.Definition, index, mac, _bridge.Forwarder));
            if (carried)
            {
                AddEncapsulation(FixedTables.Carried | place, FixedHeader.PushAgain(definition.Wants, path.Definition, index, mac, _bridge.Forwarder));
            }

            void AddEncapsulation(int register, string actions) => _program.Add(new FlowEntry(
                FixedTables.Encapsulate, 1, FlowMatch.Any.With("reg1", FixedTables.Hop(path.Definition, hop)).With("reg2", register).ToString(),
                Ending(actions + Output(member.InputPort))));
        }
    }

    // To a group, out of the path, or nowhere.
    private string Arrival(FixedPath path, Stop stop)
    {
        if (stop.Hop is { } hop)
        {
            string gather = !path.Definition.IsSymmetric ? ""
                : $"resubmit(,{(path.Definition.IsReverse ? FixedTables.GatherReverse : FixedTables.GatherForward)}),";
            return $"{FixedTables.Load(FixedTables.Hop(path.Definition, hop), 1)}{gather}group:{GroupOf(path, hop)},";
        }

        if (!stop.IsEnd)
        {
            return "";
        }

        int rules = _rulesBehind(path);
        return FixedTables.Load(FixedTables.Exit(path.Definition), 1)
            + (rules < 0 ? $"resubmit(,{FixedTables.ExitByMac})," : $"{FixedTables.Load($"0x{rules:x}", 0)}resubmit(,{FixedTables.Classify}),");
    }

    private string Copy(FixedPath path, TapDefinition tap)
    {
        if (_bridge.UsableMembersOf(tap.Hop.Group) is not [(_, MemberDefinition member), ..])
        {
            return "";
        }

        string push = FixedHeader.Push(tap.Hop.Wants, path.Definition, tap.Index.Value, _bridge.MacOf(member.InputPort), _bridge.Forwarder);
        string output = Output(member.InputPort);
        return tap.Hop.Wants switch
        {
            // A pushed NSH leaks out of clone(), so it is taken off again.
            EncapsulationKind.Nsh => push + output + FixedHeader.TakeOffNsh,
            EncapsulationKind.Mpls => $"clone({Ending(push + output)}),",
            _ => output,
        };
    }

    // A tap that knows no encapsulation gets the frame as it left the function before, header and all (rule 10).
    private string CopyOfCarried(FixedPath path, TapDefinition tap, CarriedHeaderCase carried)
    {
        if (NeedsOpened(tap, carried.Kind) || _bridge.UsableMembersOf(tap.Hop.Group) is not [(_, MemberDefinition member), ..])
        {
            return "";
        }

        string output = Output(member.InputPort);
        return tap.Hop.Wants == EncapsulationKind.Plain
            ? output
            : $"clone({Ending(FixedHeader.Forward(carried, path.Definition, tap.Index.Value, _bridge.MacOf(member.InputPort), _bridge.Forwarder) + output)}),";
    }

    private static bool NeedsOpened(TapDefinition tap, EncapsulationKind carried) => tap.Hop.Wants != EncapsulationKind.Plain && tap.Hop.Wants != carried;

    // Where frames go that have some hops behind them, and past which taps; behaviour 22 says what empty groups do.
    private Stop Next(PathDefinition path, int done)
    {
        List<TapDefinition> taps = [.. path.Taps.Where(tap => tap.HopsDone == done)];
        for (int hop = done; hop < path.Hops.Length; hop++)
        {
            if (_bridge.UsableMembersOf(path.Hops[hop].Group).Count > 0)
            {
                return new Stop(hop, IsEnd: false, taps);
            }

            if (path.Hops[hop].OnEmpty != EmptyGroupPolicy.Skip)
            {
                return new Stop(Hop: null, IsEnd: path.Hops[hop].OnEmpty == EmptyGroupPolicy.Leave, taps);
            }

            taps.AddRange(path.Taps.Where(tap => tap.HopsDone == hop + 1));
        }

        return new Stop(Hop: null, IsEnd: true, taps);
    }

    private string Output(int port) => $"output:{_bridge.NumberOf(port)},";

    private static uint GroupOf(FixedPath path, int hop) => FixedGroups.IdOf(path.Groups[hop].GroupId, path.Definition.IsReverse, path.Definition.IsSymmetric);

    // A frame that is opened and then goes nowhere would go through the switch again, as a frame of its own.
    private static string Ending(string actions)
    {
        while (actions.EndsWith(FixedHeader.TakeOffNsh, StringComparison.Ordinal))
        {
            actions = actions[..^FixedHeader.TakeOffNsh.Length];
        }

        return actions.Length == 0 ? "drop" : actions.TrimEnd(',');
    }

    private sealed record Stop(int? Hop, bool IsEnd, List<TapDefinition> Taps);
}
