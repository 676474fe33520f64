using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.Drivers.OpenVswitch;
using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Sfc.Verify;

/// <summary>One step on both sides, and what rules about known differences ask of it.</summary>
internal sealed class StepView
{
    /// <summary>In NSH the way back is told apart by the highest bit of the path id (decision 9).</summary>
    public const int ReverseNshPath = 0x80_0000;

    private const int LabelIndexBits = 8;

    private readonly CompiledState _state;
    private readonly HopTable _hops;
    private readonly PacketHeaders _headers;
    private readonly PacketHeaders _innerHeaders;

    /// <summary>Makes a view.</summary>
    /// <param name="state">The state.</param>
    /// <param name="hops">The numbers of its snapshot.</param>
    /// <param name="dialect">Whose flows the switch has.</param>
    /// <param name="step">What our engine did.</param>
    /// <param name="received">The frame as the switch received it at the same port.</param>
    /// <param name="theirs">What the switch sent.</param>
    public StepView(CompiledState state, HopTable hops, FlowDialect dialect, EngineStep step, byte[] received, IReadOnlyList<SwitchOutput> theirs)
    {
        (_state, _hops, Dialect, Step, Received, Theirs) = (state, hops, dialect, step, received, theirs);
        Status = PacketParser.Parse(received, FrameStart.Ethernet, out _headers);
        Inner = CarriedFrame.WithoutHeader(received);
        PacketParser.Parse(Inner, FrameStart.Ethernet, out _innerHeaders);
        Port = hops.Port(step.Port);
    }

    /// <summary>Reasons of drops in our engine while the input frame was taken to its end.</summary>
    public IReadOnlyList<string> Dropped { get; init; } = [];

    /// <summary>The frame as the switch received it. It is the one that our engine received but for what is known to differ so far.</summary>
    public byte[] Received { get; }

    /// <summary>The same without its NSH or first label.</summary>
    public byte[] Inner { get; }

    /// <summary>The headers of <see cref="Inner"/>.</summary>
    public ref readonly PacketHeaders InnerHeaders => ref _innerHeaders;

    /// <summary>Whose flows the switch has.</summary>
    public FlowDialect Dialect { get; }

    /// <summary>What our engine received and sent.</summary>
    public EngineStep Step { get; }

    /// <summary>What our engine sent.</summary>
    public IReadOnlyList<EngineOutput> Ours => Step.Sent;

    /// <summary>What the switch sent.</summary>
    public IReadOnlyList<SwitchOutput> Theirs { get; }

    /// <summary>Where the frame came in.</summary>
    public Port Port { get; }

    /// <summary>What could be read of the frame that came in.</summary>
    public ParseStatus Status { get; }

    /// <summary>Its headers.</summary>
    public ref readonly PacketHeaders Headers => ref _headers;

    /// <summary>The resources.</summary>
    public ResourceSet Resources => _hops.Resources;

    /// <summary>The hop that our engine sent the frame to, copies aside; null when it sent it to none.</summary>
    public (PortChain Chain, PortPairGroup Group, PortPair Pair)? NextHop =>
        Ours.Where(sent => sent.Member != PacketBuffer.NoMember).Select(sent => _hops.Hop(sent.Member)).Where(hop => !hop.Group.TapEnabled)
            .Select(hop => ((PortChain, PortPairGroup, PortPair)?)hop).FirstOrDefault();

    /// <summary>
    /// The chain that our engine sent the frame along, also where it dropped it there because a group had nobody to take it; null
    /// when it sent it along none.
    /// </summary>
    public PortChain? NextChain => NextHop?.Chain ?? (Ours.Count == 0 && Dropped.Contains("group_empty")
        ? Chains.FirstOrDefault(chain => ClassifiersOf(chain).Any(IsTaken) && chain.PortPairGroups.Select(id => Resources.PortPairGroups[id]).Any(HasNobody)) : null);

    /// <summary>The chain whose path the header of the frame names, on the way forth or back; null for a frame without header, or of no chain.</summary>
    public PortChain? HeaderChain => HeaderPath is not int path ? null
        : Resources.PortChains.FirstOrDefault(chain => path == chain.ChainId || (chain.Symmetric && (path == chain.ReversePathId || path == chain.ChainId + ReverseNshPath)));

