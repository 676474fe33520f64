namespace NetworkingSfc.Testing.Frames;

/// <summary>The two checksums of the frames, in their plainest form.</summary>
public static class Checksum
{
    /// <summary>One's complement of the one's complement sum of 16-bit words (RFC 1071).</summary>
    public static ushort Internet(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int offset = 0; offset < bytes.Length; offset++)
        {
            sum += offset % 2 == 0 ? (uint)bytes[offset] << 8 : bytes[offset];
        }

        while (sum > 0xffff)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }

        return (ushort)~sum;
    }

    /// <summary>CRC32c, reflected, bit by bit (RFC 9260, appendix A).</summary>
    public static uint Crc32c(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82f63b78 : crc >> 1;
            }
        }

        return ~crc;
    }
}
