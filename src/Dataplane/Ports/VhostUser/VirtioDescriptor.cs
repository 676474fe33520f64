namespace NetworkingSfc.Dataplane.Ports.VhostUser;

/// <summary>A descriptor of a split ring (virtio 1.2, section 2.7.5), read once: the guest may change it at any time.</summary>
/// <param name="Address">Guest-physical address of a buffer, or of a table of descriptors.</param>
/// <param name="Length">Bytes of it.</param>
/// <param name="Flags">VIRTQ_DESC_F_*.</param>
/// <param name="Next">Number of the next descriptor, where <see cref="HasNext"/>.</param>
internal readonly record struct VirtioDescriptor(ulong Address, uint Length, ushort Flags, ushort Next)
{
    /// <summary>Bytes of a descriptor in memory.</summary>
    public const int Bytes = 16;

    private const ushort NextFlag = 1;
    private const ushort WriteFlag = 2;
    private const ushort IndirectFlag = 4;
    private const ushort AllFlags = NextFlag | WriteFlag | IndirectFlag;

    /// <summary>VIRTQ_DESC_F_NEXT: the chain goes on.</summary>
    public bool HasNext => (Flags & NextFlag) != 0;

    /// <summary>VIRTQ_DESC_F_WRITE: for us to write, and not to read.</summary>
    public bool IsWritable => (Flags & WriteFlag) != 0;

    /// <summary>VIRTQ_DESC_F_INDIRECT: the buffer holds the rest of the chain.</summary>
    public bool IsIndirect => (Flags & IndirectFlag) != 0;

    /// <summary>The whole chain is this one buffer, for us to read.</summary>
    public bool IsOneToRead => (Flags & AllFlags) == 0;

    /// <summary>The whole chain is this one buffer, for us to write.</summary>
    public bool IsOneToWrite => (Flags & AllFlags) == WriteFlag;
}
