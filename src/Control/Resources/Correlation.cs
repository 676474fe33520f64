namespace NetworkingSfc.Control.Resources;

/// <summary>How the service path is carried: by nothing (the function is unaware of it), by an MPLS label or by NSH.</summary>
public enum Correlation
{
    /// <summary>No encapsulation (<c>null</c> in the API): the forwarder is the SFC proxy.</summary>
    None,

    /// <summary>MPLS label (<c>mpls</c>).</summary>
    Mpls,

    /// <summary>Network service header (<c>nsh</c>), RFC 8300.</summary>
    Nsh,
}
