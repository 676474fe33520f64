namespace NetworkingSfc.Control.Resources;

/// <summary>Address family of a prefix, an address or a classifier.</summary>
public enum IpFamily
{
    /// <summary>IPv4, 32-bit addresses.</summary>
    IPv4 = 4,

    /// <summary>IPv6, 128-bit addresses.</summary>
    IPv6 = 6,
}
