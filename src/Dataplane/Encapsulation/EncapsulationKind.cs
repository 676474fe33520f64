namespace NetworkingSfc.Dataplane.Encapsulation;

/// <summary>How a frame carries its service path, or how a function wants it carried.</summary>
public enum EncapsulationKind : byte
{
    /// <summary>Not at all: the function knows no encapsulation and we are its SFC proxy.</summary>
    Plain,

    /// <summary>Network Service Header over Ethernet (RFC 8300).</summary>
    Nsh,

    /// <summary>An MPLS label that packs path and index.</summary>
    Mpls,
}
