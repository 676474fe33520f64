using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>Names a service path: the 24-bit service path identifier, SPI (RFC 8300, section 2.3).</summary>
/// <remarks>A type of its own, so that it cannot be passed where a <see cref="ServiceIndex"/> is meant.</remarks>
public readonly record struct ServicePathId
{
    /// <summary>Largest identifier, 24 bits.</summary>
    public const int MaxValue = 0xffffff;

    /// <summary>Makes an identifier.</summary>
    /// <param name="value">0 to <see cref="MaxValue"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number does not fit 24 bits.</exception>
    public ServicePathId(int value)
    {
        if ((uint)value > MaxValue)
        {
            ThrowOutOfRange(value);
        }

        Value = value;
    }

    /// <summary>The number, 0 to <see cref="MaxValue"/>.</summary>
    public int Value { get; }

    /// <summary>The number in decimal.</summary>
    /// <returns>For example <c>258</c>.</returns>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    [DoesNotReturn]
    private static void ThrowOutOfRange(int value) =>
        throw new ArgumentOutOfRangeException(nameof(value), value, $"a service path id is 0 to {MaxValue}");
}