    /// <summary>The path id in the header of the frame; null for a frame without header.</summary>
    public int? HeaderPath => Headers.IsNsh && NshHeader.TryRead(Received.AsSpan(Headers.LinkHeaderLength), out NshHeader nsh) ? nsh.ServicePathId.Value
        : Headers.MplsDepth > 0 && MplsLabelEntry.TryRead(Received.AsSpan(Headers.MplsOffset), out MplsLabelEntry label) ? label.Label >> LabelIndexBits : null;

    /// <summary>True when the frame comes from the function of a tap.</summary>
    public bool IsOfTap => Resources.PortPairGroups.Any(group => group.TapEnabled && Functions.Any(pair => group.PortPairs.Contains(pair.Id)));

    /// <summary>What our engine sent to taps.</summary>
    public IEnumerable<EngineOutput> Copies => Ours.Where(sent => sent.Member != PacketBuffer.NoMember && _hops.Hop(sent.Member).Group.TapEnabled);

    /// <summary>True when the switch did the same but for the copies: as many frames, each to the same port or to another member.</summary>
    public bool OnlyCopiesAreMissing
    {
        get
        {
            List<EngineOutput> others = [.. Ours.Except(Copies)];
            return others.Count == Theirs.Count && others.Zip(Theirs).All(pair =>
                pair.First.Port == pair.Second.Port || (pair.First.Member != PacketBuffer.NoMember && _hops.Peer(pair.First.Member, pair.Second.Port) is not null));
        }
    }

    /// <summary>The hop that our engine sent a frame to; null for one that it switched.</summary>
    public (PortChain Chain, PortPairGroup Group, PortPair Pair)? HopOf(EngineOutput sent) => sent.Member == PacketBuffer.NoMember ? null : _hops.Hop(sent.Member);

    /// <summary>The chain that our engine sent a frame along; null for one that it switched.</summary>
    public PortChain? ChainOf(EngineOutput sent) => HopOf(sent)?.Chain;

    /// <summary>The pairs whose functions send from the port of this step, on a way forth or back.</summary>
    public IEnumerable<PortPair> Functions => Resources.PortPairs.Where(pair => pair.Egress == Port.Id || pair.Ingress == Port.Id);

    /// <summary>The chains that frames from this port may be in.</summary>
    public IEnumerable<PortChain> Chains => Resources.PortChains.Where(chain =>
        ClassifiersOf(chain).Any(classifier => classifier.LogicalSourcePort is null || classifier.LogicalSourcePort == Port.Id || classifier.LogicalDestinationPort == Port.Id)
        || chain.PortPairGroups.SelectMany(id => Resources.PortPairGroups[id].PortPairs).Any(id => Functions.Any(function => function.Id == id)));

    /// <summary>True when the switch did with a frame what NORMAL does.</summary>
    /// <param name="frame">The frame as it reaches NORMAL.</param>
    public bool TheySwitch(ReadOnlySpan<byte> frame)
    {
        int? port = NormalPort(frame);
        return port is null ? Theirs.Count == 0 : Theirs.Count == 1 && Theirs[0].Port == port && Theirs[0].Frame.AsSpan().SequenceEqual(frame);
    }

    /// <summary>True when the switch sent something to a function.</summary>
    public bool TheySteer => Resources.PortPairs.Any(pair => TheySendTo(pair.Ingress) || TheySendTo(pair.Egress));

    /// <summary>True when a frame carries a header that only functions understand: EtherType of NSH or of labels.</summary>
    public bool IsEncapsulated => Headers.IsNsh || Headers.MplsDepth > 0;

    /// <summary>True for a fragment, first or later.</summary>
    public bool IsFragment => InnerHeaders.IsLaterFragment || InnerHeaders.MoreFragments;

    /// <summary>True for an IP packet that says it is longer than its frame, or, by IPv4, of no length, as before segmentation by hardware.</summary>
    public bool IsOverlong => InnerHeaders.IpVersion != 0
        && (InnerHeaders.IpOffset + InnerHeaders.IpDeclaredLength > Inner.Length || IsOfNoLength);

