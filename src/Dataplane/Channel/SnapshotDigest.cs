using System.Buffers;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Dataplane.Channel;

/// <summary>
/// Tells whether two ends hold the same definition, whatever its generation, and whether a file is as it was written: FNV-1a of 64
/// bits (draft-eastlake-fnv) over the encoding. Against mistakes, not against attackers, who would have to be root already.
/// </summary>
public static class SnapshotDigest
{
    /// <summary>The digest of no bytes, from which <see cref="Add"/> goes on.</summary>
    internal const ulong Start = 0xcbf2_9ce4_8422_2325;

    private const ulong Prime = 0x0000_0100_0000_01b3;
    private const int ChunkBytes = 16 * 1024;

    /// <summary>The digest of a definition without its generation.</summary>
    public static ulong Of(SteeringDefinition definition)
    {
        ulong digest = Start;
        using ChunkWriter chunks = new(ChunkBytes, bytes => digest = Add(digest, bytes));
        SnapshotEncoder.Encode(definition with { Generation = 0 }, chunks);
        chunks.Flush();
        return digest;
    }

    /// <summary>The digest of what came before and these bytes.</summary>
    internal static ulong Add(ulong digest, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            digest = (digest ^ value) * Prime;
        }

        return digest;
    }
}
