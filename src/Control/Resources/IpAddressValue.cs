using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace NetworkingSfc.Control.Resources;

/// <summary>An IP address as a number in host order, with its family. An IPv4 address fills the low 32 bits.</summary>
/// <param name="Family">The family.</param>
/// <param name="Value">The address as a number.</param>
public readonly record struct IpAddressValue(IpFamily Family, UInt128 Value)
{
    /// <summary>Bits of an address of this family.</summary>
    public int BitCount => Family == IpFamily.IPv4 ? 32 : 128;

    /// <summary>Reads a dotted IPv4 address of exactly four decimal parts, or an IPv6 address without zone, brackets or port.</summary>
    /// <param name="text">The text to read.</param>
    /// <param name="address">The address read.</param>
    public static bool TryParse(string text, out IpAddressValue address)
    {
        address = default;
        if (text.Contains(':'))
        {
            return TryParseIPv6(text, out address);
        }

        string[] parts = text.Split('.');
        if (parts.Length != 4)
        {
            return false;
        }

        uint value = 0;
        foreach (string part in parts)
        {
            // A leading zero is octal to some readers and decimal to others: refused, as the reference does.
            if (part.Length is 0 or > 3 || (part.Length > 1 && part[0] == '0') || !part.All(char.IsAsciiDigit))
            {
                return false;
            }

            int octet = int.Parse(part, System.Globalization.CultureInfo.InvariantCulture);
            if (octet > byte.MaxValue)
            {
                return false;
            }

            value = value << 8 | (uint)octet;
        }

        address = new IpAddressValue(IpFamily.IPv4, value);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return new IPAddress(Family == IpFamily.IPv4 ? bytes[12..] : bytes).ToString();
    }

    private static bool TryParseIPv6(string text, out IpAddressValue address)
    {
        address = default;
        if (!text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.')
            || !IPAddress.TryParse(text, out IPAddress? parsed)
            || parsed.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        parsed.TryWriteBytes(bytes, out _);
        address = new IpAddressValue(IpFamily.IPv6, BinaryPrimitives.ReadUInt128BigEndian(bytes));
        return true;
    }
}
