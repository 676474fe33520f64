using System.Collections.Immutable;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;

namespace NetworkingSfc.Dataplane.Tests.Steering.Model;

/// <summary>What may become of a frame: dropped for a reason, or sent to a port as this frame.</summary>
internal sealed record Fate(DropReason Reason, int Port, FrameSpec? Frame);

/// <summary>All fates that are right (one, or one for each member that may be chosen) and what chooses among them.</summary>
internal sealed record Outcome(ImmutableArray<Fate> Fates, string? Flow)
{
    public static Outcome Drop(DropReason reason) => new([new Fate(reason, -1, null)], null);
}

/// <summary>
/// One step of the forwarder, written down slowly from the reference's section 12 and the decisions. It reads definitions
/// and shares no other code with the product; which member a flow meets it does not say, only that it is always the same.
/// </summary>
internal sealed class StepModel(SteeringDefinition definition)
{
    public Outcome Step(int port, FrameSpec frame)
    {
        if (IsAwareEgress(port) && frame.Nsh is (NshSpec header, FrameSpec inner))
        {
            return FromNsh(port, frame, header, inner);
        }

        if (IsAwareEgress(port) && !frame.Labels.IsEmpty)
        {
            return FromLabel(port, frame);
        }

        int table = definition.Ports[port].RuleTable;
        if (table >= 0 && MayEnter(frame))
        {
            foreach (SteeringRule rule in definition.RuleTables[table].Rules)
            {
                if (Matches(rule.Rule, frame.Content))
                {
                    return Go(port, frame, carries: EncapsulationKind.Plain, rule.Path, rule.HopsDone);
                }
            }
        }

        return new Outcome([Switch(port, frame, excluded: [])], null);
    }

    private bool IsAwareEgress(int port) =>
        definition.Ports[port].SendsEncapsulated
        || definition.Paths.SelectMany(path => path.Hops).Any(hop =>
            hop.Wants != EncapsulationKind.Plain && definition.Groups[hop.Group].Members.Any(member => member.OutputPort == port));

    private Outcome FromNsh(int port, FrameSpec frame, NshSpec header, FrameSpec inner)
    {
        if (header.Version != 0)
        {
            return Outcome.Drop(DropReason.NshVersion);
        }

        if (!(header.MdType == 1 && header.MetadataBytes == 16) && header.MdType != 2)
        {
            return Outcome.Drop(DropReason.NshMdType);
        }

        if (header.NextProtocol != 3)
        {
            return Outcome.Drop(DropReason.NshNextProtocol);
        }

        if (header.IsOam)
        {
            return Outcome.Drop(DropReason.NshOam);
        }

        if (header.TimeToLive == 1)
        {
            return Outcome.Drop(DropReason.TtlExceeded);
        }

        byte lowered = header.TimeToLive == 0 ? (byte)63 : (byte)(header.TimeToLive - 1);
        FrameSpec sent = frame with { Nsh = (header with { TimeToLive = lowered }, inner) };
        return Find(port, EncapsulationKind.Nsh, path => path.NshPathId.Value, header.Path, header.Index) is (int path, int done)
            ? Go(port, sent, EncapsulationKind.Nsh, path, done)
            : Outcome.Drop(DropReason.UnknownPath);
    }

    private Outcome FromLabel(int port, FrameSpec frame)
    {
        (uint label, byte trafficClass, byte timeToLive) = frame.Labels[0];
        if (timeToLive <= 1)
        {
            return Outcome.Drop(DropReason.TtlExceeded);
        }

        FrameSpec sent = frame with { Labels = frame.Labels.SetItem(0, (label, trafficClass, (byte)(timeToLive - 1))) };
        return Find(port, EncapsulationKind.Mpls, path => path.MplsPathId, label >> 8, (byte)label) is (int path, int done)
            ? Go(port, sent, EncapsulationKind.Mpls, path, done)
            : Outcome.Drop(DropReason.UnknownPath);
    }

