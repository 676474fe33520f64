using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net;
using NetworkingSfc.Classifier;

namespace NetworkingSfc.Sfc.Classify;

/// <summary>Addresses as rule and trace files write them.</summary>
internal static class AddressText
{
    /// <summary>What <see cref="TryParsePrefix"/> takes.</summary>
    public const string AcceptedPrefix = "ADDRESS/LENGTH, IPv4 with up to 32 bits or IPv6 with up to 128,";

    /// <summary>What <see cref="TryParseNumber"/> takes.</summary>
    public const string AcceptedNumber = "a decimal number up to 4294967295 for IPv4 or 32 hexadecimal digits for IPv6";

    private const int HexDigits = 32;

    private static readonly SearchValues<byte> _ipv6Characters = SearchValues.Create("0123456789abcdefABCDEF:."u8);

    /// <summary>Reads an address and a length, as rules have them.</summary>
    public static bool TryParsePrefix(ReadOnlySpan<byte> text, out AddressPrefix prefix, out ushort etherType)
    {
        prefix = default;
        int slash = text.IndexOf((byte)'/');
        etherType = text.Contains((byte)':') ? AddressPrefix.Ipv6EtherType : AddressPrefix.Ipv4EtherType;
        if (slash < 0 || !TryParseDecimal(text[(slash + 1)..], out uint length) || length > AddressPrefix.AddressBits(etherType))
        {
            return false;
        }

        UInt128 address;
        if (etherType == AddressPrefix.Ipv4EtherType)
        {
            if (!TryParseIpv4(text[..slash], out uint four))
            {
                return false;
            }

            address = four;
        }
        else if (!TryParseIpv6(text[..slash], out address))
        {
            return false;
        }

        prefix = new AddressPrefix(address, (byte)length);
        return true;
    }

    /// <summary>Reads an address as one number, as traces have them.</summary>
    public static bool TryParseNumber(ReadOnlySpan<byte> text, out UInt128 address, out ushort etherType)
    {
        if (text.Length == HexDigits)
        {
            etherType = AddressPrefix.Ipv6EtherType;
            bool isHex = Utf8Parser.TryParse(text[..16], out ulong high, out int usedHigh, 'x')
                & Utf8Parser.TryParse(text[16..], out ulong low, out int usedLow, 'x');
            address = new UInt128(high, low);
            return isHex && usedHigh + usedLow == HexDigits;
        }

        etherType = AddressPrefix.Ipv4EtherType;
        bool isNumber = TryParseDecimal(text, out uint four);
        address = four;
        return isNumber;
    }

    private static bool TryParseIpv4(ReadOnlySpan<byte> text, out uint address)
    {
        address = 0;
        int octets = 0;
        foreach (Range part in text.Split((byte)'.'))
        {
            if (++octets > 4 || !TryParseDecimal(text[part], out uint octet) || octet > byte.MaxValue)
            {
                return false;
            }

            address = (address << 8) | octet;
        }

        return octets == 4;
    }

    // The runtime's reader also takes scopes and brackets, which no prefix has.
    private static bool TryParseIpv6(ReadOnlySpan<byte> text, out UInt128 address)
    {
        address = default;
        if (text.ContainsAnyExcept(_ipv6Characters) || !IPAddress.TryParse(text, out IPAddress? parsed))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        return parsed.TryWriteBytes(bytes, out int written) && written == bytes.Length && BinaryPrimitives.TryReadUInt128BigEndian(bytes, out address);
    }

    private static bool TryParseDecimal(ReadOnlySpan<byte> text, out uint number) =>
        Utf8Parser.TryParse(text, out number, out int used) && used == text.Length && char.IsAsciiDigit((char)text[0]);
}
