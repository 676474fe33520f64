using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.Ports.AfXdp.Interop;

/// <summary>The numbers and structures of AF_XDP sockets (linux/if_xdp.h), and the one call that other sockets do not need.</summary>
internal static unsafe partial class XdpInterop
{
    /// <summary>AF_XDP.</summary>
    public const int Family = 44;

    /// <summary>SOL_XDP.</summary>
    public const int Level = 283;

    /// <summary>XDP_MMAP_OFFSETS: where in each ring its parts are.</summary>
    public const int MapOffsetsOption = 1;

    /// <summary>XDP_RX_RING, with the number of descriptors.</summary>
    public const int RxRingOption = 2;

    /// <summary>XDP_TX_RING, with the number of descriptors.</summary>
    public const int TxRingOption = 3;

    /// <summary>XDP_UMEM_REG, with the memory that frames are in.</summary>
    public const int MemoryOption = 4;

    /// <summary>XDP_UMEM_FILL_RING, with the number of descriptors.</summary>
    public const int FillRingOption = 5;

    /// <summary>XDP_UMEM_COMPLETION_RING, with the number of descriptors.</summary>
    public const int CompletionRingOption = 6;

    /// <summary>XDP_STATISTICS.</summary>
    public const int StatisticsOption = 7;

    /// <summary>XDP_MAX_TX_SKB_BUDGET: frames that one call sends in copy mode, 32 unless set; newer kernels only.</summary>
    public const int SendBudgetOption = 9;

    /// <summary>Where mmap finds the receive ring.</summary>
    public const long RxRingPage = 0;

    /// <summary>Where mmap finds the transmit ring.</summary>
    public const long TxRingPage = 0x8000_0000;

    /// <summary>Where mmap finds the fill ring.</summary>
    public const long FillRingPage = 0x1_0000_0000;

    /// <summary>Where mmap finds the completion ring.</summary>
    public const long CompletionRingPage = 0x1_8000_0000;

    /// <summary>XDP_RING_NEED_WAKEUP, in the flags of a fill or transmit ring.</summary>
    public const uint NeedWakeup = 1;

    /// <summary>XDP_PKT_CONTD: the frame goes on in the next descriptor.</summary>
    public const uint Continues = 1;

    [LibraryImport("libc", EntryPoint = "recvfrom", SetLastError = true)]
    public static partial nint Receive(int socket, void* bytes, nuint length, int flags, void* address, void* addressLength);

    /// <summary><c>struct sockaddr_xdp</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Address
    {
        public ushort Family;
        public ushort Flags;
        public uint InterfaceIndex;
        public uint Queue;
        public uint SharedMemorySocket;
    }

    /// <summary><c>struct xdp_umem_reg</c>. Older kernels know a shorter one and ignore the rest.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Memory
    {
        public ulong Address;
        public ulong Length;
        public uint ChunkBytes;
        public uint Headroom;
        public uint Flags;
        public uint MetadataBytes;
    }

    /// <summary><c>struct xdp_ring_offset</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct RingOffsets
    {
        public ulong Producer;
        public ulong Consumer;
        public ulong Descriptors;
        public ulong Flags;
    }

    /// <summary><c>struct xdp_mmap_offsets</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MapOffsets
    {
        public RingOffsets Rx;
        public RingOffsets Tx;
        public RingOffsets Fill;
        public RingOffsets Completion;
    }
}
