using NetworkingSfc.Dataplane.Ports.Offload;

namespace NetworkingSfc.Dataplane.Ports.AfPacket.Interop;

/// <summary>What <see cref="ReceiveRing.Peek"/> found.</summary>
internal enum PeekResult
{
    /// <summary>No frame is ready.</summary>
    Nothing,

    /// <summary>A frame.</summary>
    Frame,

    /// <summary>A place that no frame can be at; the rest of its block was left out.</summary>
    Broken,
}

/// <summary>A frame in a <see cref="ReceiveRing"/>, valid until it is released.</summary>
internal ref struct ReceivedFrame
{
    /// <summary>Its bytes, with the VLAN tag that the kernel had taken out.</summary>
    public ReadOnlySpan<byte> Bytes;

    /// <summary>What is still to be done to it.</summary>
    public VirtioNetHeader Header;

    /// <summary>When it was received, in nanoseconds since 1970-01-01 00:00 UTC.</summary>
    public long TimestampNanoseconds;

    /// <summary>Whether the ring holds only the beginning of it.</summary>
    public bool IsCut;
}
