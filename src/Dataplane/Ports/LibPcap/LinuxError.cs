namespace NetworkingSfc.Dataplane.Ports.LibPcap;

/// <summary>Error numbers of Linux that sending a frame may give.</summary>
internal static class LinuxError
{
    /// <summary>ENXIO: the interface has been removed.</summary>
    public const int NoSuchDevice = 6;

    /// <summary>ENODEV: the interface has been removed.</summary>
    public const int NoDevice = 19;

    /// <summary>EINVAL: the frame is shorter than an Ethernet header.</summary>
    public const int InvalidArgument = 22;

    /// <summary>EMSGSIZE: the frame is longer than the interface's MTU.</summary>
    public const int MessageTooLong = 90;

    /// <summary>ENETDOWN: the interface is down.</summary>
    public const int NetworkDown = 100;
}
