namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>
/// Finds out which record header a classic pcap file uses where its magic number does not say: tries each on the
/// first three records and takes the one that goes least wrong. What counts as wrong follows tshark 4.0, so that both
/// read a doubtful file alike.
/// </summary>
/// <remarks>
/// The price, which tshark pays too: a file that is damaged or cut off within its first three records can be taken
/// for another layout. Whole and sane records are never.
/// </remarks>
internal static class ClassicPcapLayoutGuess
{
    private const int RecordsTried = 3;

    // Three ordinary packets fit; three D-Bus messages need not, and the guess then rests on fewer records.
    private const int MostBytesAhead = 4 * 1024 * 1024;

    private const uint WireLengthInDoubt = 128 * 1024 * 1024;

    private static readonly ClassicPcapLayout[] _underPlainMagic =
        [ClassicPcapLayout.Standard, ClassicPcapLayout.Modified, ClassicPcapLayout.Nokia];

    private static readonly ClassicPcapLayout[] _underModifiedMagic =
        [ClassicPcapLayout.Modified, ClassicPcapLayout.ModifiedLong];

    /// <summary>The layout that fits best; of equals the more common. Looks ahead without consuming.</summary>
    public static ClassicPcapLayout Guess(CaptureInput input, in ClassicPcapHeader header)
    {
        ClassicPcapLayout[] candidates = header.IsModified ? _underModifiedMagic : _underPlainMagic;
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

    /// <summary>Faults of the first record that has any: past it, nothing would be in its place.</summary>
    private static int CountFaults(CaptureInput input, in ClassicPcapHeader header, ClassicPcapLayout layout)
    {
        int headerLength = HeaderLength(layout);
        int offset = 0;
        for (int record = 0; record < RecordsTried; record++)
        {
            ReadOnlySpan<byte> ahead = input.Peek(offset + headerLength)[offset..];
            if (ahead.IsEmpty)
            {
                return 0;
            }

            if (ahead.Length < headerLength)
            {
                return 1;
            }

            (uint captured, uint wire) = header.ReadLengths(ahead);
            int faults = One(header.ByteOrder.UInt32(ahead[4..]) >= 1_000_000)
                + One(captured > LinkType.MaximumPacketLength(header.LinkType))
                + One(captured > header.SnapshotLength)
                + One(captured > wire)
                + One(wire > WireLengthInDoubt);
            if (faults != 0)
            {
                return faults;
            }

            long next = (long)offset + headerLength + captured;
            if (next > MostBytesAhead)
            {
                return 0;
            }

            offset = (int)next;
            if (input.Peek(offset).Length < offset)
            {
                return 1;
            }
        }

        return 0;
    }

    private static int One(bool fault) => fault ? 1 : 0;
}
