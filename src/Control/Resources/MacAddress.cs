using System.Globalization;

namespace NetworkingSfc.Control.Resources;

/// <summary>A 48-bit Ethernet address in host order; written as six lower-case octets joined by colons.</summary>
/// <param name="Value">The address in the low 48 bits.</param>
public readonly record struct MacAddress(ulong Value)
{
    private const int Octets = 6;

    /// <summary>True when the group bit (the lowest of the first octet) is set.</summary>
    public bool IsMulticast => (Value >> 40 & 1) != 0;

    /// <summary>Reads six octets of one or two hexadecimal digits joined by <c>:</c> or <c>-</c>.</summary>
    /// <param name="text">The text to read.</param>
    /// <param name="address">The address read.</param>
    public static bool TryParse(string text, out MacAddress address)
    {
        address = default;
        string[] parts = text.Split(text.Contains('-') ? '-' : ':');
        if (parts.Length != Octets)
        {
            return false;
        }

        ulong value = 0;
        foreach (string part in parts)
        {
            if (part.Length is 0 or > 2 || !byte.TryParse(part, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte octet))
            {
                return false;
            }

            value = value << 8 | octet;
        }

        address = new MacAddress(value);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Value >> 40 & 255:x2}:{Value >> 32 & 255:x2}:{Value >> 24 & 255:x2}:{Value >> 16 & 255:x2}:{Value >> 8 & 255:x2}:{Value & 255:x2}");
}
