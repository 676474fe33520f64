using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Dataplane.Channel;

/// <summary>
/// Writes a <see cref="SteeringDefinition"/> as bytes: magic and version, then the members in the order of their
/// declaration. Numbers are little endian and of fixed width, lists are preceded by their length, and texts are UTF-8 behind their length in bytes.
/// </summary>
public static class SnapshotEncoder
{
    /// <summary>First bytes of every encoded snapshot: "SFCS".</summary>
    internal const uint Magic = 0x5343_4653;

    /// <summary>Version of the encoding. A reader refuses any other.</summary>
    internal const ushort Version = 4;

    /// <summary>Appends the encoded definition.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="output">Where to.</param>
    public static void Encode(SteeringDefinition definition, IBufferWriter<byte> output)
    {
        SnapshotWriter writer = new(output);
        writer.UInt32(Magic);
        writer.UInt16(Version);
        writer.UInt64(definition.Generation);
        writer.UInt64(definition.HashSeed);
        writer.UInt64(definition.ForwarderMac.Value);
        writer.List(definition.Networks, Network);
        writer.List(definition.Ports, Port);
        writer.List(definition.Groups, Group);
        writer.List(definition.Paths, Path);
        writer.List(definition.RuleTables, static (w, table) => w.List(table.Rules, Rule));
        writer.List(definition.Legend, Label);
    }

    internal static void Network(SnapshotWriter writer, NetworkDefinition network)
    {
        writer.Int32(network.UplinkPort);
        writer.Byte(network.Learns ? (byte)1 : (byte)0);
    }

    internal static void Label(SnapshotWriter writer, UInt128 label) => writer.UInt128(label);

    internal static void Port(SnapshotWriter writer, PortDefinition port)
    {
        writer.Int32(port.Network);
        writer.UInt64(port.Mac.Value);
        writer.List(port.Addresses, static (w, address) =>
        {
            w.UInt128(address.Value);
            w.Byte(address.IsIpv6 ? (byte)1 : (byte)0);
        });
        writer.Int32(port.MtuBytes);
        writer.Int32(port.RuleTable);
        writer.Byte((byte)((port.SendsEncapsulated ? 1 : 0) | (port.IsOfPair ? 2 : 0) | (port.Attachment is null ? 0 : 4)));
        if (port.Attachment is { } attachment)
        {
            Attachment(writer, attachment);
        }
    }

    private static void Attachment(SnapshotWriter writer, PortAttachment attachment)
    {
        writer.Text(attachment.Name);
        writer.Text(attachment.Device.Kind);
        writer.Int32(attachment.Device.Settings.Count);
        foreach ((string name, string value) in attachment.Device.Settings)
        {
            writer.Text(name);
            writer.Text(value);
        }

        writer.UInt16((ushort)attachment.VlanId);
    }

    internal static void Group(SnapshotWriter writer, GroupDefinition group)
    {
        writer.Int32((int)group.Fields);
        writer.List(group.Members, static (w, member) =>
        {
            w.UInt128(member.StableId);
            w.UInt32(member.Weight);
            w.Int32(member.InputPort);
            w.Int32(member.OutputPort);
        });
    }

    internal static void Path(SnapshotWriter writer, PathDefinition path)
    {
        writer.Int32(path.NshPathId.Value);
        writer.Int32(path.MplsPathId);
        writer.Byte((byte)((path.IsSymmetric ? 1 : 0) | (path.IsReverse ? 2 : 0)));
        writer.List(path.Hops, Hop);
        writer.List(path.ChainPorts, static (w, port) => w.Int32(port));
        writer.Int32(path.Counter);
        writer.List(path.Taps, static (w, tap) =>
        {
            w.Int32(tap.HopsDone);
            w.Byte(tap.Index.Value);
            Hop(w, tap.Hop);
        });
        writer.Int32(path.NextRules);
    }

    private static void Hop(SnapshotWriter writer, HopDefinition hop)
    {
        writer.Int32(hop.Group);
        writer.Byte((byte)hop.Wants);
        writer.List(hop.MemberCounters, static (w, row) => w.Int32(row));
        writer.Byte((byte)hop.OnEmpty);
    }

    internal static void Rule(SnapshotWriter writer, SteeringRule rule)
    {
        writer.UInt16(rule.Rule.EtherType);
        writer.UInt16(rule.Rule.Protocol is byte protocol ? protocol : SnapshotDecoder.AnyProtocol);
        Prefix(writer, rule.Rule.Source);
        Prefix(writer, rule.Rule.Destination);
        Range(writer, rule.Rule.SourcePorts);
        Range(writer, rule.Rule.DestinationPorts);
        writer.Int32(rule.Path);
        writer.Int32(rule.HopsDone);
    }

    private static void Prefix(SnapshotWriter writer, AddressPrefix prefix)
    {
        writer.UInt128(prefix.Address);
        writer.Byte(prefix.Length);
    }

    private static void Range(SnapshotWriter writer, (ushort Minimum, ushort Maximum) range)
    {
        writer.UInt16(range.Minimum);
        writer.UInt16(range.Maximum);
    }
}
