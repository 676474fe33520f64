using System.Globalization;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>Place of a packet on its service path: the 8-bit service index, SI (RFC 8300, section 2.3).</summary>
/// <remarks>
/// Counts down: 255 at the start of a path unless configured otherwise, one less after every hop. 0 is never a hop
/// (RFC 8300, section 2.3: a packet with SI 0 after decrementing is dropped).
/// </remarks>
/// <param name="Value">0 to 255.</param>
public readonly record struct ServiceIndex(byte Value)
{
    /// <summary>The index a path begins with unless configured otherwise (RFC 8300, section 2.3).</summary>
    public static ServiceIndex Initial => new(255);

    /// <summary>The index after one more hop. Wraps from 0 to 255, so callers test for 0 first.</summary>
    public ServiceIndex Next => new(unchecked((byte)(Value - 1)));

    /// <summary>The number in decimal.</summary>
    /// <returns>For example <c>254</c>.</returns>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
