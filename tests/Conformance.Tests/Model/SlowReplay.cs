using System.Buffers.Binary;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Conformance.Tests.Model;

/// <summary>
/// What a replay must do, one frame after the other, each to its end: section 12 of the reference dataplane and the decisions,
/// written as plainly as possible. Which member of a group gets a flow is the forwarder's to choose, so it is looked up in
/// what the forwarder did; that it chooses alike for like flows is checked.
/// </summary>
internal sealed class SlowReplay(Topology topology, IReadOnlyList<Crossing> forwarder)
{
    private const string Forwarder = "02005E005301";
    private const int Mtu = 1500;

    private readonly Dictionary<(string Chain, string Group, string Flow), ModelPair> _chosen = [];
    private readonly ModelFragments _fragments = new();
    private readonly ModelRules _rules = new(topology);
    private readonly ModelSwitch _switch = new(topology);
    private long _time;

    public List<Crossing> Crossings { get; } = [];

    public ModelCounts Counts { get; } = new();

    /// <summary>Takes an input frame to its end.</summary>
    public void Enter(string port, InputPacket packet)
    {
        _time = packet.Timestamp;
        Receive(topology.Port(port), packet.Frame, packet.WireLength ?? packet.Frame.Length, wasSentBack: false);
        while (_fragments.TryRelease(out Action? goOn))
        {
            goOn();
        }
    }

    /// <summary>The inputs have ended.</summary>
    public void End()
    {
        for (int i = 0; i < _fragments.Waiting; i++)
        {
            Counts.Drop("fragment_unmatched");
        }
    }

    private void Receive(ModelPort port, byte[] frame, int wireLength, bool wasSentBack)
    {
        Crossings.Add(new Crossing(port.Name, true, frame) { Timestamp = _time, WireLength = wireLength });
        Counts.Received(port.Name);
        if (wireLength > frame.Length)
        {
            Counts.Drop("captured_short");
        }
        else if (frame.Length < 14)
        {
            Counts.Drop("malformed");
        }
        else
        {
            _switch.Learn(port, frame, _time);
            Decide(port, frame, wasSentBack);
        }
    }

    private void Decide(ModelPort port, byte[] frame, bool wasSentBack)
    {
        FrameReading reading = FrameReading.Read(frame);
        if (reading.Type is FrameReading.Nsh or FrameReading.Mpls or FrameReading.MplsUpstream)
        {
            // Rule 3: only what aware functions send is read.
            if (!_rules.IsAwareEgress(port))
            {
                Switch(port, frame, past: null);
            }
            else if (reading.Type == FrameReading.Nsh)
            {
                FromNsh(port, frame, reading.LinkBytes);
            }
            else
            {
                FromLabel(port, frame, reading.LinkBytes);
            }

            return;
        }

        if (reading.Type is FrameReading.Ipv4 or FrameReading.Ipv6 && _rules.HasRules(port))
        {
            Follow(port, null, reading, followed => DecideByRules(port, frame, followed.ByQuote(frame), wasSentBack));
        }
        else
        {
            DecideByRules(port, frame, reading.ByQuote(frame), wasSentBack);
        }
    }

    private void Follow(ModelPort port, string? carries, FrameReading reading, Action<FrameReading> goOn)
    {
        if (!_fragments.Follow($"{port.Name} {carries}", reading, goOn))
        {
            Counts.Drop("fragment_conflict");
        }
    }

    private void DecideByRules(ModelPort port, byte[] frame, FrameReading reading, bool wasSentBack)
    {
        Position? entered = reading.MayEnterChain ? _rules.Classify(port, reading, wasSentBack) : null;
        if (entered is null)
        {
            Switch(port, frame, past: null);
            return;
        }

        if (entered.Hop == 0)
        {
            Counts.Entered(entered.Chain.Name, frame.Length);
        }

        Advance(port, frame, new Carried(null, frame, frame, 0), entered, reading, cameWithHeader: false);
    }

