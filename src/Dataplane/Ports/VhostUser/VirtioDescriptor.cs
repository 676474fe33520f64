namespace NetworkingSfc.Dataplane.Ports.VhostUser;

/// <summary>A descriptor of a split ring (virtio 1.2, section 2.7.5), read once: the guest may change it at any time.</summary>
/// <param name="Address">Guest-physical address of a buffer, or of a table of descriptors.</param>
/// <param name="Rest">
/// Length (32 bits), flags and the number of the next descriptor (16 bits each), as they stand there. Taken apart when
/// asked for: a structure that is written in pieces and copied as a whole makes the copy wait for the pieces.
/// </param>
internal readonly record struct VirtioDescriptor(ulong Address, ulong Rest)
{
    /// <summary>Bytes of a descriptor in memory.</summary>
    public const int Bytes = 16;

    private const ushort NextFlag = 1;
    private const ushort WriteFlag = 2;
    private const ushort IndirectFlag = 4;
    private const int FlagsShift = 32;
    private const ushort AllFlags = NextFlag | WriteFlag | IndirectFlag;

    private ushort Flags => (ushort)(Rest >> FlagsShift);

    /// <summary>Bytes of the buffer.</summary>
    public uint Length => (uint)Rest;

    /// <summary>Number of the next descriptor, where <see cref="HasNext"/>.</summary>
    public ushort Next => (ushort)(Rest >> 48);

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
