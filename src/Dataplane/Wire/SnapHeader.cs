using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Wire;

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |        Organizationally unique identifier     |   Protocol    |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |  (continued)  |
//  +-+-+-+-+-+-+-+-+

/// <summary>Checked view over the subnetwork access protocol header that follows LLC (IEEE 802-2014, 9.5; RFC 1042).</summary>
public readonly ref struct SnapHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int LengthBytes = 5;

    /// <summary>Identifier under which the protocol field is an EtherType (RFC 1042).</summary>
    public const int EncapsulatedEthernet = 0;

    /// <summary>Cisco's identifier under which the protocol field is an EtherType too.</summary>
    public const int CiscoEncapsulatedEthernet = 0x0000f8;

    private readonly ReadOnlySpan<byte> _bytes;

    private SnapHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Organizationally unique identifier, 24 bits.</summary>
    public int Organization => (BinaryPrimitives.ReadUInt16BigEndian(_bytes) << 8) | _bytes[2];

    /// <summary>Protocol identifier; an EtherType when <see cref="IsEtherType"/>.</summary>
    public ushort Protocol => BinaryPrimitives.ReadUInt16BigEndian(_bytes[3..]);

    /// <summary>True when <see cref="Protocol"/> is an EtherType.</summary>
    public bool IsEtherType => Organization is EncapsulatedEthernet or CiscoEncapsulatedEthernet;

    /// <summary>Takes a view of the first <see cref="LengthBytes"/> bytes; afterwards no getter can fail.</summary>
    /// <param name="bytes">Bytes that begin with the header.</param>
    /// <param name="header">The view, empty when the answer is false.</param>
    /// <returns>False when there are fewer than <see cref="LengthBytes"/> bytes.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SnapHeader header)
    {
        if (bytes.Length < LengthBytes)
        {
            header = default;
            return false;
        }

        header = new SnapHeader(bytes[..LengthBytes]);
        return true;
    }
}
