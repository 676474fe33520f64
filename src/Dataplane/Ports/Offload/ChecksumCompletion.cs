using System.Buffers.Binary;
using System.Numerics;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Ports.Offload;

/// <summary>Computes the checksum that a local sender left to the hardware, as Linux does in <c>skb_checksum_help</c>.</summary>
internal static class ChecksumCompletion
{
    /// <summary>Offset of the checksum in UDP. DCCP and UDP-Lite have theirs there too and accept 0xffff for 0.</summary>
    public const int UdpOffset = 6;

    /// <summary>Offset of the checksum in TCP.</summary>
    public const int TcpOffset = 16;

    /// <summary>Offset of the checksum in SCTP. No protocol with an Internet checksum has it there.</summary>
    private const int SctpOffset = 8;

    /// <summary>Completes a checksum.</summary>
    /// <param name="frame">The frame; what the checksum covers goes to its end.</param>
    /// <param name="start">Offset of the first byte covered.</param>
    /// <param name="offset">Offset of the checksum from there.</param>
    /// <returns>False when the checksum would lie outside the frame; nothing was changed then.</returns>
    public static bool TryComplete(Span<byte> frame, int start, int offset)
    {
        int width = offset == SctpOffset ? sizeof(uint) : sizeof(ushort);
        if (start + offset + width > frame.Length)
        {
            return false;
        }

        Span<byte> covered = frame[start..];
        Span<byte> field = covered.Slice(offset, width);
        if (offset == SctpOffset)
        {
            field.Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(field, Crc32c(covered));
            return true;
        }

        ulong sum = InternetChecksum.Sum(covered);
        BinaryPrimitives.WriteUInt16BigEndian(field, offset == UdpOffset ? InternetChecksum.FinishUdp(sum) : InternetChecksum.Finish(sum));
        return true;
    }

    // CRC32c of RFC 9260, appendix A; the first byte of the result goes first.
    private static uint Crc32c(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
