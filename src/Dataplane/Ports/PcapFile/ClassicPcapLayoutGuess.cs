namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>
/// Finds out which record header a classic pcap file uses where its magic number does not say: tries each on the
/// first three records and takes the one that looks least wrong. What counts as wrong follows tshark, so that both
/// read a doubtful file alike.
/// </summary>
internal static class ClassicPcapLayoutGuess
{
    private const int RecordsTried = 3;

    // Three ordinary packets fit; three D-Bus messages need not, and the guess then rests on fewer records.
    private const int MostBytesAhead = 4 * 1024 * 1024;

    private const uint WireLengthInDoubt = 128 * 1024 * 1024;

    private static readonly ClassicPcapLayout[] UnderPlainMagic =
        [ClassicPcapLayout.Standard, ClassicPcapLayout.Modified, ClassicPcapLayout.Nokia];

    private static readonly ClassicPcapLayout[] UnderModifiedMagic =
        [ClassicPcapLayout.Modified, ClassicPcapLayout.ModifiedLong];

    /// <summary>The layout that fits best; of equals the more common. Looks ahead without consuming.</summary>
    public static ClassicPcapLayout Guess(CaptureInput input, in ClassicPcapHeader header)
    {
        ClassicPcapLayout[] candidates = header.IsModified ? UnderModifiedMagic : UnderPlainMagic;
        ClassicPcapLayout best = candidates[0];
        int fewest = int.MaxValue;
        foreach (ClassicPcapLayout candidate in candidates)
        {
            int faults = CountFaults(input, header, candidate);
            if (faults < fewest)
            {
                best = candidate;
                fewest = faults;
            }
        }

        return best;
    }

    /// <summary>Bytes of a record header.</summary>
    public static int HeaderLength(ClassicPcapLayout layout) => layout switch
    {
        ClassicPcapLayout.Nokia => 20,
        ClassicPcapLayout.Modified => 24,
        ClassicPcapLayout.ModifiedLong => 28,
        _ => 16,
    };

    private static int CountFaults(CaptureInput input, in ClassicPcapHeader header, ClassicPcapLayout layout)
    {
        int headerLength = HeaderLength(layout);
        int maximum = LinkType.MaximumPacketLength(header.LinkType);
        int faults = 0;
        int offset = 0;
        for (int record = 0; record < RecordsTried; record++)
        {
            ReadOnlySpan<byte> ahead = input.Peek(offset + headerLength)[offset..];
            if (ahead.IsEmpty)
            {
                break;
            }

            faults += FaultsInHeader(ahead[..Math.Min(ahead.Length, headerLength)], header, layout);
            if (ahead.Length < headerLength)
            {
                return faults + 1;
            }

            uint captured = header.ByteOrder.UInt32(ahead[8..]);
            if (captured > maximum)
            {
                break;
            }

            long next = (long)offset + headerLength + captured;
            if (next > MostBytesAhead)
            {
                break;
            }

            offset = (int)next;
            if (input.Peek(offset).Length < offset)
            {
                return faults + 1;
            }
        }

        return faults;
    }

    /// <summary>Counts what is implausible in the fields of a record header, which may be cut off.</summary>
    private static int FaultsInHeader(ReadOnlySpan<byte> record, in ClassicPcapHeader header, ClassicPcapLayout layout)
    {
        ByteOrder order = header.ByteOrder;
        int faults = 0;
        if (record.Length >= 8)
        {
            faults += One(order.UInt32(record[4..]) >= 1_000_000);
        }

        if (record.Length >= 12)
        {
            uint captured = order.UInt32(record[8..]);
            faults += One(captured > LinkType.MaximumPacketLength(header.LinkType)) + One(captured > header.SnapshotLength);
        }

        if (record.Length >= 16)
        {
            uint wire = order.UInt32(record[12..]);
            faults += One(wire > WireLengthInDoubt) + One(order.UInt32(record[8..]) > wire);
        }

        ReadOnlySpan<byte> rest = record.Length > 16 ? record[16..] : default;
        return faults + layout switch
        {
            ClassicPcapLayout.Nokia => FaultsInNokia(rest, order),
            ClassicPcapLayout.Modified or ClassicPcapLayout.ModifiedLong => FaultsInModified(rest, order),
            _ => 0,
        };
    }

    private static int FaultsInModified(ReadOnlySpan<byte> rest, ByteOrder order)
    {
        int faults = 0;
        if (rest.Length >= 4)
        {
            // No machine of 1999 had more interfaces.
            faults += One(order.UInt32(rest) > 10_000);
        }

        if (rest.Length >= 6)
        {
            // An EtherType, or one of Linux's own numbers below that range.
            uint protocol = order.UInt16(rest[4..]);
            faults += One(protocol is < 0x0600 and not (<= 0x0017 or 0x0060 or 0x0200 or 0x0400));
        }

        if (rest.Length >= 7)
        {
            // PACKET_HOST to PACKET_OUTGOING.
            faults += One(rest[6] > 4);
        }

        return faults;
    }

    private static int FaultsInNokia(ReadOnlySpan<byte> rest, ByteOrder order)
    {
        if (rest.Length < 4)
        {
            return 0;
        }

        // What was seen in such files: 9 or b, fbf, b or d, 6 or 9, 0, 1 or 2.
        uint value = order.UInt32(rest);
        bool seen = (value & 0x0FFF_00F0) == 0x0FBF_0000
            && (value >> 28) is 0x9 or 0xB
            && ((value >> 12) & 0xF) is 0xB or 0xD
            && ((value >> 8) & 0xF) is 0x6 or 0x9
            && (value & 0xF) is 0x1 or 0x2;
        return One(!seen);
    }

    private static int One(bool fault) => fault ? 1 : 0;
}
