using System.Buffers.Binary;
using System.Globalization;

namespace NetworkingSfc.Dataplane.Wire;

/// <summary>A 48-bit IEEE 802 address. The first byte on the wire is the most significant byte of <see cref="Value"/>.</summary>
/// <param name="Value">The address as a number, 0 to 2^48 - 1; higher bits must be zero.</param>
public readonly record struct MacAddress(ulong Value)
{
    /// <summary>Bytes on the wire.</summary>
    public const int LengthBytes = 6;

    /// <summary>True for group addresses, broadcast included: the lowest bit of the first byte (IEEE 802-2014, 8.2.2).</summary>
    public bool IsMulticast => (Value & 0x0100_0000_0000) != 0;

    /// <summary>Reads six octets of one or two hexadecimal digits joined by <c>:</c> or <c>-</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="address">The address, zero when the answer is false.</param>
    /// <returns>False when the text has any other form.</returns>
    public static bool TryParse(string text, out MacAddress address)
    {
        address = default;
        string[] octets = text.Split(text.Contains('-', StringComparison.Ordinal) ? '-' : ':');
        if (octets.Length != LengthBytes)
        {
            return false;
        }

        ulong value = 0;
        foreach (string octet in octets)
        {
            if (octet.Length is 0 or > 2 || !byte.TryParse(octet, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte part))
            {
                return false;
            }

            value = (value << 8) | part;
        }

        address = new MacAddress(value);
        return true;
    }

    /// <summary>Reads an address. <paramref name="bytes"/> must hold at least <see cref="LengthBytes"/> bytes.</summary>
    /// <param name="bytes">Bytes that begin with the address.</param>
    /// <returns>The address.</returns>
    public static MacAddress Read(ReadOnlySpan<byte> bytes) =>
        new(((ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32) | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]));

    /// <summary>Writes the address to the first <see cref="LengthBytes"/> bytes of <paramref name="destination"/>.</summary>
    /// <param name="destination">At least <see cref="LengthBytes"/> bytes.</param>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)(Value >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(destination[2..], (uint)Value);
    }

    /// <summary>The address as six pairs of hexadecimal digits joined by colons.</summary>
    /// <returns>For example <c>02:00:5e:00:53:01</c>.</returns>
    public override string ToString() => string.Create(17, Value, static (text, value) =>
    {
        const string Digits = "0123456789abcdef";
        for (int i = 0; i < LengthBytes; i++)
        {
            int octet = (int)(value >> (40 - (8 * i))) & 0xff;
            text[3 * i] = Digits[octet >> 4];
            text[(3 * i) + 1] = Digits[octet & 15];
            if (i < LengthBytes - 1)
            {
                text[(3 * i) + 2] = ':';
            }
        }
    });
}
