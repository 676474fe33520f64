using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Wire;

/// <summary>
/// The one's-complement checksum of IPv4, TCP, UDP, UDP-Lite, DCCP, ICMP and ICMPv6: computed whole (RFC 1071) or brought
/// up to date after a field has changed (RFC 1624).
/// </summary>
/// <remarks>
/// A partial sum is a plain number that may be added to other partial sums; <see cref="Finish"/> folds and complements
/// it. Every part but the last must have an even number of bytes. SCTP uses CRC32c instead.
/// </remarks>
public static class InternetChecksum
{
    /// <summary>Computes a checksum over one run of bytes whose checksum field is zero.</summary>
    /// <param name="bytes">The bytes; an odd last one counts as the upper half of a word.</param>
    /// <returns>The value for the checksum field.</returns>
    public static ushort Compute(ReadOnlySpan<byte> bytes) => Finish(Sum(bytes));

    /// <summary>Sums bytes as 16-bit words. Room for 16 GiB before the sum could overflow.</summary>
    /// <param name="bytes">The bytes; an odd last one counts as the upper half of a word.</param>
    /// <returns>A partial sum, not folded.</returns>
    public static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;

        // Words may be summed in larger pieces and folded later: 2^16 is 1 modulo 65535 (RFC 1071, section 2).
        while (bytes.Length >= sizeof(ulong))
        {
            ulong piece = BinaryPrimitives.ReadUInt64BigEndian(bytes);
            sum += (piece >> 32) + (uint)piece;
            bytes = bytes[sizeof(ulong)..];
        }

        while (bytes.Length >= sizeof(ushort))
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
            bytes = bytes[sizeof(ushort)..];
        }

        return bytes.IsEmpty ? sum : sum + ((ulong)bytes[0] << 8);
    }

    /// <summary>Partial sum of the pseudo-header over IPv4 (RFC 9293, section 3.1).</summary>
    /// <param name="source">Source address, host order.</param>
    /// <param name="destination">Destination address, host order.</param>
    /// <param name="protocol">See <see cref="IpProtocol"/>.</param>
    /// <param name="transportLength">Bytes of transport header and payload.</param>
    /// <returns>A partial sum, not folded.</returns>
    public static ulong SumPseudoHeader(uint source, uint destination, byte protocol, int transportLength) =>
        (ulong)source + destination + protocol + (uint)transportLength;

    /// <summary>Partial sum of the pseudo-header over IPv6 (RFC 8200, section 8.1).</summary>
    /// <param name="source">Source address, host order.</param>
    /// <param name="destination">Final destination address, host order.</param>
    /// <param name="protocol">Protocol of the transport header; see <see cref="IpProtocol"/>.</param>
    /// <param name="transportLength">Bytes of transport header and payload.</param>
    /// <returns>A partial sum, not folded.</returns>
    public static ulong SumPseudoHeader(UInt128 source, UInt128 destination, byte protocol, int transportLength) =>
        SumOf(source) + SumOf(destination) + protocol + (uint)transportLength;

    /// <summary>Folds a partial sum and complements it.</summary>
    /// <param name="sum">One partial sum, or several added.</param>
    /// <returns>The value for the checksum field.</returns>
    public static ushort Finish(ulong sum) => (ushort)~Fold(sum);

    /// <summary>As <see cref="Finish"/>, for UDP: a checksum of 0 is sent as 0xffff, because 0 means none (RFC 768).</summary>
    /// <param name="sum">One partial sum, or several added.</param>
    /// <returns>The value for the checksum field, never 0.</returns>
    public static ushort FinishUdp(ulong sum)
    {
        ushort checksum = Finish(sum);
        return checksum == 0 ? ushort.MaxValue : checksum;
    }

    /// <summary>Brings a checksum up to date after a 16-bit field has changed (RFC 1624, equation 3).</summary>
    /// <param name="checksum">The checksum before.</param>
    /// <param name="before">The field before, host order; it lies at an even offset of the sum.</param>
    /// <param name="after">The field after, host order.</param>
    /// <returns>The checksum after.</returns>
    public static ushort Update(ushort checksum, ushort before, ushort after) =>
        Finish((ulong)(ushort)~checksum + (ushort)~before + after);

    /// <summary>Brings a checksum up to date after a 32-bit field has changed: an IPv4 address, both ports.</summary>
    /// <param name="checksum">The checksum before.</param>
    /// <param name="before">The field before, host order; it lies at an even offset of the sum.</param>
    /// <param name="after">The field after, host order.</param>
    /// <returns>The checksum after.</returns>
    public static ushort Update(ushort checksum, uint before, uint after) =>
        Finish((ulong)(ushort)~checksum + ~before + after);

    /// <summary>Brings a checksum up to date after a 128-bit field has changed: an IPv6 address.</summary>
    /// <param name="checksum">The checksum before.</param>
    /// <param name="before">The field before, host order; it lies at an even offset of the sum.</param>
    /// <param name="after">The field after, host order.</param>
    /// <returns>The checksum after.</returns>
    public static ushort Update(ushort checksum, UInt128 before, UInt128 after) =>
        Finish((ushort)~checksum + SumOf(~before) + SumOf(after));

    /// <summary>As <see cref="Update(ushort, ushort, ushort)"/>, for UDP: 0 stays 0, and a result of 0 becomes 0xffff (RFC 768).</summary>
    /// <param name="checksum">The checksum before; 0 when the sender computed none.</param>
    /// <param name="before">The field before, host order.</param>
    /// <param name="after">The field after, host order.</param>
    /// <returns>The checksum after.</returns>
    public static ushort UpdateUdp(ushort checksum, ushort before, ushort after) =>
        KeepUdpZero(checksum, Update(checksum, before, after));

    /// <summary>As <see cref="Update(ushort, uint, uint)"/>, for UDP: 0 stays 0, and a result of 0 becomes 0xffff (RFC 768).</summary>
    /// <param name="checksum">The checksum before; 0 when the sender computed none.</param>
    /// <param name="before">The field before, host order.</param>
    /// <param name="after">The field after, host order.</param>
    /// <returns>The checksum after.</returns>
    public static ushort UpdateUdp(ushort checksum, uint before, uint after) =>
        KeepUdpZero(checksum, Update(checksum, before, after));

    /// <summary>As <see cref="Update(ushort, UInt128, UInt128)"/>, for UDP: 0 stays 0, and a result of 0 becomes 0xffff (RFC 768).</summary>
    /// <param name="checksum">The checksum before; 0 when the sender computed none (RFC 6935 allows that over IPv6).</param>
    /// <param name="before">The field before, host order.</param>
    /// <param name="after">The field after, host order.</param>
    /// <returns>The checksum after.</returns>
    public static ushort UpdateUdp(ushort checksum, UInt128 before, UInt128 after) =>
        KeepUdpZero(checksum, Update(checksum, before, after));

    private static ushort KeepUdpZero(ushort before, ushort after) => (before, after) switch
    {
        (0, _) => 0,
        (_, 0) => ushort.MaxValue,
        _ => after,
    };

    private static ulong SumOf(UInt128 value)
    {
        ulong high = (ulong)(value >> 64);
        ulong low = (ulong)value;
        return (high >> 32) + (uint)high + (low >> 32) + (uint)low;
    }

    private static ushort Fold(ulong sum)
    {
        while (sum > ushort.MaxValue)
        {
            sum = (sum >> 16) + (sum & ushort.MaxValue);
        }

        return (ushort)sum;
    }
}
