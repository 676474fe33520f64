using System.Net.Sockets;
using System.Runtime.InteropServices;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;

namespace NetworkingSfc.Dataplane.Ports.VhostUser.Interop;

/// <summary>Lets a control thread sleep until a socket can be read or somebody wakes it, without garbage (poll(2)).</summary>
internal sealed unsafe class ControlWait : IDisposable
{
    private readonly FileDescriptor _wake = EventDescriptor.Create();

    /// <summary>Ends a wait, or the next one. Any thread; never waits.</summary>
    public void Wake() => EventDescriptor.Signal(_wake);

    /// <summary>Waits.</summary>
    /// <param name="first">A socket, or null.</param>
    /// <param name="second">A socket, or null.</param>
    /// <param name="timeoutMilliseconds">How long at most.</param>
    /// <returns>For each socket whether there is something to read or it has been closed.</returns>
    public (bool First, bool Second) Wait(Socket? first, Socket? second, int timeoutMilliseconds)
    {
        VhostUserInterop.PollEntry* entries = stackalloc VhostUserInterop.PollEntry[3];
        entries[0] = Entry(_wake.Number);
        entries[1] = Entry((int?)first?.Handle ?? -1);
        entries[2] = Entry((int?)second?.Handle ?? -1);
        if (VhostUserInterop.Poll(entries, 3, timeoutMilliseconds) < 0 && Marshal.GetLastPInvokeError() != LinuxError.Interrupted)
        {
            // Not enough kernel memory: as if the time were over, but without turning in a circle.
            Thread.Sleep(timeoutMilliseconds);
            return default;
        }

        GC.KeepAlive(first);
        GC.KeepAlive(second);
        if (entries[0].Happened != 0)
        {
            EventDescriptor.Take(_wake);
        }

        return (entries[1].Happened != 0, entries[2].Happened != 0);
    }

    public void Dispose() => _wake.Dispose();

    private static VhostUserInterop.PollEntry Entry(int descriptor) => new() { Descriptor = descriptor, Wanted = VhostUserInterop.CanRead };
}
