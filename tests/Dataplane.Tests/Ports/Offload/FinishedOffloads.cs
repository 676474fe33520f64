namespace NetworkingSfc.Dataplane.Tests.Ports.Offload;

/// <summary>What a driver finishes of a frame that its sender left to the offloads of the interface.</summary>
public enum FinishedOffloads
{
    /// <summary>Nothing: the frame is received as it was left.</summary>
    None,

    /// <summary>The checksum.</summary>
    Checksums,

    /// <summary>The checksum, and what was left to segmentation is cut.</summary>
    All,
}
