using System.Globalization;
using System.Text.Json;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Attributes;

/// <summary>Readers of IP prefixes. Forms that are understood but not canonical are refused with the canonical form in the message.</summary>
internal static class Prefixes
{
    /// <summary>A prefix.</summary>
    public static Reading One(string attribute, JsonElement value)
    {
        string text = PythonText.Str(value);
        if (value.ValueKind == JsonValueKind.String)
        {
            if (IpPrefix.TryParse(text, out IpPrefix prefix))
            {
                return Reading.Of(prefix);
            }

            if (Recommend(text) is { } recommended)
            {
                return ApiProblem.InvalidValue(attribute, $"'{text}' isn't a recognized IP subnet cidr, '{recommended}' is recommended");
            }
        }

        return ApiProblem.InvalidValue(attribute, $"'{text}' is not a valid IP subnet");
    }

    /// <summary>A prefix, or null.</summary>
    public static Reading OneOrNull(string attribute, JsonElement value) =>
        value.ValueKind == JsonValueKind.Null ? Reading.Of(null) : One(attribute, value);

    /// <summary>The canonical form of a host, a short address, a dotted mask or an inverted mask; null when it is none of these.</summary>
    private static string? Recommend(string text)
    {
        string[] halves = text.Split('/');
        if (halves.Length > 2)
        {
            return null;
        }

        if (!IpAddressValue.TryParse(halves[0], out IpAddressValue address) && !TryParseShort(halves[0], out address))
        {
            return null;
        }

        int? length = halves.Length == 1 ? address.BitCount : MaskLength(halves[1], address);
        if (length is not { } bits || bits > address.BitCount)
        {
            return null;
        }

        UInt128 network = bits == 0 ? UInt128.Zero : address.Value >> (address.BitCount - bits) << (address.BitCount - bits);
        return string.Create(CultureInfo.InvariantCulture, $"{address with { Value = network }}/{bits}");
    }

    /// <summary>Reads an IPv4 address whose last parts are left out.</summary>
    private static bool TryParseShort(string text, out IpAddressValue address)
    {
        address = default;
        string[] parts = text.Split('.');
        if (parts.Length > 4)
        {
            return false;
        }

        uint value = 0;
        foreach (string part in parts)
        {
            if (!byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out byte octet))
            {
                return false;
            }

            value = value << 8 | octet;
        }

        address = new IpAddressValue(IpFamily.IPv4, value << 8 * (4 - parts.Length));
        return true;
    }

    private static int? MaskLength(string text, IpAddressValue address)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int length))
        {
            return length;
        }

        if (address.Family != IpFamily.IPv4 || !IpAddressValue.TryParse(text, out IpAddressValue mask) || mask.Family != IpFamily.IPv4)
        {
            return null;
        }

        uint bits = (uint)mask.Value;
        uint netmask = bits == 0 || (bits & 0x8000_0000) != 0 ? bits : ~bits;
        int ones = int.CreateTruncating(uint.PopCount(netmask));
        return netmask == (ones == 0 ? 0 : uint.MaxValue << 32 - ones) ? ones : null;
    }
}