    // Behind an aware function only the choice of the next member and the rules of joined chains ask for a five-tuple.
    private void Advance(ModelPort port, byte[] received, Carried carried, Position position)
    {
        byte[] shown = carried.Kind == "nsh" ? carried.Inner : carried.Frame;
        FrameReading flow = FrameReading.ReadUnderLabels(shown);
        bool isJoined = !position.IsReverse && topology.Joins.Any(join => join.Source == position.Chain);
        if (position.Hop == position.Chain.Hops.Count && !isJoined)
        {
            Advance(port, received, carried, position, flow.ByQuote(shown), cameWithHeader: true);
        }
        else
        {
            Follow(port, carried.Kind, flow, followed => Advance(port, received, carried, position, followed.ByQuote(shown), cameWithHeader: true));
        }
    }

    private void FromNsh(ModelPort port, byte[] frame, int at)
    {
        if (frame.Length < at + 8)
        {
            Counts.Drop("malformed");
            return;
        }

        uint first = BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(at));
        uint path = BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(at + 4));
        int ttl = (int)(first >> 22) & 63;
        int bytes = ((int)(first >> 16) & 63) * 4;
        int type = (int)(first >> 8) & 15;
        string? refusal = first >> 30 != 0 ? "nsh_version"
            : type is not (1 or 2) || (type == 1 && bytes != 24) ? "nsh_md_type"
            : bytes < 8 || frame.Length < at + bytes ? "malformed"
            : (first & 0xff) != 3 ? "nsh_next_protocol"
            : (first >> 29 & 1) != 0 ? "nsh_oam"
            : ttl == 1 ? "ttl_exceeded" : null;
        Position? position = _rules.Positions().FirstOrDefault(candidate =>
            candidate.Hop > 0 && candidate.Behind.Correlation == "nsh" && ModelRules.IsBehind(candidate, port) && path == ((uint)candidate.NshPath << 8 | (uint)(255 - candidate.Hop)));
        refusal ??= position is null ? "unknown_path" : frame.Length < at + bytes + 14 ? "malformed" : null;
        if (refusal is not null)
        {
            Counts.Drop(refusal);
            return;
        }

        byte[] lowered = [.. frame];
        uint newTtl = ttl == 0 ? 63u : (uint)ttl - 1;
        BinaryPrimitives.WriteUInt32BigEndian(lowered.AsSpan(at), (first & ~(63u << 22)) | (newTtl << 22));
        Advance(port, frame, new Carried("nsh", lowered, lowered[(at + bytes)..], at), position!);
    }

    private void FromLabel(ModelPort port, byte[] frame, int at)
    {
        // The whole stack must be there, and something under it.
        int end = at;
        do
        {
            end += 4;
        }
        while (end <= frame.Length && (frame[end - 2] & 1) == 0);
        if (end >= frame.Length)
        {
            Counts.Drop("malformed");
            return;
        }

        uint entry = BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(at));
        Position? position = _rules.Positions().FirstOrDefault(candidate =>
            candidate.Hop > 0 && candidate.Behind.Correlation == "mpls" && ModelRules.IsBehind(candidate, port) && entry >> 12 == ((uint)candidate.LabelPath << 8 | (uint)(255 - candidate.Hop)));
        if ((byte)entry < 2 || position is null)
        {
            Counts.Drop((byte)entry < 2 ? "ttl_exceeded" : "unknown_path");
            return;
        }

        byte[] lowered = [.. frame];
        lowered[at + 3]--;
        Advance(port, frame, new Carried("mpls", lowered, [], at), position);
    }

    // Behaviour 15 and rule 10. A copy, and what it causes, goes to its end before the frame goes on.
    private void Copy(ModelGroup tap, byte[] received, Carried carried, Position position, FrameReading flow)
    {
        if (tap.Pairs.All(pair => pair.Weight == 0))
        {
            return;
        }

        Counts.Generated++;
        ModelPair pair = tap.Pairs.Single();
        ModelPort input = topology.Port(position.IsReverse ? pair.Egress : pair.Ingress);
        byte[]? sent = received;
        if (tap.Correlation is not null)
        {
            byte[]? bare = tap.Correlation == carried.Kind ? [] : Headers.Remove(carried);
            if (bare is not null && tap.Correlation == "mpls" && carried.Kind != "mpls" && FrameReading.Read(bare).Type is not (FrameReading.Ipv4 or FrameReading.Ipv6))
            {
                Counts.Drop("not_ip");
                return;
            }

            int number = position.Chain.Groups.Where(group => group.IsTap).ToList().IndexOf(tap);
            uint index = (uint)(255 - position.Chain.Hops.Count - 1 - number);
            sent = bare is null ? null : Headers.ForHop(carried, bare, tap.Correlation, input.MacBytes, position, index, Convert.FromHexString(Forwarder));
        }

        if (sent is null || IsTooLong(sent))
        {
            Counts.Drop(sent is null ? "malformed" : "tap_too_long");
            return;
        }

        Counts.Steered(position.Chain.Name, tap.Name, pair.Name, sent.Length, FlowOf(tap, flow, position));
        Send(input, sent);
        if (Played.Return(pair, sent) is byte[] returned)
        {
            Receive(topology.Port(position.IsReverse ? pair.Ingress : pair.Egress), returned, returned.Length, position.IsReverse);
        }
    }

    private void Advance(ModelPort port, byte[] received, Carried carried, Position position, FrameReading flow, bool cameWithHeader)
    {
        foreach (ModelGroup tap in position.Chain.TapsAt(position.Hop, position.IsReverse))
        {
            Copy(tap, received, carried, position, flow);
        }

        bool isEnd = position.Hop == position.Chain.Hops.Count;
        ModelGroup? group = isEnd ? null : position.Chain.GroupAt(position.Hop, position.IsReverse);
        if (group is not null && group.Pairs.All(pair => pair.Weight == 0))
        {
            Counts.Drop("group_empty");
            return;
        }

        byte[]? bare = group is not null && carried.Kind is not null && group.Correlation == carried.Kind ? [] : Headers.Remove(carried);
        if (bare is null)
        {
            Counts.Drop("malformed");
            return;
        }

        if (group is null)
        {
            FrameReading bareReading = FrameReading.Read(bare);
            FrameReading left = flow with { Type = bareReading.Type, MayEnterChain = flow.MayEnterChain && bareReading.Version != 0 };
            if (!position.IsReverse && Next(position.Chain, left) is ModelChain next)
            {
                Counts.Entered(next.Name, bare.Length);
                Advance(port, bare, new Carried(null, bare, bare, 0), new Position(next, false, 0), left, cameWithHeader);
                return;
            }

            Switch(port, bare, position.Chain, isAnsweredBySwitching: cameWithHeader);
            return;
        }

        if (group.Correlation == "mpls" && carried.Kind != "mpls" && FrameReading.Read(bare).Type is not (FrameReading.Ipv4 or FrameReading.Ipv6))
        {
            Counts.Drop("not_ip");
            return;
        }

        // Which member: what the forwarder did next, if it sent the frame anywhere; else the frame is too long for all alike.
        byte[] Built(ModelPair pair) => Headers.ForHop(carried, bare, group.Correlation, topology.Port(position.IsReverse ? pair.Egress : pair.Ingress).MacBytes, position, (uint)(255 - position.Hop), Convert.FromHexString(Forwarder));
        if (IsTooLong(Built(group.Pairs[0])))
        {
            TooLong(port, Built(group.Pairs[0]), Headers.Remove(carried), cameWithHeader ? position.Chain : null);
            return;
        }

        ModelPair member = Choose(group, position, flow);
        byte[] sent = Built(member);
        ModelPort ingress = topology.Port(position.IsReverse ? member.Egress : member.Ingress);
        Counts.Steered(position.Chain.Name, group.Name, member.Name, sent.Length, FlowOf(group, flow, position));
        Send(ingress, sent);
        if (Played.Return(member, sent) is byte[] returned)
        {
            Receive(topology.Port(position.IsReverse ? member.Ingress : member.Egress), returned, returned.Length, position.IsReverse);
        }
    }

    // Behaviours 17 and 21.
    private ModelChain? Next(ModelChain ended, FrameReading reading) => !reading.MayEnterChain ? null
        : topology.Chains.FirstOrDefault(chain => topology.Joins.Contains((ended, chain)) && chain.Classifiers.Any(classifier => RuleMatch.Matches(classifier, reading, reverse: false)));

    private ModelPair Choose(ModelGroup group, Position position, FrameReading flow)
    {
        string port = Crossings.Count < forwarder.Count ? forwarder[Crossings.Count].Port : "nothing";
        ModelPair member = group.Pairs.Find(pair => pair.Weight > 0 && (position.IsReverse ? pair.Egress : pair.Ingress) == port)
            ?? throw new PacketMismatchException($"Crossing {Crossings.Count + 1} should be to a member of {group.Name}, but is {(Crossings.Count < forwarder.Count && forwarder[Crossings.Count].IsInbound ? "from" : "to")} {port}.");
        (string, string, string) key = (position.Chain.Name, group.Name, FlowOf(group, flow, position));
        return !_chosen.TryAdd(key, member) && _chosen[key] != member
            ? throw new PacketMismatchException($"Crossing {Crossings.Count + 1}: the flow {key} went to {_chosen[key].Name} before and now to {member.Name}.")
            : member;
    }

    // Behaviour 13: source and destination exchanged on the way back, and no order in a symmetric chain.
    private static string FlowOf(ModelGroup group, FrameReading flow, Position position)
    {
        string[] ends = group.Field switch
        {
            null => [$"{flow.Source}.{flow.SourcePort}", $"{flow.Destination}.{flow.DestinationPort}"],
            "ip_src" => [flow.Source, ""],
            _ => ["", flow.Destination],
        };
        if (position.IsReverse)
        {
            ends = group.Field switch
            {
                null => [ends[1], ends[0]],
                "ip_src" => [flow.Destination, ""],
                _ => ["", flow.Source],
            };
        }

        if (position.Chain.IsSymmetric)
        {
            Array.Sort(ends, StringComparer.Ordinal);
        }

        return $"{ends[0]} {ends[1]} {(group.Field is null ? flow.Protocol : 0)}";
    }

    // Rule 1.
    private void Switch(ModelPort from, byte[] frame, ModelChain? past, bool isAnsweredBySwitching = false)
    {
        if (_switch.Destination(from, frame, past, _time) is not ModelPort port)
        {
            Flood(from, frame, past, isAnsweredBySwitching);
        }
        else if (port == from)
        {
            Counts.Drop("same_port");
        }
        else if (IsTooLong(frame))
        {
            TooLong(from, frame, frame, isAnsweredBySwitching ? past : null);
        }
        else
        {
            Send(port, frame);
        }
    }

    // Behaviour 25. What came with a header is answered to its sender, past the chain; all else out of the port it came from.
    private void TooLong(ModelPort from, byte[] sent, byte[]? received, ModelChain? past)
    {
        Counts.Drop("too_long");
        if (received is null)
        {
            return;
        }

        static int Limited(byte[] frame) => frame.Length - FrameReading.Read(frame).LinkBytes;
        if (ModelAnswer.To(received, Mtu - (Limited(sent) - Limited(received))) is byte[] answer)
        {
            Counts.Generated++;
            Send((past is null ? null : _switch.Destination(from, answer, past, _time)) ?? from, answer);
        }
    }

    private void Flood(ModelPort from, byte[] frame, ModelChain? past, bool isAnsweredBySwitching)
    {
        ModelPort[] ports = _switch.FloodPorts(from, frame);
        if (ports.Length == 0)
        {
            Counts.Drop("no_destination");
        }
        else if (IsTooLong(frame))
        {
            TooLong(from, frame, frame, isAnsweredBySwitching ? past : null);
        }
        else
        {
            Counts.Generated += ports.Length - 1;
            Array.ForEach(ports, port => Send(port, frame));
        }
    }

    private void Send(ModelPort port, byte[] frame)
    {
        Crossings.Add(new Crossing(port.Name, false, frame) { Timestamp = _time, WireLength = frame.Length });
        Counts.Sent(port.Name);
    }

    private static bool IsTooLong(byte[] frame) => frame.Length - FrameReading.Read(frame).LinkBytes > Mtu;
}

/// <summary>A place on a path: behind so many of its hops.</summary>
internal sealed record Position(ModelChain Chain, bool IsReverse, int Hop)
{
    /// <summary>The group before this place; not for the first place.</summary>
    public ModelGroup Behind => Chain.GroupAt(Hop - 1, IsReverse);

    public int NshPath => Chain.Id + (IsReverse ? 0x800000 : 0);

    public int LabelPath => IsReverse ? Chain.ReverseLabelPath : Chain.Id;
}

/// <summary>A frame with what it carries of its path: where the header stands, and for NSH the inner frame.</summary>
internal sealed record Carried(string? Kind, byte[] Frame, byte[] Inner, int HeaderOffset);
