using NetworkingSfc.Dataplane.Encapsulation;

namespace NetworkingSfc.Control.Drivers.OpenVswitch.Fixed;

/// <summary>The cases of a header behind a function that need different actions, and so a flow each.</summary>
/// <param name="Kind">The encapsulation.</param>
/// <param name="IsZeroTtl">An NSH with TTL 0.</param>
/// <param name="IsLastLabel">A label with no other behind it.</param>
internal readonly record struct CarriedHeaderCase(EncapsulationKind Kind, bool IsZeroTtl, bool IsLastLabel)
{
    private static readonly CarriedHeaderCase[] _nsh = [new(EncapsulationKind.Nsh, false, false), new(EncapsulationKind.Nsh, true, false)];
    private static readonly CarriedHeaderCase[] _mpls = [new(EncapsulationKind.Mpls, false, true), new(EncapsulationKind.Mpls, false, false)];

    /// <summary>The cases of an encapsulation.</summary>
    public static IReadOnlyList<CarriedHeaderCase> Of(EncapsulationKind kind) => kind == EncapsulationKind.Nsh ? _nsh : _mpls;

    /// <summary>Priority of the case among flows that match the same path and index.</summary>
    public int Priority => IsZeroTtl ? FixedTables.ZeroTtlPriority : FixedTables.HeaderPriority;

    /// <summary>Adds what tells the case apart.</summary>
    /// <param name="match">A match of the path and index.</param>
    public FlowMatch In(FlowMatch match) => Kind == EncapsulationKind.Mpls ? match.With("mpls_bos", IsLastLabel ? 1 : 0) : IsZeroTtl ? match.With("nsh_ttl", 0) : match;
}
