using System.Runtime.InteropServices;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Dataplane.Ports.Offload;

namespace NetworkingSfc.Dataplane.Ports.Tap.Interop;

/// <summary>Whether frames can move through a TAP.</summary>
internal enum TapState
{
    /// <summary>They can.</summary>
    Up,

    /// <summary>The interface is down.</summary>
    Down,

    /// <summary>The interface was removed.</summary>
    Gone,
}

/// <summary>
/// One queue of a TAP interface (Documentation/networking/tuntap.rst of Linux): frames are read and written one by one, each
/// behind a <see cref="VirtioNetHeader"/>. Reading and writing never wait.
/// </summary>
internal sealed unsafe partial class TapDescriptor : IDisposable
{
    private const string Device = "/dev/net/tun";

    // O_RDWR, O_NONBLOCK and O_CLOEXEC.
    private const int OpenFlags = 2 | 0x800 | 0x80000;

    // TUNSETIFF with its flags: IFF_TAP, IFF_NO_PI, IFF_VNET_HDR; IFF_MULTI_QUEUE.
    private const nuint SetInterface = 0x4004_54ca;
    private const ushort TapFlags = 0x0002 | 0x1000 | 0x4000;
    private const ushort MultiQueueFlag = 0x0100;

    // TUNSETOFFLOAD: we complete checksums and cut TCP over IPv4 and IPv6, with or without CWR.
    private const nuint SetOffload = 0x4004_54d0;
    private const nint Offloads = 0x01 | 0x02 | 0x04 | 0x08;

    private const short PollOut = 4;
    private const short PollError = 8;

    private readonly FileDescriptor _descriptor;

    private TapDescriptor(FileDescriptor descriptor) => _descriptor = descriptor;

    /// <summary>Opens a queue of an interface, which is made when there is none.</summary>
    /// <exception cref="PortOpenException">It cannot be opened.</exception>
    public static TapDescriptor Open(TapSettings settings)
    {
        if (!InterfaceRequest.TryName(settings.Interface, out InterfaceRequest request))
        {
            throw new PortOpenException(
                $"The setting 'interface' of a tap port is '{settings.Interface}'; accepted are names of at most {InterfaceRequest.LongestName} bytes.");
        }

        FileDescriptor descriptor = new(OpenFile(Device, OpenFlags));
        int error = descriptor.IsInvalid ? Marshal.GetLastPInvokeError() : Attach(descriptor, request, settings.Queues);
        if (error == 0)
        {
            error = SocketCalls.DeviceControl(descriptor.Number, SetOffload, (void*)Offloads) < 0 ? Marshal.GetLastPInvokeError() : 0;
        }

        if (error != 0)
        {
            descriptor.Dispose();
            throw new PortOpenException($"The interface '{settings.Interface}' cannot be opened: {Explain(settings, error)}.");
        }

        return new TapDescriptor(descriptor);
    }

    /// <summary>Reads a frame behind its header.</summary>
    /// <param name="bytes">Where it goes; what does not fit is lost.</param>
    /// <param name="error">The number of the error, or 0.</param>
    /// <returns>Bytes read; 0 when there is no frame.</returns>
    public int Read(Span<byte> bytes, out int error)
    {
        fixed (byte* destination = bytes)
        {
            nint length = LinuxInterop.Read(_descriptor.Number, destination, (nuint)bytes.Length);
            error = length < 0 ? Marshal.GetLastPInvokeError() : 0;
            GC.KeepAlive(_descriptor);
            return (int)Math.Max(length, 0);
        }
    }

    /// <summary>Writes a whole frame with right checksums.</summary>
    /// <returns>0, or the number of the error.</returns>
    public int Write(ReadOnlySpan<byte> frame)
    {
        // A header of zeros: nothing is left to do.
        byte* header = stackalloc byte[VirtioNetHeader.LengthBytes];
        new Span<byte>(header, VirtioNetHeader.LengthBytes).Clear();
        fixed (byte* bytes = frame)
        {
            LinuxInterop.Vector* vectors = stackalloc LinuxInterop.Vector[2];
            vectors[0] = new LinuxInterop.Vector { Base = header, Length = VirtioNetHeader.LengthBytes };
            vectors[1] = new LinuxInterop.Vector { Base = bytes, Length = (nuint)frame.Length };
            nint written = WriteVectors(_descriptor.Number, vectors, 2);
            int error = written < 0 ? Marshal.GetLastPInvokeError() : 0;
            GC.KeepAlive(_descriptor);
            return error;
        }
    }

    /// <summary>Whether frames can move, in whatever namespace the interface is.</summary>
    public TapState ReadState()
    {
        PollRequest request = new() { Descriptor = _descriptor.Number, Events = PollOut };
        _ = Poll(&request, 1, 0);
        GC.KeepAlive(_descriptor);
        return (request.Returned & PollError, request.Returned & PollOut) switch
        {
            ( > 0, _) => TapState.Gone,
            (_, 0) => TapState.Down,
            _ => TapState.Up,
        };
    }

    public void Dispose() => _descriptor.Dispose();

    // An interface with several queues has to be asked for as one, also when only one of them is used.
    private static int Attach(FileDescriptor descriptor, InterfaceRequest request, int queues)
    {
        int error = Attach(descriptor, request, queues > 1 ? (ushort)(TapFlags | MultiQueueFlag) : TapFlags);
        return error == LinuxError.InvalidArgument && queues == 1
            ? Attach(descriptor, request, (ushort)(TapFlags | MultiQueueFlag))
            : error;
    }

    private static int Attach(FileDescriptor descriptor, InterfaceRequest request, ushort flags)
    {
        request.Short = flags;
        return SocketCalls.DeviceControl(descriptor.Number, SetInterface, &request) < 0 ? Marshal.GetLastPInvokeError() : 0;
    }

    private static string Explain(TapSettings settings, int error) => error switch
    {
        LinuxError.NotPermitted or LinuxError.PermissionDenied =>
            "this process may not open TAP interfaces; accepted is one that runs as root or has the capability CAP_NET_ADMIN",
        LinuxError.NoSuchFile or LinuxError.NoDevice => $"{Device} is missing; accepted is a kernel with the module tun",
        LinuxError.Busy => "another process has it open; accepted is a TAP that nobody uses",
        LinuxError.InvalidArgument =>
            $"it is no TAP interface with {(settings.Queues > 1 ? "several queues" : "a queue")}; accepted is one, or a name that no interface has",
        _ => Marshal.GetPInvokeErrorMessage(error),
    };

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "writev", SetLastError = true)]
    private static partial nint WriteVectors(int descriptor, LinuxInterop.Vector* vectors, int count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(PollRequest* requests, nuint count, int timeoutMilliseconds);

    // struct pollfd.
    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
