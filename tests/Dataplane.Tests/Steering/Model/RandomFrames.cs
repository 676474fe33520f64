using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Dataplane.Tests.Steering.Model;

/// <summary>Frames that have something to do with a definition: its addresses, its paths, its ports, and now and then none of it.</summary>
internal sealed class RandomFrames(SteeringDefinition definition, Random random)
{
    public (int Port, FrameSpec Frame) Next()
    {
        if (random.Next(3) > 0)
        {
            return (AnyPort(), Carrying(AnyFrame()));
        }

        // As a function would send it, or nearly.
        PathDefinition path = random.GetItems([.. definition.Paths], 1)[0];
        int hop = random.Next(path.Hops.Length);
        MemberDefinition[] members = [.. definition.Groups[path.Hops[hop].Group].Members];
        if (members.Length == 0)
        {
            return (AnyPort(), AnyFrame());
        }

        byte index = (byte)(254 - hop - (random.Next(8) == 0 ? random.Next(-1, 2) : 0));
        FrameSpec frame = path.Hops[hop].Wants switch
        {
            EncapsulationKind.Nsh => InNsh(AnyFrame(), (uint)path.NshPathId.Value, index),
            EncapsulationKind.Mpls => Under(AnyFrame(), ((uint)path.MplsPathId << 8) | index),
            _ => AnyFrame(),
        };
        return (random.GetItems(members, 1)[0].OutputPort, frame);
    }

    private FrameSpec Carrying(FrameSpec frame)
    {
        PathDefinition path = random.GetItems([.. definition.Paths], 1)[0];
        return random.Next(4) switch
        {
            0 => InNsh(frame, (uint)path.NshPathId.Value, (byte)random.Next(250, 256)),
            1 when path.MplsPathId >= 0 => Under(frame, ((uint)path.MplsPathId << 8) | (uint)random.Next(250, 256)),
            _ => frame,
        };
    }

    private FrameSpec InNsh(FrameSpec inner, uint path, byte index)
    {
        NshSpec header = new(path, index, random.GetItems<byte>([0, 1, 2, 33, 63], 1)[0]) { Unassigned = (byte)random.Next(32) };
        header = random.Next(12) switch
        {
            0 => header with { Version = (byte)random.Next(1, 4) },
            1 => header with { IsOam = true },
            2 => header with { NextProtocol = (byte)random.Next(256) },
            3 => header with { MdType = (byte)random.Next(16) },
            4 => header with { MetadataBytes = 4 * random.Next(8) },
            5 or 6 => header with { MdType = 2, MetadataBytes = 4 * random.Next(20) },
            _ => header,
        };
        return new FrameSpec(AnyMac(), AnyMac(), random.Next(5) == 0 ? 1 : 0) { Nsh = (header, inner) };
    }

    private FrameSpec Under(FrameSpec frame, uint label) => frame with
    {
        Labels = frame.Labels.Insert(0, (label & 0xf_ffff, (byte)random.Next(8), random.GetItems<byte>([0, 1, 2, 64, 255], 1)[0])),
    };

    private FrameSpec AnyFrame()
    {
        FrameSpec frame = new(AnyMac(), AnyMac(), random.Next(3)) { Content = AnyContent() };
        return random.Next(20) == 0 ? Under(frame, (uint)random.Next(16, 1 << 20)) : frame;
    }

    private ContentSpec AnyContent()
    {
        ContentKind kind = random.Next(8) switch { 0 => ContentKind.Arp, 1 => ContentKind.Unknown, < 5 => ContentKind.Ipv4, _ => ContentKind.Ipv6 };
        byte protocol = random.GetItems<byte>([6, 17, 17, 58, 132, 47], 1)[0];
        bool hasPorts = protocol is 6 or 17 or 132;
        return new ContentSpec
        {
            Kind = kind,
            Source = RandomDefinition.Address(random.Next(-1, 15), kind == ContentKind.Ipv6),
            Destination = RandomDefinition.Address(random.Next(-1, 15), kind == ContentKind.Ipv6),
            Protocol = kind == ContentKind.Ipv4 && protocol == 58 ? (byte)47 : protocol,
            SourcePort = AnyTransportPort(),
            DestinationPort = AnyTransportPort(),
            IcmpType = (byte)random.Next(131, 140),

            // With ports they follow their first one, which is what FragmentStageTests are about.
            IsLaterFragment = random.Next(10) == 0 && !hasPorts,
            PayloadBytes = random.Next(60),
        };
    }

    private ushort AnyTransportPort() => random.Next(3) == 0 ? random.GetItems<ushort>([66, 67, 68, 69, 545, 546, 547, 548], 1)[0] : (ushort)random.Next(6);

    private int AnyPort() => random.Next(definition.Ports.Length);

    private ulong AnyMac() => random.Next(6) == 0 ? 0x0200_0000_9999 : RandomDefinition.Mac(random.Next(15)).Value;
}
