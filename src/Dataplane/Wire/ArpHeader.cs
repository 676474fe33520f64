using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Wire;

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |       Hardware type 1         |     Protocol type 0x0800      |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  | HW length 6   |Proto length 4 |           Operation           |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                  Sender hardware address                      |
//  +                               +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                               |   Sender protocol address     |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |          (continued)          |   Target hardware address     |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+                               +
//  |                                                               |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                    Target protocol address                    |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

/// <summary>Checked view over an ARP packet for IPv4 over Ethernet (RFC 826).</summary>
public readonly ref struct ArpHeader
{
    /// <summary>Bytes of the packet.</summary>
    public const int LengthBytes = 28;

    /// <summary>Operation of a request.</summary>
    public const ushort Request = 1;

    /// <summary>Operation of a reply.</summary>
    public const ushort Reply = 2;

    private const ulong Ipv4OverEthernet = (1UL << 32) | ((ulong)EtherType.Ipv4 << 16) | (MacAddress.LengthBytes << 8) | 4;
    private const int OperationOffset = 6;
    private const int SenderMacOffset = 8;
    private const int SenderAddressOffset = 14;
    private const int TargetMacOffset = 18;
    private const int TargetAddressOffset = 24;

    private readonly ReadOnlySpan<byte> _bytes;

    private ArpHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary><see cref="Request"/>, <see cref="Reply"/>, or another number.</summary>
    public ushort Operation => BinaryPrimitives.ReadUInt16BigEndian(_bytes[OperationOffset..]);

    /// <summary>Ethernet address of the sender.</summary>
    public MacAddress SenderMac => MacAddress.Read(_bytes[SenderMacOffset..]);

    /// <summary>IPv4 address of the sender.</summary>
    public uint SenderAddress => BinaryPrimitives.ReadUInt32BigEndian(_bytes[SenderAddressOffset..]);

    /// <summary>Ethernet address of the target; zero in a request.</summary>
    public MacAddress TargetMac => MacAddress.Read(_bytes[TargetMacOffset..]);

    /// <summary>IPv4 address of the target.</summary>
    public uint TargetAddress => BinaryPrimitives.ReadUInt32BigEndian(_bytes[TargetAddressOffset..]);

    /// <summary>Takes a view of the packet; afterwards no getter can fail.</summary>
    /// <param name="bytes">Bytes that begin with the packet.</param>
    /// <param name="header">The view, empty when the answer is false.</param>
    /// <returns>False when there are fewer than <see cref="LengthBytes"/> bytes, or the addresses are of other kinds.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ArpHeader header)
    {
        if (bytes.Length < LengthBytes || BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16 != Ipv4OverEthernet)
        {
            header = default;
            return false;
        }

        header = new ArpHeader(bytes[..LengthBytes]);
        return true;
    }
}
