using System.Collections.Immutable;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Channel;

/// <summary>
/// Reads what <see cref="SnapshotEncoder"/> writes. Any bytes may be handed in: a list longer than the bytes left, a number
/// outside its field, an unknown version or bytes left over are refused, and memory use is bounded by the input's length.
/// Whether the numbers make sense together is for <see cref="SteeringSnapshotBuilder"/> to say.
/// </summary>
public static class SnapshotDecoder
{
    /// <summary>Stands for "any protocol" in the encoding.</summary>
    internal const ushort AnyProtocol = 0xffff;

    /// <summary>Reads a definition.</summary>
    /// <param name="bytes">The whole encoded snapshot.</param>
    /// <exception cref="SnapshotFormatException">The bytes are not an encoded snapshot of this version.</exception>
    public static SteeringDefinition Decode(ReadOnlyMemory<byte> bytes)
    {
        SnapshotReader reader = new(bytes);
        if (reader.UInt32() != SnapshotEncoder.Magic)
        {
            throw new SnapshotFormatException("The bytes are not an encoded snapshot: the first four must be \"SFCS\".");
        }

        ushort version = reader.UInt16();
        if (version != SnapshotEncoder.Version)
        {
            throw new SnapshotFormatException($"The snapshot has the encoding version {version}; version {SnapshotEncoder.Version} is accepted.");
        }

        SteeringDefinition definition = new()
        {
            Generation = reader.UInt64(),
            HashSeed = reader.UInt64(),
            ForwarderMac = Mac(reader),
            Networks = reader.List(SnapshotRecords.Networks),
            Ports = reader.List(SnapshotRecords.Ports),
            Groups = reader.List(SnapshotRecords.Groups),
            Paths = reader.List(SnapshotRecords.Paths),
            RuleTables = reader.List(4, static r => new RuleTableDefinition(r.List(SnapshotRecords.Rules))),
            Legend = reader.List(SnapshotRecords.Labels),
        };
        reader.End();
        return definition;
    }

    internal static MacAddress Mac(SnapshotReader reader)
    {
        ulong value = reader.UInt64();
        return value >> 48 == 0 ? new MacAddress(value) : throw reader.Refuse("a MAC address has more than 48 bits");
    }

    internal static NetworkDefinition Network(SnapshotReader reader) => new(reader.Int32(), reader.Byte(limit: 1) == 1);

    internal static UInt128 Label(SnapshotReader reader) => reader.UInt128();

    internal static PortDefinition Port(SnapshotReader reader)
    {
        PortDefinition port = new(
            reader.Int32(),
            Mac(reader),
            reader.List(17, static r => new PortAddress(r.UInt128(), r.Byte(limit: 1) == 1)),
            reader.Int32(),
            reader.Int32());
        byte flags = reader.Byte(limit: 7);
        return port with
        {
            SendsEncapsulated = (flags & 1) != 0,
            IsOfPair = (flags & 2) != 0,
            Attachment = (flags & 4) != 0 ? Attachment(reader) : null,
        };
    }

    private static PortAttachment Attachment(SnapshotReader reader)
    {
        string name = reader.Text();
        string kind = reader.Text();
        ImmutableArray<KeyValuePair<string, string>> settings = reader.List(8, static r => KeyValuePair.Create(r.Text(), r.Text()));
        for (int i = 1; i < settings.Length; i++)
        {
            if (string.CompareOrdinal(settings[i - 1].Key, settings[i].Key) >= 0)
            {
                throw reader.Refuse($"the setting '{settings[i].Key}' of a port is not in order");
            }
        }

        ushort vlanId = reader.UInt16();
        return vlanId < VlanTag.MaxVlanId
            ? new PortAttachment(name, new PortDevice(kind, settings), vlanId)
            : throw reader.Refuse($"{vlanId} is not a VLAN id");
    }

    internal static GroupDefinition Group(SnapshotReader reader)
    {
        int fields = reader.Int32();
        if ((uint)fields > 2 * (uint)HashFields.UdpDst - 1)
        {
            throw reader.Refuse($"the hash fields 0x{fields:x} are unknown");
        }

        return new GroupDefinition((HashFields)fields, reader.List(28, static r =>
            new MemberDefinition(r.UInt128(), r.UInt32(), r.Int32(), r.Int32())));
    }

    internal static PathDefinition Path(SnapshotReader reader)
    {
        int nshPathId = reader.Int32();
        if ((uint)nshPathId > ServicePathId.MaxValue)
        {
            throw reader.Refuse($"the service path id {nshPathId} does not fit 24 bits");
        }

        int mplsPathId = reader.Int32();
        byte flags = reader.Byte(limit: 3);
        return new PathDefinition(
            new ServicePathId(nshPathId),
            mplsPathId,
            (flags & 1) != 0,
            (flags & 2) != 0,
            reader.List(10, Hop),
            reader.List(4, static r => r.Int32()),
            reader.Int32())
        {
            Taps = reader.List(15, static r => new TapDefinition(r.Int32(), new ServiceIndex(r.Byte(limit: byte.MaxValue)), Hop(r))),
            NextRules = reader.Int32(),
        };
    }

    private static HopDefinition Hop(SnapshotReader reader) => new(
        reader.Int32(),
        (EncapsulationKind)reader.Byte(limit: (byte)EncapsulationKind.Mpls),
        reader.List(4, static r => r.Int32()),
        (EmptyGroupPolicy)reader.Byte(limit: (byte)EmptyGroupPolicy.Leave));

    internal static SteeringRule Rule(SnapshotReader reader)
    {
        FlowRule rule = new(reader.UInt16())
        {
            Protocol = Protocol(reader),
            Source = new AddressPrefix(reader.UInt128(), reader.Byte(limit: 128)),
            Destination = new AddressPrefix(reader.UInt128(), reader.Byte(limit: 128)),
            SourcePorts = (reader.UInt16(), reader.UInt16()),
            DestinationPorts = (reader.UInt16(), reader.UInt16()),
        };
        return new SteeringRule(rule, reader.Int32(), reader.Int32());
    }

    private static byte? Protocol(SnapshotReader reader)
    {
        ushort value = reader.UInt16();
        return value == AnyProtocol ? null
            : value <= byte.MaxValue ? (byte)value
            : throw reader.Refuse($"the protocol {value} does not fit 8 bits");
    }
}
