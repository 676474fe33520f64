using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace NetworkingSfc.Testing.Frames;

/// <summary>Numbers and text addresses as they stand on the wire.</summary>
internal static class Bytes
{
    public static byte[] Of(ushort value) => [(byte)(value >> 8), (byte)value];

    public static byte[] Of(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    public static byte[] OfMac(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length != 6)
        {
            throw new FormatException($"'{text}' is not a MAC address of six octets.");
        }

        return [.. parts.Select(part => byte.Parse(part, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))];
    }

    public static byte[] OfIpv4(string text) => OfAddress(text, AddressFamily.InterNetwork);

    public static byte[] OfIpv6(string text) => OfAddress(text, AddressFamily.InterNetworkV6);

    /// <summary><paramref name="bytes"/> with zeros up to a multiple of <paramref name="unit"/>.</summary>
    public static byte[] PadTo(int unit, byte[] bytes) => [.. bytes, .. new byte[(unit - (bytes.Length % unit)) % unit]];

    private static byte[] OfAddress(string text, AddressFamily family)
    {
        IPAddress address = IPAddress.Parse(text);
        return address.AddressFamily == family
            ? address.GetAddressBytes()
            : throw new FormatException($"'{text}' is not an address of family {family}.");
    }
}
