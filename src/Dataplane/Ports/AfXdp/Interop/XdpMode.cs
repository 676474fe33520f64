namespace NetworkingSfc.Dataplane.Ports.AfXdp.Interop;

/// <summary>Where the kernel runs an XDP program (the values of XDP_FLAGS_*_MODE).</summary>
internal enum XdpMode
{
    /// <summary>After the kernel has made a packet of the frame: every interface can.</summary>
    Generic = 2,

    /// <summary>In the driver of the interface, before that.</summary>
    Native = 4,
}