    // The function of hop k, from its own port, must send 255 - k.
    private (int Path, int HopsDone)? Find(int port, EncapsulationKind kind, Func<PathDefinition, int> idOf, uint id, byte index)
    {
        for (int path = 0; path < definition.Paths.Length; path++)
        {
            ImmutableArray<HopDefinition> hops = definition.Paths[path].Hops;
            for (int k = 1; k <= hops.Length; k++)
            {
                if (hops[k - 1].Wants == kind && idOf(definition.Paths[path]) == id && index == 255 - k
                    && definition.Groups[hops[k - 1].Group].Members.Any(member => member.OutputPort == port))
                {
                    return (path, k);
                }
            }
        }

        return null;
    }

    private Outcome Go(int port, FrameSpec frame, EncapsulationKind carries, int pathIndex, int done)
    {
        PathDefinition path = definition.Paths[pathIndex];
        if (done == path.Hops.Length)
        {
            return Bare(frame, carries) is FrameSpec bare
                ? new Outcome([Switch(port, bare, path.ChainPorts)], null)
                : Outcome.Drop(DropReason.Malformed);
        }

        HopDefinition hop = path.Hops[done];
        GroupDefinition group = definition.Groups[hop.Group];
        ImmutableArray<MemberDefinition> candidates = [.. group.Members.Where(member => member.Weight > 0)];
        return candidates.IsEmpty
            ? Outcome.Drop(DropReason.GroupEmpty)
            : new Outcome([.. candidates.Select(member => Deliver(frame, carries, path, done, hop.Wants, member.InputPort))], FlowOf(frame, carries, path, hop));
    }

    private Fate Deliver(FrameSpec frame, EncapsulationKind carries, PathDefinition path, int done, EncapsulationKind wants, int input)
    {
        ulong mac = definition.Ports[input].Mac.Value;
        byte index = (byte)(255 - done);
        if (carries == wants)
        {
            ulong source = wants == EncapsulationKind.Nsh ? definition.ForwarderMac.Value : frame.SourceMac;
            return Send(input, frame with { DestinationMac = mac, SourceMac = source });
        }

        if (Bare(frame, carries) is not FrameSpec bare)
        {
            return new Fate(DropReason.Malformed, -1, null);
        }

        return wants switch
        {
            EncapsulationKind.Plain => Send(input, bare with { DestinationMac = mac }),
            EncapsulationKind.Nsh => Send(input, new FrameSpec(mac, definition.ForwarderMac.Value, Tags: 0)
            {
                Nsh = (new NshSpec((uint)path.NshPathId.Value, index, TimeToLive: 63) { IsOurs = true }, bare),
            }),
            _ when !bare.IsPlainIp => new Fate(DropReason.NotIp, -1, null),
            _ => Send(input, bare with { DestinationMac = mac, Labels = [((uint)path.MplsPathId << 8 | index, 0, index)] }),
        };
    }

    // Null when what was under the label cannot be told.
    private static FrameSpec? Bare(FrameSpec frame, EncapsulationKind carries)
    {
        switch (carries)
        {
            case EncapsulationKind.Nsh:
                return frame.Nsh!.Value.Frame;
            case EncapsulationKind.Mpls:
                FrameSpec bare = frame with { Labels = frame.Labels.RemoveAt(0) };
                return bare.IsPlainIp || !bare.Labels.IsEmpty ? bare : null;
            default:
                return frame;
        }
    }

    private Fate Switch(int from, FrameSpec frame, ImmutableArray<int> excluded)
    {
        int network = definition.Ports[from].Network;
        if (network < 0)
        {
            return new Fate(DropReason.NoDestination, -1, null);
        }

        int byMac = FirstInNetwork(network, port => port.Mac.Value == frame.DestinationMac);
        int byAddress = frame.IsPlainIp
            ? FirstInNetwork(network, port => port.Addresses.Contains(new PortAddress(frame.Content.Destination, frame.Content.Kind == ContentKind.Ipv6)))
            : -1;
        foreach (int port in new[] { byMac, byAddress, definition.Networks[network].UplinkPort })
        {
            if (port >= 0 && port != from && !excluded.Contains(port))
            {
                return Send(port, frame);
            }
        }

        return new Fate(DropReason.NoDestination, -1, null);
    }

