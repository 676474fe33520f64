using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Sfc.Verify;

/// <summary>Recognises known differences in where frames go: when they apply, and what exactly the switch then does.</summary>
internal static class KnownRoutes
{
    private const int MaxLabelPathId = 4095;
    private const int MdTypeOffset = 2;
    private const byte IcmpUnreachable = 3;
    private const byte Icmpv6PacketTooBig = 2;

    // Ports of fragments cannot be matched, those of the first one neither.
    public static bool Fragments(StepView step) =>
        step.IsFragment && (step.TheySwitch(step.Received) || step.TheySwitch(step.Inner) || step.TheyDeliver || step.TheySteer || step.Theirs.Count == 0);

    public static bool IpLength(StepView step) => step.IsOverlong && (step.TheyLeave || step.TheyDeliver || step.TheySteer);

    public static bool Authentication(StepView step) => step.IsAuthenticated && (step.TheyLeave || step.TheyDeliver || step.TheySteer);

    public static bool Mtu(StepView step)
    {
        bool isDropped = step.Ours.Count == 0 && step.Dropped.Any(reason => reason is "too_long" or "too_long_unanswered");

        // Who sent the packet that a function gave a header is told where it is.
        bool isAnswered = step.Ours.Count == 1 && step.Ours[0].Member == PacketBuffer.NoMember && (step.Ours[0].Port == step.Step.Port || (step.IsEncapsulated && IsPathMtuMessage(step.Ours[0].Frame)));
        bool isTap = step.Dropped.Contains("tap_too_long");
        return (isDropped || isAnswered || isTap) && step.Resources.Networks.Any(network => network.Mtu > 0 && network.Mtu < step.Received.Length + EthernetHeader.LengthBytes + NshHeader.MdType1LengthBytes);
    }

    // Both sides switch what they received, as it is or without its header.
    public static bool MacOnly(StepView step) =>
        step.WeSwitch && step.TheyLeave && (step.Ours.Count == 0 ? step.Dropped.Contains("no_destination") : step.Ours.Count == 1)
        && step.Ours.All(sent => sent.Frame.AsSpan().SequenceEqual(step.Step.Frame) || sent.Frame.AsSpan().SequenceEqual(CarriedFrame.WithoutHeader(step.Step.Frame)));

    public static bool Ipv6(StepView step) => step.IsEncapsulated
        ? step.Theirs.Count == 0 && step.HeaderChain is PortChain chain && step.ClassifiersOf(chain).All(classifier => classifier.Ethertype == IpFamily.IPv6)
        : step.NextChain is not null && step.Headers.IpVersion == 6 && step.TheySwitch(step.Received);

    public static bool NoSourcePort(StepView step) => step.IsEncapsulated
        ? step.Theirs.Count == 0 && step.HeaderChain is PortChain carried && step.ClassifiersOf(carried).All(classifier => classifier.Ethertype == IpFamily.IPv6 || classifier.LogicalSourcePort is null)
        : step.NextChain is PortChain next && step.TheySwitch(step.Received)
            && step.ClassifiersOf(next).Any(classifier => classifier.LogicalSourcePort is null && (step.Functions.Any() || step.IsTaken(classifier)));

    // On the way back the agent fills in a prefix only when the one of the same name is there.
    public static bool ReversePrefix(StepView step) =>
        (step.IsEncapsulated ? step.Theirs.Count == 0 : step.TheySwitch(step.Received))
        && (step.HeaderChain ?? step.NextChain) is PortChain { Symmetric: true } chain
        && step.ClassifiersOf(chain).Any(classifier => ClassifierMatch.Takes(ClassifierMatch.Swapped(classifier), step.InnerHeaders)
            && (classifier.SourceIpPrefix is null && OnlyAddress(step, classifier.LogicalSourcePort) is null) != (classifier.DestinationIpPrefix is null && OnlyAddress(step, classifier.LogicalDestinationPort) is null));

    public static bool ReverseNTuple(StepView step) =>
        !step.IsEncapsulated && step.TheySwitch(step.Received) && step.NextHop is ({ Symmetric: true } chain, _, _) && step.Functions.Any()
        && chain.PortPairGroups.Any(id => step.Resources.PortPairGroups[id].Parameters.HasNTupleMapping);

