using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NetworkingSfc.Control.Store.Sqlite;

/// <summary>One resource as a row of the database.</summary>
/// <param name="Kind">Name of its <see cref="StoredKind"/>.</param>
/// <param name="Place">Its place in the order of its kind.</param>
/// <param name="Id">Its identity, for people who look into the file.</param>
/// <param name="Body">The record as JSON.</param>
internal readonly record struct StoredRow(string Kind, long Place, string Id, string Body)
{
    /// <summary>SQLite checks its own structures but not what they hold; this finds a row that was altered.</summary>
    public long Checksum => ChecksumOf(string.Create(CultureInfo.InvariantCulture, $"{Kind}\n{Place}\n{Id}\n{Body}"));

    /// <summary>
    /// Part of the checksum of a whole state, which is this joined with the checksums of all rows by exclusive or: it
    /// finds rows that are missing or come from another revision, and one change updates it without reading the others.
    /// </summary>
    public static long ChecksumOf(long revision) => ChecksumOf(string.Create(CultureInfo.InvariantCulture, $"revision {revision}"));

    private static long ChecksumOf(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash);
    }
}