    private int FirstInNetwork(int network, Func<PortDefinition, bool> has)
    {
        for (int port = 0; port < definition.Ports.Length; port++)
        {
            if (definition.Ports[port].Network == network && has(definition.Ports[port]))
            {
                return port;
            }
        }

        return -1;
    }

    private Fate Send(int port, FrameSpec frame)
    {
        int mtu = definition.Ports[port].MtuBytes;
        return mtu > 0 && frame.Bytes().Length - frame.LinkBytes > mtu
            ? new Fate(DropReason.TooLong, -1, null)
            : new Fate(DropReason.None, port, frame);
    }

    private static bool MayEnter(FrameSpec frame)
    {
        ContentSpec content = frame.Content;
        bool dhcpPort = content.Kind == ContentKind.Ipv4
            ? content.SourcePort is 67 or 68 || content.DestinationPort is 67 or 68
            : content.SourcePort is 546 or 547 || content.DestinationPort is 546 or 547;
        bool isDhcp = content.Protocol == 17 && content.HasPorts && dhcpPort;
        bool isDiscovery = content is { Kind: ContentKind.Ipv6, Protocol: 58, IsLaterFragment: false, IcmpType: >= 133 and <= 137 };
        return frame.IsPlainIp && !isDhcp && !isDiscovery;
    }

    private static bool Matches(FlowRule rule, ContentSpec content)
    {
        int bits = content.Kind == ContentKind.Ipv4 ? 32 : 128;
        ushort sourcePort = content.HasPorts ? content.SourcePort : (ushort)0;
        ushort destinationPort = content.HasPorts ? content.DestinationPort : (ushort)0;
        return rule.EtherType == (content.Kind == ContentKind.Ipv4 ? 0x0800 : 0x86dd)
            && (rule.Protocol ?? content.Protocol) == content.Protocol
            && SharesBits(rule.Source, content.Source, bits)
            && SharesBits(rule.Destination, content.Destination, bits)
            && rule.SourcePorts.Minimum <= sourcePort && sourcePort <= rule.SourcePorts.Maximum
            && rule.DestinationPorts.Minimum <= destinationPort && destinationPort <= rule.DestinationPorts.Maximum;
    }

    private static bool SharesBits(AddressPrefix prefix, UInt128 address, int bits)
    {
        for (int bit = 0; bit < prefix.Length; bit++)
        {
            UInt128 mask = UInt128.One << (bits - 1 - bit);
            if ((prefix.Address & mask) != (address & mask))
            {
                return false;
            }
        }

        return true;
    }

    // The values that choose the member: two frames with the same text must meet the same one.
    private static string FlowOf(FrameSpec frame, EncapsulationKind carries, PathDefinition path, HopDefinition hop)
    {
        FrameSpec inner = carries == EncapsulationKind.Nsh ? frame.Nsh!.Value.Frame : frame;

        // Behind a header that is not entered nothing of the content is known.
        ContentSpec content = inner.Nsh is null ? inner.Content : new ContentSpec { Kind = ContentKind.Unknown };
        bool isIp = content.Kind is ContentKind.Ipv4 or ContentKind.Ipv6;
        string End(bool source) => string.Join(' ',
            isIp ? source ? content.Source : content.Destination : 0,
            isIp && content.HasPorts ? $"{content.Protocol}:{(source ? content.SourcePort : content.DestinationPort)}" : "",
            source ? inner.SourceMac : inner.DestinationMac);
        (string first, string second) = path.IsReverse ? (End(false), End(true)) : (End(true), End(false));
        if (path.IsSymmetric && string.CompareOrdinal(first, second) > 0)
        {
            (first, second) = (second, first);
        }

        return $"group {hop.Group} {path.IsSymmetric} {path.IsReverse}: {first} - {second} {(isIp ? content.Protocol : 0)}";
    }
}
