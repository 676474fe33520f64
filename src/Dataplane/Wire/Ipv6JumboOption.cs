using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Wire;

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//                                  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//                                  |  Type 0xc2    |   Length 4    |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                     Jumbo payload length                      |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

/// <summary>The option that gives the length of an IPv6 packet of more than 65,535 bytes (RFC 2675, section 2).</summary>
public static class Ipv6JumboOption
{
    /// <summary>Bytes of the option.</summary>
    public const int LengthBytes = 6;

    /// <summary>Largest length reported, in bytes: longer than any frame, and safe to add a header length to.</summary>
    public const uint MaxPayloadLength = 1 << 30;

    private const byte PadOneType = 0;
    private const byte JumboType = 0xc2;

    /// <summary>Looks for the option among the options of a hop-by-hop header.</summary>
    /// <param name="options">The content of the header; see <see cref="Ipv6ExtensionHeader.Content"/>.</param>
    /// <param name="payloadLength">Bytes after the IPv6 header, 65,536 to <see cref="MaxPayloadLength"/>; 0 when the answer is false.</param>
    /// <returns>False when there is no option, or one with a length RFC 2675 (section 3) forbids.</returns>
    public static bool TryFind(ReadOnlySpan<byte> options, out int payloadLength)
    {
        payloadLength = 0;
        while (options.Length >= LengthBytes)
        {
            if (options[0] == PadOneType)
            {
                options = options[1..];
                continue;
            }

            int dataLength = options[1];
            if (options[0] == JumboType && dataLength == LengthBytes - 2)
            {
                uint length = BinaryPrimitives.ReadUInt32BigEndian(options[2..]);
                if (length <= ushort.MaxValue)
                {
                    return false;
                }

                payloadLength = (int)Math.Min(length, MaxPayloadLength);
                return true;
            }

            int optionLength = 2 + dataLength;
            if (optionLength > options.Length)
            {
                return false;
            }

            options = options[optionLength..];
        }

        return false;
    }
}
