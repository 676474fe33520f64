namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>Which of the two lengths of a classic record comes first.</summary>
internal enum ClassicPcapLengthOrder
{
    /// <summary>Captured, then wire: version 2.4 and anything later.</summary>
    CapturedFirst,

    /// <summary>Wire, then captured: before version 2.3, and 543.0, which DG/UX wrote.</summary>
    WireFirst,

    /// <summary>Version 2.3 changed the order, but some of its writers had not noticed: the captured length is the smaller.</summary>
    SmallerIsCaptured,
}
