using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.Ports.Linux.Interop;

/// <summary>Waking a peer through an event descriptor (eventfd(2)).</summary>
internal static unsafe class EventDescriptor
{
    /// <summary>F_SETFL.</summary>
    private const int SetStatusFlags = 4;

    /// <summary>O_NONBLOCK.</summary>
    private const int NonBlocking = 0x800;

    /// <summary>Makes one that nobody waits for in vain: reading and writing never block.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static FileDescriptor Create()
    {
        FileDescriptor created = new(LinuxInterop.CreateEvent(0, LinuxInterop.EventFlags));
        return created.IsInvalid
            ? throw new IOException($"No event descriptor could be made: {Marshal.GetLastPInvokeErrorMessage()}.")
            : created;
    }

    /// <summary>Wakes who waits. A peer's descriptor may be anything, so whatever comes of it is ignored.</summary>
    public static void Signal(FileDescriptor descriptor)
    {
        ulong one = 1;
        _ = LinuxInterop.Write(descriptor.Number, &one, sizeof(ulong));
        GC.KeepAlive(descriptor);
    }

    /// <summary>How often it was signalled since it was last asked, for one of our own.</summary>
    public static ulong Take(FileDescriptor descriptor)
    {
        ulong count = 0;
        _ = LinuxInterop.Read(descriptor.Number, &count, sizeof(ulong));
        GC.KeepAlive(descriptor);
        return count;
    }

    /// <summary>
    /// Makes writing to a peer's descriptor return at once. The peer shares the setting and can take it back, so a thread
    /// that others wait for does not write to it.
    /// </summary>
    public static void SetNonBlocking(FileDescriptor descriptor)
    {
        _ = LinuxInterop.Control(descriptor.Number, SetStatusFlags, NonBlocking);
        GC.KeepAlive(descriptor);
    }
}
