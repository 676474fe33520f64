namespace NetworkingSfc.Dataplane.Ports.AfXdp.Interop;

/// <summary>How a socket is bound to a queue (sxdp_flags).</summary>
[Flags]
internal enum XdpBindFlags : ushort
{
    /// <summary>XDP_COPY: the kernel copies each frame; every driver can.</summary>
    Copy = 2,

    /// <summary>XDP_ZEROCOPY: the interface reads and writes our memory itself; few drivers can.</summary>
    ZeroCopy = 4,

    /// <summary>XDP_USE_NEED_WAKEUP: the kernel says when it wants to be woken.</summary>
    NeedWakeup = 8,

    /// <summary>XDP_USE_SG: a frame may have several descriptors; from Linux 6.6 on.</summary>
    SeveralParts = 16,
}
