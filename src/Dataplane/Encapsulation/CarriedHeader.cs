namespace NetworkingSfc.Dataplane.Encapsulation;

/// <summary>What a frame carries of its service path, and where. Offsets are from the first byte of the frame.</summary>
public struct CarriedHeader
{
    /// <summary>How the path is carried; <see cref="EncapsulationKind.Plain"/> for not at all.</summary>
    public EncapsulationKind Kind;

    /// <summary>Offset of the NSH or of the label: the length of the outer Ethernet header and its tags.</summary>
    public int HeaderOffset;

    /// <summary>NSH only: offset of the inner frame.</summary>
    public int InnerOffset;

    /// <summary>Path id and index as they were sent: 32 bits of an NSH, 20 of a label; 0 for none.</summary>
    public uint ServicePath;

    /// <summary>Time to live that the header leaves with when it is kept: one less than it came with.</summary>
    public byte TimeToLive;
}
