using System.Globalization;

namespace NetworkingSfc.Control.Resources;

/// <summary>An IP prefix that keeps the exact text it was sent as: <c>10.0.0.1/24</c> is answered as <c>10.0.0.1/24</c>.</summary>
public readonly record struct IpPrefix
{
    private IpPrefix(string text, IpAddressValue address, int length)
    {
        Text = text;
        Address = address;
        Length = length;
        int hostBits = address.BitCount - length;
        UInt128 all = address.BitCount == 128 ? UInt128.MaxValue : uint.MaxValue;
        Mask = hostBits == 128 ? UInt128.Zero : all >> hostBits << hostBits;
    }

    /// <summary>The prefix exactly as it was sent.</summary>
    public string Text { get; }

    /// <summary>The address as sent; host bits may be set.</summary>
    public IpAddressValue Address { get; }

    /// <summary>Number of leading bits that count.</summary>
    public int Length { get; }

    /// <summary>Family of the address.</summary>
    public IpFamily Family => Address.Family;

    /// <summary>Bit mask with the counting bits set, in the width of the family.</summary>
    public UInt128 Mask { get; }

    /// <summary>First address of the prefix: the address with its host bits cleared.</summary>
    public UInt128 Network => Address.Value & Mask;

    /// <summary>Reads <c>address/length</c>.</summary>
    /// <param name="text">The text to read; kept.</param>
    /// <param name="prefix">The prefix read.</param>
    public static bool TryParse(string text, out IpPrefix prefix)
    {
        prefix = default;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0
            || !IpAddressValue.TryParse(text[..slash], out IpAddressValue address)
            || !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int length)
            || length > address.BitCount
            || (text.Length > slash + 2 && text[slash + 1] == '0'))
        {
            return false;
        }

        prefix = new IpPrefix(text, address, length);
        return true;
    }

    /// <summary>True when some address is in both prefixes.</summary>
    /// <param name="other">The other prefix.</param>
    public bool Overlaps(in IpPrefix other) =>
        ((Address.Value ^ other.Address.Value) & Mask & other.Mask) == UInt128.Zero && Family == other.Family;

    /// <inheritdoc/>
    public override string ToString() => Text;
}