    public static bool Dhcp(StepView step) =>
        !step.IsEncapsulated && step.WeSwitch && (step.TheySteer || step.Theirs.Count == 0)
        && step.Headers is { IpVersion: 4, Protocol: IpProtocol.Udp } && (IsDhcp(step.Headers.SourcePort) || IsDhcp(step.Headers.DestinationPort))
        && step.Chains.SelectMany(step.ClassifiersOf).Any(step.IsTaken);

    // Ours follows the packet that it quotes. Where the switch takes the message into a chain by its own header, it may lose it there.
    public static bool PathMtuMessage(StepView step) =>
        IsPathMtuMessage(step.Received) && (step.TheySwitch(step.Received) || step.TheySteer
            || (step.Theirs.Count == 0 && step.Chains.SelectMany(step.ClassifiersOf).Any(step.IsTaken)));

    // Its chain is on both ways at its port, and a rule of the way forth may take what is on the way back, or the other way round.
    public static bool OnePortUnaware(StepView step) =>
        !step.IsEncapsulated && (step.TheySteer || step.TheyLeave || step.TheyDeliver)
        && step.Functions.Any(pair => pair.Ingress == pair.Egress && pair.Parameters.Correlation == Correlation.None && step.Chains.Any(chain => chain.Symmetric
            && chain.PortPairGroups.Any(id => step.Resources.PortPairGroups[id].PortPairs.Contains(pair.Id)) && MayTakeBoth(step, chain)));

    public static bool Exclusive(StepView step) =>
        !step.IsEncapsulated && step.TheySwitch(step.Received) && step.Functions.Any() && step.NextHop is (PortChain chain, _, _)
        && chain.PortPairGroups.Any(id => step.Resources.PortPairGroups[id].Exclusive) && !step.ClassifiersOf(chain).Any(step.IsTaken);

    public static bool NshOam(StepView step) =>
        step.IsFromAware && step.Headers.IsNsh && step.Ours.Count == 0 && step.Dropped.Contains("nsh_oam") && step.Theirs.Count > 0
        && NshHeader.TryRead(step.Received.AsSpan(step.Headers.LinkHeaderLength), out NshHeader nsh) && nsh.IsOam;

    public static bool NshOfOther(StepView step) =>
        step.IsFromAware && step.Headers.IsNsh && step.Ours.Count == 0 && step.Dropped.Contains("nsh_next_protocol") && step.Theirs.Count > 0
        && NshHeader.TryRead(step.Received.AsSpan(step.Headers.LinkHeaderLength), out NshHeader nsh) && nsh.NextProtocol != NshNextProtocol.Ethernet;

    public static bool OnePortBothWays(StepView step) =>
        step.IsEncapsulated && step.HeaderChain is { Symmetric: true } && step.Functions.Any(pair => pair.Ingress == pair.Egress)
        && (step.TheySteer || step.TheySwitch(step.Inner) || step.Theirs.Count == 0);

    // Whatever is inside becomes IPv4: what our engine still knows for a labelled frame goes on.
    public static bool MplsInner(StepView step) =>
        step.Headers.MplsDepth == 0 && !step.Headers.IsNsh && CarriedFrame.TimeToLive(step.Step.Frame) is not null && !step.IsOfTap;

    // The EtherType that is written says nothing of the bytes, and no flow can look at them under a label.
    public static bool MplsUnread(StepView step) =>
        step.Headers.MplsDepth > 0 && step.Ours.Count == 0 && step.Dropped.Contains("malformed") && step.Theirs.Count == 1;

    // What a tap function returns shows what it was given.
    public static bool Tap(StepView step) => (step.Copies.Any() && step.OnlyCopiesAreMissing) || (step.IsOfTap && step.TheyLeave);

    // The switch reads the four bits before the MD type as a part of it, and MD type 1 is all that its flows match.
    public static bool NshUnread(StepView step) =>
        step.IsFromAware && step.Headers.IsNsh && step.Theirs.Count == 0 && step.Received[step.Headers.LinkHeaderLength + MdTypeOffset] != 1;

    public static bool ReversePath(StepView step) =>
        step.IsFromAware && step.HeaderChain is { Symmetric: true } chain && step.HeaderPath != chain.ChainId && step.Theirs.Count == 0;

    public static bool ThirdTag(StepView step) => step.Headers.VlanCount > 2 && step.NextHop is not null && step.TheySwitch(step.Received);

