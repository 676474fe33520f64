using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.FlowTable;

/// <summary>
/// What makes packets one flow to a worker, as a row of a batch: five-tuple, the port it came from and the service path it
/// carried; and what the stages know of it besides. One cache line.
/// </summary>
/// <remarks>
/// Addresses and ports stand as they do on the wire, so that common frames are read without turning bytes: IPv4 source and
/// destination are the first eight bytes, IPv6 source and destination all 32.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct FlowTuple
{
    /// <summary>Bytes of a row.</summary>
    public const int SizeBytes = 64;

    /// <summary>The bit of <see cref="Tail"/> that tells IPv6 from IPv4.</summary>
    public const ulong TailIsIpv6 = 1UL << 41;

    /// <summary>Value of <see cref="Entry"/> for a flow that the table does not have.</summary>
    public const int NoEntry = -1;

    /// <summary>Bytes 0 to 7 of the addresses: of IPv4 both.</summary>
    [FieldOffset(0)]
    public ulong Address0;

    /// <summary>Bytes 8 to 15 of the addresses.</summary>
    [FieldOffset(8)]
    public ulong Address1;

    /// <summary>Bytes 16 to 23 of the addresses.</summary>
    [FieldOffset(16)]
    public ulong Address2;

    /// <summary>Bytes 24 to 31 of the addresses.</summary>
    [FieldOffset(24)]
    public ulong Address3;

    /// <summary>Source and destination port, as on the wire; 0 where the packet has none.</summary>
    [FieldOffset(32)]
    public uint Ports;

    /// <summary>The protocol.</summary>
    [FieldOffset(36)]
    public byte Protocol;

    /// <summary>The IP version, and in the upper half what carried the packet.</summary>
    [FieldOffset(37)]
    public byte Kind;

    /// <summary>Number of the port that the packet came from.</summary>
    [FieldOffset(38)]
    public ushort IngressPort;

    /// <summary>The service path that the packet carried; 0 when it carried none.</summary>
    [FieldOffset(40)]
    public uint ServicePath;

    /// <summary>Bytes 32 to 39 of the key: ports, protocol, kind and ingress port.</summary>
    [FieldOffset(32)]
    public ulong Tail;

    /// <summary>Row of the flow in the worker's table, or <see cref="NoEntry"/>. Not of the key.</summary>
    [FieldOffset(44)]
    public int Entry;

    /// <summary>The table's hash of the key.</summary>
    [FieldOffset(48)]
    public ulong Hash;

    /// <summary>Bytes of the Ethernet header and VLAN tags of a frame that was read the short way.</summary>
    [FieldOffset(56)]
    public byte LinkBytes;

    /// <summary>What is known of the row.</summary>
    [FieldOffset(57)]
    public FlowMarks Marks;

    /// <summary>The five-tuple in numbers, as rules and hashes want it.</summary>
    public readonly FlowKey ToFlowKey()
    {
        bool isIpv6 = (Tail & TailIsIpv6) != 0;
        return new FlowKey
        {
            SourceAddress = isIpv6 ? Number(Address0, Address1) : BinaryPrimitives.ReverseEndianness((uint)Address0),
            DestinationAddress = isIpv6 ? Number(Address2, Address3) : BinaryPrimitives.ReverseEndianness((uint)(Address0 >> 32)),
            SourcePort = BinaryPrimitives.ReverseEndianness((ushort)Ports),
            DestinationPort = BinaryPrimitives.ReverseEndianness((ushort)(Ports >> 16)),
            Protocol = Protocol,
            EtherType = isIpv6 ? EtherType.Ipv6 : EtherType.Ipv4,
            IngressPort = IngressPort,
        };
    }

    /// <summary>Fills the key in from numbers: of a frame that the full parser read.</summary>
    /// <param name="key">The five-tuple; IPv4 or IPv6.</param>
    /// <param name="carries">What carried the packet.</param>
    /// <param name="servicePath">The service path that it carried, or 0.</param>
    public void SetKey(in FlowKey key, EncapsulationKind carries, uint servicePath)
    {
        bool isIpv6 = key.EtherType == EtherType.Ipv6;
        Address0 = isIpv6 ? Turned((ulong)(key.SourceAddress >> 64))
            : BinaryPrimitives.ReverseEndianness((uint)key.SourceAddress) | ((ulong)BinaryPrimitives.ReverseEndianness((uint)key.DestinationAddress) << 32);
        Address1 = isIpv6 ? Turned((ulong)key.SourceAddress) : 0;
        Address2 = isIpv6 ? Turned((ulong)(key.DestinationAddress >> 64)) : 0;
        Address3 = isIpv6 ? Turned((ulong)key.DestinationAddress) : 0;
        Tail = BinaryPrimitives.ReverseEndianness(key.SourcePort) | ((ulong)BinaryPrimitives.ReverseEndianness(key.DestinationPort) << 16)
            | ((ulong)key.Protocol << 32) | ((ulong)(isIpv6 ? Ipv6Header.VersionNumber : Ipv4Header.VersionNumber) << 40) | ((ulong)carries << 44)
            | ((ulong)(ushort)key.IngressPort << 48);
        ServicePath = servicePath;
        Marks |= FlowMarks.HasKey;
    }

    private static UInt128 Number(ulong high, ulong low) => new(Turned(high), Turned(low));

    private static ulong Turned(ulong value) => BinaryPrimitives.ReverseEndianness(value);
}
