using System.Runtime.InteropServices;
using SharpPcap.LibPcap;

namespace NetworkingSfc.Dataplane.Ports.LibPcap.Interop;

/// <summary>
/// The calls of libpcap that SharpPcap 6.3.1 does not offer in a usable form: it has none for the direction, throws for
/// every frame that the kernel does not take, reads <c>pcap_stat</c> with the wrong field width on 64-bit Linux (drops
/// always read 0), and gives received packets either as bare pointers or with two allocations and a poll of up to 500 ms each.
/// </summary>
internal static unsafe partial class LibPcapInterop
{
    /// <summary>The library's name on Debian 12; SharpPcap loads the same file.</summary>
    public const string Library = "libpcap.so.0.8";

    /// <summary>PCAP_D_IN: packets that the interface received.</summary>
    public const int ReceivedOnly = 1;

    private const int NanosecondsPerMicrosecond = 1_000;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Points to the version text. The cheapest call there is: it fails only when the library is missing.</summary>
    [LibraryImport(Library, EntryPoint = "pcap_lib_version")]
    public static partial nint LibraryVersion();

    /// <summary>Chooses which packets are given by the way they went past the interface.</summary>
    /// <returns>0, or -1 when that cannot be chosen.</returns>
    [LibraryImport(Library, EntryPoint = "pcap_setdirection")]
    public static partial int SetDirection(PcapHandle handle, int direction);

    /// <summary>The socket's file descriptor; the handle keeps owning it.</summary>
    [LibraryImport(Library, EntryPoint = "pcap_fileno")]
    public static partial int FileDescriptor(PcapHandle handle);

    /// <summary>Sends a frame.</summary>
    /// <returns>Bytes sent, or -1 with the reason in <see cref="Marshal.GetLastPInvokeError"/>.</returns>
    [LibraryImport(Library, EntryPoint = "pcap_inject", SetLastError = true)]
    public static partial int Inject(PcapHandle handle, ReadOnlySpan<byte> frame, nuint length);

    /// <summary>Reads what was counted since the device was opened.</summary>
    /// <returns>0, or -1 when it cannot be read.</returns>
    [LibraryImport(Library, EntryPoint = "pcap_stats")]
    public static partial int ReadStatistics(PcapHandle handle, out Statistics statistics);

    /// <summary>Views a packet that <c>pcap_next_ex</c> has returned.</summary>
    /// <remarks>
    /// Bounds: libpcap guarantees that both pointers are valid until its next call on the same handle, and that
    /// <c>caplen</c> bytes follow the second one (pcap_next_ex(3PCAP)). Called only after it returned 1.
    /// </remarks>
    /// <param name="header">A <c>pcap_pkthdr</c>.</param>
    /// <param name="data">Its packet.</param>
    /// <param name="wireLength">Bytes the packet had on the wire.</param>
    /// <param name="timestampNanoseconds">When it was received, in nanoseconds since 1970-01-01 00:00 UTC.</param>
    public static ReadOnlySpan<byte> View(nint header, nint data, out int wireLength, out long timestampNanoseconds)
    {
        PacketHeader* packet = (PacketHeader*)header;
        wireLength = (int)packet->WireLength;
        timestampNanoseconds = (packet->Seconds * NanosecondsPerSecond) + (packet->Microseconds * NanosecondsPerMicrosecond);
        return new ReadOnlySpan<byte>((byte*)data, (int)packet->CapturedLength);
    }

    /// <summary><c>struct pcap_stat</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly struct Statistics
    {
        /// <summary>Packets that passed the filter.</summary>
        public readonly uint Received;

        /// <summary>Packets that found the kernel's ring full.</summary>
        public readonly uint Dropped;

        /// <summary>Packets that the network interface dropped, where the driver says.</summary>
        public readonly uint InterfaceDropped;
    }

    // struct pcap_pkthdr with the struct timeval of 64-bit Linux.
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct PacketHeader
    {
        public readonly long Seconds;
        public readonly long Microseconds;
        public readonly uint CapturedLength;
        public readonly uint WireLength;
    }
}
