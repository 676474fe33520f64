using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.Ports.Linux.Interop;

/// <summary>
/// Calls on sockets that the runtime has no class for, and on devices, as libc has them. Results are -1 for an error, whose number is
/// in <see cref="Marshal.GetLastPInvokeError"/>.
/// </summary>
internal static unsafe partial class SocketCalls
{
    /// <summary>AF_INET.</summary>
    public const int Internet = 2;

    /// <summary>AF_PACKET.</summary>
    public const int Packet = 17;

    /// <summary>SOCK_DGRAM.</summary>
    public const int Datagram = 2;

    /// <summary>SOCK_RAW.</summary>
    public const int Raw = 3;

    /// <summary>SOCK_CLOEXEC.</summary>
    public const int CloseOnExec = 0x80000;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Create(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int socket, void* address, uint length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int socket, int level, int option, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(int socket, int level, int option, void* value, uint* length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int socket, void* bytes, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int DeviceControl(int descriptor, nuint request, void* argument);
}
