using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.Ports.LibPcap.Interop;

/// <summary>The option of a packet socket that libpcap 1.10 does not set.</summary>
internal static partial class PacketSocketInterop
{
    /// <summary>SOL_PACKET.</summary>
    public const int PacketLevel = 263;

    /// <summary>PACKET_IGNORE_OUTGOING, from Linux 4.20 on: what the interface sends is not put into the ring.</summary>
    public const int IgnoreOutgoing = 23;

    /// <summary>Sets an option of four bytes.</summary>
    /// <returns>0, or -1 when the kernel does not know it.</returns>
    [LibraryImport("libc", EntryPoint = "setsockopt")]
    public static partial int SetOption(int socket, int level, int option, in int value, uint length);
}
