using System.Buffers.Binary;

namespace NetworkingSfc.Control.Store.Sqlite;

/// <summary>
/// SQLite's log beside the database, looked at before SQLite does: at the first frame that is not whole it drops the rest
/// without a word, which is right for a change that was under way when the power went and wrong for changes that were saved.
/// </summary>
/// <remarks>
/// https://www.sqlite.org/fileformat2.html, section 4. All numbers are big-endian; checksums read words as the magic says.
/// <code>
/// header  magic 4 | version 4 | page size 4 | checkpoint 4 | salts 8 | checksum of the first 24 bytes 8
/// frame   page number 4 | pages of the database after a commit, else 0: 4 | salts 8 | checksum 8 | page
/// </code>
/// A frame's checksum goes on from that of the frame before, over the first 8 bytes of its header and its page.
/// </remarks>
internal static class WriteAheadLog
{
    private const int HeaderBytes = 32;
    private const int FrameHeaderBytes = 24;
    private const int SaltBytes = 8;
    private const int ChecksumBytes = 8;
    private const uint LittleEndianMagic = 0x377f0682;
    private const uint BigEndianMagic = 0x377f0683;
    private const int SmallestPage = 512;
    private const int LargestPage = 65536;

    /// <summary>What is wrong with a log, or null when nothing was lost that had been saved.</summary>
    /// <param name="log">The whole file.</param>
    public static string? FindDamage(ReadOnlySpan<byte> log)
    {
        // The header is on the disk before the first frame is written, so without one there never was a frame.
        if (log.Length < HeaderBytes || !log.ContainsAnyExcept((byte)0))
        {
            return null;
        }

        ReadOnlySpan<byte> header = log[..HeaderBytes];
        uint magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        uint pageBytes = BinaryPrimitives.ReadUInt32BigEndian(header[8..]);
        bool isLittleEndian = magic == LittleEndianMagic;
        ulong checksum = Sum(0, header[..^ChecksumBytes], isLittleEndian);
        if (!(isLittleEndian || magic == BigEndianMagic)
            || pageBytes is < SmallestPage or > LargestPage
            || checksum != BinaryPrimitives.ReadUInt64BigEndian(header[^ChecksumBytes..]))
        {
            return "its header is damaged";
        }

        return FindDamage(log[HeaderBytes..], header.Slice(16, SaltBytes), FrameHeaderBytes + (int)pageBytes, checksum, isLittleEndian);
    }

    /// <summary>
    /// A change is written only when the one before is on the disk. So when a change follows a commit that is behind, or is
    /// itself, a frame that is not whole, that frame was whole once. Frames with other salts are remains of an earlier log.
    /// </summary>
    private static string? FindDamage(ReadOnlySpan<byte> frames, ReadOnlySpan<byte> salts, int frameBytes, ulong checksum, bool isLittleEndian)
    {
        int? broken = null;
        bool isBehindCommit = false;
        for (int number = 0; (number + 1) * (long)frameBytes <= frames.Length; number++)
        {
            ReadOnlySpan<byte> frame = frames.Slice(number * frameBytes, frameBytes);
            ulong stored = BinaryPrimitives.ReadUInt64BigEndian(frame[16..]);
            bool isOfThisLog = frame.Slice(8, SaltBytes).SequenceEqual(salts);
            checksum = Sum(Sum(checksum, frame[..8], isLittleEndian), frame[FrameHeaderBytes..], isLittleEndian);
            bool isWhole = isOfThisLog && checksum == stored;
            if (isWhole && isBehindCommit)
            {
                return $"frame {broken} is damaged, and changes that were saved after it follow";
            }

            bool isFirstBroken = !isWhole && broken is null;
            broken ??= isWhole ? null : number;
            isBehindCommit = broken is not null
                && isOfThisLog
                && (isWhole || isFirstBroken)
                && BinaryPrimitives.ReadUInt32BigEndian(frame[4..]) != 0;

            // The next frame goes on from what this one says, so frames behind a broken one can be told to be whole.
            checksum = stored;
        }

        return null;
    }

    private static ulong Sum(ulong start, ReadOnlySpan<byte> bytes, bool isLittleEndian)
    {
        uint first = (uint)(start >> 32);
        uint second = (uint)start;
        for (int offset = 0; offset < bytes.Length; offset += 8)
        {
            first += Word(bytes[offset..], isLittleEndian) + second;
            second += Word(bytes[(offset + 4)..], isLittleEndian) + first;
        }

        return (ulong)first << 32 | second;
    }

    private static uint Word(ReadOnlySpan<byte> bytes, bool isLittleEndian) =>
        isLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
