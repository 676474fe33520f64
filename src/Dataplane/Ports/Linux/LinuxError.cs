namespace NetworkingSfc.Dataplane.Ports.Linux;

/// <summary>Error numbers of Linux (errno.h) that ports are told.</summary>
internal static class LinuxError
{
    /// <summary>EPERM: the process may not.</summary>
    public const int NotPermitted = 1;

    /// <summary>ENOENT: there is no such file.</summary>
    public const int NoSuchFile = 2;

    /// <summary>EINTR: a signal came first.</summary>
    public const int Interrupted = 4;

    /// <summary>EIO: for a frame to a TAP, that the interface is down.</summary>
    public const int InputOutput = 5;

    /// <summary>ENXIO: the interface has been removed.</summary>
    public const int NoSuchDevice = 6;

    /// <summary>EAGAIN: nothing is there yet, or no room.</summary>
    public const int TryAgain = 11;

    /// <summary>EACCES: the process may not.</summary>
    public const int PermissionDenied = 13;

    /// <summary>EBUSY: somebody else has it.</summary>
    public const int Busy = 16;

    /// <summary>EEXIST: there is one already.</summary>
    public const int Exists = 17;

    /// <summary>ENODEV: the interface has been removed.</summary>
    public const int NoDevice = 19;

    /// <summary>EINVAL: for a frame, that it is shorter than an Ethernet header.</summary>
    public const int InvalidArgument = 22;

    /// <summary>EMFILE: the process has as many descriptors as it may have.</summary>
    public const int NoDescriptor = 24;

    /// <summary>ENOSPC: for a program on an interface, that it has too few queues.</summary>
    public const int NoSpace = 28;

    /// <summary>ERANGE: for a program on an interface, that the link's MTU is too large for it.</summary>
    public const int OutOfRange = 34;

    /// <summary>EBADFD: the interface behind the descriptor has been removed.</summary>
    public const int BadDescriptorState = 77;

    /// <summary>EMSGSIZE: the frame is longer than the interface's MTU.</summary>
    public const int MessageTooLong = 90;

    /// <summary>EOPNOTSUPP: the driver of the interface cannot do it.</summary>
    public const int NotSupported = 95;

    /// <summary>EAFNOSUPPORT: the kernel was built without this kind of socket.</summary>
    public const int NoSuchFamily = 97;

    /// <summary>ENETDOWN: the interface is down.</summary>
    public const int NetworkDown = 100;

    /// <summary>ENOBUFS: the interface's queue is full.</summary>
    public const int NoBufferSpace = 105;
}
