using Microsoft.Win32.SafeHandles;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.Memif;

/// <summary>What a hostile peer does to an event descriptor it shares: the next write to it would wait for ever.</summary>
internal static class PeerInterrupt
{
    private const int SetStatusFlags = 4;
    private const ulong Full = 0xffff_ffff_ffff_fffe;

    public static void FillAndBlock(FileDescriptor interrupt)
    {
        using SafeFileHandle handle = new(interrupt.Number, ownsHandle: false);
        RandomAccess.Write(handle, BitConverter.GetBytes(Full), fileOffset: 0);
        Assert.Equal(0, LinuxInterop.Control(interrupt.Number, SetStatusFlags, 0));
    }
}
