namespace NetworkingSfc.Control.FlowClassifiers;

/// <summary>A range of transport ports, each bound optional. Bounds are taken as given: 0 is port 0.</summary>
/// <param name="Min">Lowest port, null for 0.</param>
/// <param name="Max">Highest port, null for 65535.</param>
public readonly record struct PortBounds(ushort? Min, ushort? Max)
{
    /// <summary>True when a bound is given.</summary>
    public bool IsGiven => Min is not null || Max is not null;

    /// <summary>Lowest port matched.</summary>
    public ushort Lowest => Min ?? ushort.MinValue;

    /// <summary>Highest port matched.</summary>
    public ushort Highest => Max ?? ushort.MaxValue;

    /// <summary>True when some port is in both ranges.</summary>
    /// <param name="other">The other range.</param>
    public bool Overlaps(PortBounds other) => Lowest <= other.Highest && other.Lowest <= Highest;
}
