using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>
/// Capture metadata that some link types put in front of every frame (direction, line number, card timestamps). Frame
/// lengths are counted without it, as tshark counts them.
/// </summary>
internal static class PseudoHeader
{
    private const int SunAtm = 123;
    private const int Mtp2 = 139;
    private const int Irda = 144;
    private const int LinuxLapd = 177;
    private const int Sita = 196;
    private const int Erf = 197;
    private const int BluetoothH4 = 201;
    private const int PppWithDirection = 204;
    private const int I2c = 209;
    private const int NfcLlcp = 245;
    private const int BluetoothMonitor = 254;

    /// <summary>True when packets of this link type start with metadata; for all others there is nothing to take off.</summary>
    public static bool IsUsedBy(int linkType) => linkType is SunAtm or Mtp2 or Irda or LinuxLapd or Sita or Erf
        or BluetoothH4 or PppWithDirection or I2c or NfcLlcp or BluetoothMonitor;

    /// <summary>
    /// Length of the metadata at the start of a packet, in bytes. False when the packet is too short for it, or names
    /// another protocol than the link type implies.
    /// </summary>
    public static bool TryMeasure(int linkType, ReadOnlySpan<byte> packet, out int length)
    {
        length = linkType switch
        {
            PppWithDirection => 1,
            NfcLlcp => 2,
            SunAtm or Mtp2 or BluetoothH4 or BluetoothMonitor => 4,
            Sita or I2c => 5,
            Irda or LinuxLapd => 16,
            Erf => MeasureErf(packet),
            _ => 0,
        };

        return packet.Length >= length && linkType switch
        {
            // Both are cooked headers, and the protocol field at their end must be theirs.
            Irda => BinaryPrimitives.ReadUInt16BigEndian(packet[14..]) == 0x0017,
            LinuxLapd => BinaryPrimitives.ReadUInt16BigEndian(packet[14..]) == 0x0030,
            _ => true,
        };
    }

    /// <summary>
    /// An ERF record says itself how long its frame was, and pads what it captured.
    /// False for all other link types.
    /// </summary>
    public static bool TryReadWireLength(int linkType, ReadOnlySpan<byte> packet, out int wireLength)
    {
        bool isErf = linkType == Erf;
        wireLength = isErf ? BinaryPrimitives.ReadUInt16BigEndian(packet[14..]) : 0;
        return isErf;
    }

    private static int MeasureErf(ReadOnlySpan<byte> packet)
    {
        // Time (8), type (1), flags (1), record length (2), loss or colour (2), wire length (2); then extension
        // headers of 8 bytes while bit 7 says another follows; then what the type adds.
        const int fixedLength = 16;
        const int extensionLength = 8;
        if (packet.Length < fixedLength)
        {
            return fixedLength;
        }

        int length = fixedLength;
        bool more = (packet[8] & 0x80) != 0;
        while (more && length + extensionLength <= packet.Length)
        {
            more = (packet[length] & 0x80) != 0;
            length += extensionLength;
        }

        return (more ? extensionLength : 0) + length + (packet[8] & 0x7F) switch
        {
            2 or 11 or 16 or 20 => 2,                    // Ethernet: offset and padding
            5 or 6 or 7 or 8 or 9 or 12 or 17 or 18 => 4, // multichannel and AAL2
            _ => 0,
        };
    }
}