    public static bool FixedIp(StepView step) =>
        step.NextChain is PortChain chain && !step.IsEncapsulated && step.TheySwitch(step.Received) && step.ClassifiersOf(chain).Any(classifier =>
            (classifier.SourceIpPrefix is null && OnlyAddress(step, classifier.LogicalSourcePort) is UInt128 source && source != step.Headers.SourceAddress && source != step.Headers.DestinationAddress)
            || (classifier.DestinationIpPrefix is null && OnlyAddress(step, classifier.LogicalDestinationPort) is UInt128 destination && destination != step.Headers.DestinationAddress && destination != step.Headers.SourceAddress));

    public static bool PortZero(StepView step) =>
        !step.IsEncapsulated && (step.TheySwitch(step.Received) || step.TheySteer || step.Theirs.Count == 0)
        && step.Chains.SelectMany(step.ClassifiersOf).Any(classifier => step.IsTaken(classifier) != step.IsTaken(ClassifierMatch.WithoutZeros(classifier)));

    public static bool CrossNetwork(StepView step) =>
        step.NextHop is (_, PortPairGroup group, _) && step.Theirs.Count == 0
        && group.PortPairs.Select(id => step.Resources.PortPairs[id]).SelectMany(pair => new[] { pair.Ingress, pair.Egress }).Any(port => step.Resources.Ports[port].NetworkId != step.Port.NetworkId);

    public static bool ChainId(StepView step) =>
        step.NextHop is (PortChain { Correlation: Correlation.Mpls, ChainId: > MaxLabelPathId }, _, _) && (step.Theirs.Count == 0 || step.TheySwitch(step.Received));

    public static bool NshUnaware(StepView step) =>
        step.NextHop is (PortChain { Correlation: Correlation.Nsh }, _, { Parameters.Correlation: Correlation.None }) && step.Theirs.Count == 0;

    public static bool EmptyGroup(StepView step) =>
        step.TheyLeave && (step.NextHop is (PortChain next, _, _) ? HasEmptyGroup(step, next)
            : step.Ours.Count == 0 && step.Dropped.Contains("group_empty") && step.Chains.Any(chain => HasEmptyGroup(step, chain)));

    public static bool HeaderTaken(StepView step) =>
        step.Headers.EtherType is EtherType.Mpls or EtherType.Nsh && !step.IsFromAware && step.WeSwitch && step.Theirs.Count == 0;

    public static bool TimeToLive(StepView step) =>
        step.IsFromAware && CarriedFrame.TimeToLive(step.Step.Frame) <= 1 && step.Ours.Count == 0 && step.Dropped.Contains("ttl_exceeded");

    public static bool Weights(StepView step) =>
        step.Resources.PortPairs.Any(pair => pair.Parameters.Weight == 0 && (step.TheySendTo(pair.Ingress) || step.TheySendTo(pair.Egress)));

    // A rule may take both ways where a classifier takes a packet and its answer, and where functions rewrite as they like.
    private static bool MayTakeBoth(StepView step, PortChain chain) =>
        chain.PortPairGroups.Any(id => step.Resources.PortPairGroups[id].Exclusive)
        || step.ClassifiersOf(chain).Any(classifier => ClassifierMatch.Takes(classifier, step.Headers) && ClassifierMatch.Takes(ClassifierMatch.Swapped(classifier), step.Headers));

    private static bool IsPathMtuMessage(byte[] frame) =>
        PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers) == ParseStatus.Ok && headers.TransportOffset < frame.Length
        && (headers.Protocol, frame[headers.TransportOffset]) is (IpProtocol.Icmp, IcmpUnreachable) or (IpProtocol.Icmpv6, Icmpv6PacketTooBig);

    private static bool HasEmptyGroup(StepView step, PortChain chain) =>
        chain.PortPairGroups.Any(id => step.Resources.PortPairGroups[id] is { TapEnabled: false, PortPairs.IsEmpty: true });

    private static UInt128? OnlyAddress(StepView step, Guid? id) =>
        id is Guid known && step.Resources.Ports[known] is { FixedIps.Length: 1 } port && port.FixedIps[0].Address.Family == IpFamily.IPv4 ? port.FixedIps[0].Address.Value : null;

    private static bool IsDhcp(ushort port) => port is 67 or 68;
}