    /// <summary>True for an IPv6 packet with an authentication header, which is the protocol of its five-tuple.</summary>
    public bool IsAuthenticated => InnerHeaders is { IpVersion: 6, Protocol: IpProtocol.AuthenticationHeader };

    /// <summary>True when some function that sends from this port, on a way forth or back, understands a header.</summary>
    public bool IsFromAware => Functions.Any(pair => pair.Parameters.Correlation != Correlation.None && (pair.Egress == Port.Id || IsOnTheWayBack(pair)));

    /// <summary>Whether a classifier takes the packet, one way or the other; the port it came from aside.</summary>
    public bool IsTaken(FlowClassifier classifier) =>
        ClassifierMatch.Takes(classifier, InnerHeaders) || ClassifierMatch.Takes(ClassifierMatch.Swapped(classifier), InnerHeaders);

    /// <summary>True when the switch sent something out of a port.</summary>
    public bool TheySendTo(Guid port) => Theirs.Any(sent => _hops.Port(sent.Port).Id == port);

    /// <summary>True when the switch took the frame as one that left its chain, with or without its header.</summary>
    public bool TheyLeave => TheySwitch(Received) || TheySwitch(Inner) || TheySwitch(KnownBytes.WithoutLabels(Received));

    /// <summary>True when the switch sent the frame, with or without its header, to one port that is no function's.</summary>
    public bool TheyDeliver => Theirs.Count == 1 && !TheySteer && (Theirs[0].Frame.AsSpan().SequenceEqual(Received) || Theirs[0].Frame.AsSpan().SequenceEqual(Inner));

    /// <summary>True when our engine sent the frame on outside of chains, or not at all.</summary>
    public bool WeSwitch => Ours.All(sent => sent.Member == PacketBuffer.NoMember);

    /// <summary>The classifiers of a chain.</summary>
    public IEnumerable<FlowClassifier> ClassifiersOf(PortChain chain) => chain.FlowClassifiers.Select(id => Resources.FlowClassifiers[id]);

    /// <summary>The same step without what both sides did alike, and without copies that the reference does not make.</summary>
    /// <param name="ours">What our engine alone sent.</param>
    /// <param name="theirs">What the switch alone sent.</param>
    public StepView Without(IEnumerable<EngineOutput> ours, IReadOnlyList<SwitchOutput> theirs)
    {
        EngineStep rest = new(Step.Port, Step.Frame);
        rest.Sent.AddRange(Dialect == FlowDialect.Reference ? ours.Except(Copies) : ours);
        return new StepView(_state, _hops, Dialect, rest, Received, theirs) { Dropped = Dropped };
    }

    private bool IsOfNoLength =>
        InnerHeaders.IpVersion == 4 && Ipv4Header.TryReadFixedPart(Inner.AsSpan(InnerHeaders.IpOffset), out Ipv4Header header) && header.TotalLength == 0;

    private bool HasNobody(PortPairGroup group) => !group.TapEnabled && group.PortPairs.All(pair => Resources.PortPairs[pair].Parameters.Weight == 0);

    private bool IsOnTheWayBack(PortPair pair) => Resources.PortChains.Any(chain =>
        chain.Symmetric && chain.PortPairGroups.Any(id => Resources.PortPairGroups[id].PortPairs.Contains(pair.Id)));

    /// <summary>Where NORMAL sends a frame: by MAC address, else to the uplink, never back.</summary>
    private int? NormalPort(ReadOnlySpan<byte> frame)
    {
        EthernetHeader.TryRead(frame, out EthernetHeader ethernet);
        MacAddress destination = ethernet.Destination;
        Port? port = Resources.Ports.FirstOrDefault(candidate => candidate.NetworkId == Port.NetworkId && candidate.MacAddress == destination)
            ?? (Resources.Uplinks.TryGetValue(Port.NetworkId, out Guid uplink) ? Resources.Ports[uplink] : null);
        return port is null || port.Id == Port.Id ? null : _state.Numbers.Ports[port.Id];
    }
}
