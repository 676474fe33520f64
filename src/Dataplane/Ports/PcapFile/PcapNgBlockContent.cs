namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>
/// What must hold inside blocks that are no packets. Their content is not used; but a file in which it is damaged is a
/// damaged file, and going on would be a guess. The rules are those tshark reads by.
/// </summary>
internal static class PcapNgBlockContent
{
    /// <summary>Bytes a block has without content: type, length, and length again.</summary>
    public const int Overhead = 12;

    private const int EndOfRecords = 0;
    private const int Ipv4Record = 1;
    private const int Ipv6Record = 2;
    private const int RecordHeaderLength = 4;

    /// <summary>Smallest total length of a block of this type, in bytes.</summary>
    public static int MinimumLength(PcapNgBlockType type) => type switch
    {
        PcapNgBlockType.SectionHeader => 28,
        PcapNgBlockType.InterfaceDescription => 20,
        PcapNgBlockType.EnhancedPacket or PcapNgBlockType.Packet => 32,
        PcapNgBlockType.SimplePacket or PcapNgBlockType.NameResolution => 16,
        PcapNgBlockType.Custom or PcapNgBlockType.CustomNotCopied => 16,
        PcapNgBlockType.InterfaceStatistics => 24,
        PcapNgBlockType.DecryptionSecrets => 20,
        PcapNgBlockType.JournalExport => 35,
        PcapNgBlockType.SystemEvent or PcapNgBlockType.SystemEventWithFlags => 36,
        _ => Overhead,
    };

    /// <summary>What is wrong in the body of a block, or null. Blocks of other types have nothing to check.</summary>
    /// <param name="type">Type of the block.</param>
    /// <param name="body">The bytes between the two lengths, at least what <see cref="MinimumLength"/> implies.</param>
    /// <param name="order">Byte order of the section.</param>
    public static string? FindDamage(PcapNgBlockType type, ReadOnlySpan<byte> body, ByteOrder order) => type switch
    {
        PcapNgBlockType.InterfaceStatistics => FindDamageInOptions(body[12..], order),
        PcapNgBlockType.NameResolution => FindDamageInNames(body, order),
        PcapNgBlockType.DecryptionSecrets => FindDamageInSecrets(body, order),
        _ => null,
    };

    /// <summary>True when the body of such a block is looked at as a whole.</summary>
    public static bool IsChecked(PcapNgBlockType type) =>
        type is PcapNgBlockType.InterfaceStatistics or PcapNgBlockType.NameResolution or PcapNgBlockType.DecryptionSecrets;

    /// <summary>What is wrong in a list of options whose values do not matter here, or null.</summary>
    public static string? FindDamageInOptions(ReadOnlySpan<byte> bytes, ByteOrder order)
    {
        PcapNgOptions options = new(bytes, order);
        while (options.TryNext(out _, out _))
        {
        }

        return options.Damage;
    }

    private static string? FindDamageInSecrets(ReadOnlySpan<byte> body, ByteOrder order)
    {
        uint length = order.UInt32(body[4..]);
        return length <= body.Length - 8 ? null : $"secrets of {length} bytes do not fit the {body.Length - 8} left in their block";
    }

    private static string? FindDamageInNames(ReadOnlySpan<byte> rest, ByteOrder order)
    {
        // Record type (2), length (2), address, names ending in 0, padding.
        while (rest.Length >= RecordHeaderLength)
        {
            int type = order.UInt16(rest);
            int length = order.UInt16(rest[2..]);
            rest = rest[RecordHeaderLength..];
            if (type == EndOfRecords)
            {
                return FindDamageInOptions(rest, order);
            }

            int padded = (length + 3) & ~3;
            if (padded > rest.Length)
            {
                return $"a name record of {length} bytes does not fit the {rest.Length} left in its block";
            }

            int addressLength = type switch { Ipv4Record => 4, Ipv6Record => 16, _ => 0 };
            if (length < addressLength)
            {
                return $"a name record of {length} bytes has no room for its address of {addressLength}";
            }

            if (addressLength != 0 && !rest[addressLength..length].Contains((byte)0))
            {
                return "a name record does not end its name";
            }

            rest = rest[padded..];
        }

        return null;
    }
}
