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
        Writer writer = new(output);
        writer.UInt32(Magic);
        writer.UInt16(Version);
        writer.UInt64(definition.Generation);
        writer.UInt64(definition.HashSeed);
        writer.UInt64(definition.ForwarderMac.Value);
        writer.List(definition.Networks, static (w, network) =>
        {
            w.Int32(network.UplinkPort);
            w.Byte(network.Learns ? (byte)1 : (byte)0);
        });
        writer.List(definition.Ports, Port);
        writer.List(definition.Groups, Group);
        writer.List(definition.Paths, Path);
        writer.List(definition.RuleTables, static (w, table) => w.List(table.Rules, Rule));
    }

    private static void Port(Writer writer, PortDefinition port)
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

    private static void Attachment(Writer writer, PortAttachment attachment)
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

    private static void Group(Writer writer, GroupDefinition group)
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

    private static void Path(Writer writer, PathDefinition path)
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

    private static void Hop(Writer writer, HopDefinition hop)
    {
        writer.Int32(hop.Group);
        writer.Byte((byte)hop.Wants);
        writer.List(hop.MemberCounters, static (w, row) => w.Int32(row));
        writer.Byte((byte)hop.OnEmpty);
    }

    private static void Rule(Writer writer, SteeringRule rule)
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

    private static void Prefix(Writer writer, AddressPrefix prefix)
    {
        writer.UInt128(prefix.Address);
        writer.Byte(prefix.Length);
    }

    private static void Range(Writer writer, (ushort Minimum, ushort Maximum) range)
    {
        writer.UInt16(range.Minimum);
        writer.UInt16(range.Maximum);
    }

    private sealed class Writer(IBufferWriter<byte> output)
    {
        public void Byte(byte value)
        {
            output.GetSpan(1)[0] = value;
            output.Advance(1);
        }

        public void UInt16(ushort value)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(output.GetSpan(2), value);
            output.Advance(2);
        }

        public void UInt32(uint value)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(output.GetSpan(4), value);
            output.Advance(4);
        }

        public void Int32(int value) => UInt32((uint)value);

        public void UInt64(ulong value)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(output.GetSpan(8), value);
            output.Advance(8);
        }

        public void UInt128(UInt128 value)
        {
            BinaryPrimitives.WriteUInt128LittleEndian(output.GetSpan(16), value);
            output.Advance(16);
        }

        public void Text(string value)
        {
            int length = Encoding.UTF8.GetByteCount(value);
            Int32(length);
            output.Advance(Encoding.UTF8.GetBytes(value, output.GetSpan(length)));
        }

        public void List<T>(ImmutableArray<T> items, Action<Writer, T> write)
        {
            Int32(items.Length);
            foreach (T item in items)
            {
                write(this, item);
            }
        }
    }
}
