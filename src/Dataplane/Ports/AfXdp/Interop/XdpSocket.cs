using System.Diagnostics;
using System.Runtime.InteropServices;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;

namespace NetworkingSfc.Dataplane.Ports.AfXdp.Interop;

/// <summary>
/// A socket on one queue of an interface, with the memory that its frames are in and its four rings. The first half of the
/// memory's chunks goes round for received frames, the second half for frames to be sent.
/// </summary>
internal sealed unsafe class XdpSocket : IDisposable
{
    /// <summary>Bytes of a chunk: a page, the most the kernel allows.</summary>
    public const int ChunkBytes = 4096;

    private const int SendBudget = 64;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(5);

    private readonly FileDescriptor _socket;
    private readonly MemoryMapping _memory;

    private XdpSocket(
        FileDescriptor socket,
        MemoryMapping memory,
        XdpRing<ulong> fill,
        XdpRing<XdpDescriptor> rx,
        XdpRing<XdpDescriptor> tx,
        XdpRing<ulong> completion)
    {
        (_socket, _memory, Fill, Rx, Tx, Completion) = (socket, memory, fill, rx, tx, completion);
        FramesEachWay = (int)(memory.Length / ChunkBytes / 2);
    }

    /// <summary>Addresses of free chunks, for the kernel to put received frames into.</summary>
    public XdpRing<ulong> Fill { get; }

    /// <summary>Received frames.</summary>
    public XdpRing<XdpDescriptor> Rx { get; }

    /// <summary>Frames to be sent.</summary>
    public XdpRing<XdpDescriptor> Tx { get; }

    /// <summary>Addresses of frames that were sent.</summary>
    public XdpRing<ulong> Completion { get; }

    /// <summary>Chunks for received frames, and chunks for frames to be sent.</summary>
    public int FramesEachWay { get; }

    /// <summary>Whether a frame may lie in several chunks.</summary>
    public bool TakesSeveralParts { get; private set; }

    /// <summary>Makes a socket with rings and memory, all chunks for received frames in the kernel's hands, not bound yet.</summary>
    /// <param name="ringSize">Descriptors of each ring, a power of two.</param>
    /// <param name="frames">Chunks, even, at most twice the descriptors.</param>
    /// <exception cref="PortOpenException">The system refuses.</exception>
    public static XdpSocket Create(int ringSize, int frames)
    {
        FileDescriptor socket = new(SocketCalls.Create(XdpInterop.Family, SocketCalls.Raw | SocketCalls.CloseOnExec, 0));
        if (socket.IsInvalid)
        {
            throw new PortOpenException($"No AF_XDP socket can be made: {ExplainSocket(Marshal.GetLastPInvokeError())}.");
        }

        List<IDisposable> made = [socket];
        try
        {
            MemoryMapping memory = Keep(made, MapMemory(frames));
            Register(socket, memory);
            foreach (int option in (ReadOnlySpan<int>)[
                XdpInterop.FillRingOption, XdpInterop.CompletionRingOption, XdpInterop.RxRingOption, XdpInterop.TxRingOption])
            {
                Check(SocketCalls.SetOption(socket.Number, XdpInterop.Level, option, &ringSize, sizeof(int)), $"its rings of {ringSize} descriptors");
            }

            XdpInterop.MapOffsets offsets;
            uint length = (uint)sizeof(XdpInterop.MapOffsets);
            Check(SocketCalls.GetOption(socket.Number, XdpInterop.Level, XdpInterop.MapOffsetsOption, &offsets, &length), "the layout of its rings");

            // Not every kernel can; then a burst takes two calls.
            int budget = SendBudget;
            _ = SocketCalls.SetOption(socket.Number, XdpInterop.Level, XdpInterop.SendBudgetOption, &budget, sizeof(int));
            XdpSocket opened = new(
                socket,
                memory,
                Keep(made, Map<ulong>(socket, XdpInterop.FillRingPage, offsets.Fill, ringSize)),
                Keep(made, Map<XdpDescriptor>(socket, XdpInterop.RxRingPage, offsets.Rx, ringSize)),
                Keep(made, Map<XdpDescriptor>(socket, XdpInterop.TxRingPage, offsets.Tx, ringSize)),
                Map<ulong>(socket, XdpInterop.CompletionRingPage, offsets.Completion, ringSize));
            opened.GiveChunks();
            return opened;
        }
        catch (PortOpenException)
        {
            made.ForEach(part => part.Dispose());
            throw;
        }
    }

    /// <summary>Binds the socket to a queue, in the best of several ways that the interface can.</summary>
    /// <param name="interfaceIndex">Number of the interface.</param>
    /// <param name="queue">Number of the queue.</param>
    /// <param name="ways">The ways, best first.</param>
    /// <param name="patience">
    /// How long a queue may be busy: the kernel gives up one of a socket that was closed a moment after.
    /// </param>
    /// <returns>0, or the number of the last way's error.</returns>
    public int Bind(int interfaceIndex, int queue, ReadOnlySpan<XdpBindFlags> ways, TimeSpan patience)
    {
        XdpInterop.Address address = new() { Family = XdpInterop.Family, InterfaceIndex = (uint)interfaceIndex, Queue = (uint)queue };
        Stopwatch waited = Stopwatch.StartNew();
        while (true)
        {
            int error = 0;
            foreach (XdpBindFlags way in ways)
            {
                address.Flags = (ushort)way;
                error = SocketCalls.Bind(_socket.Number, &address, (uint)sizeof(XdpInterop.Address)) == 0 ? 0 : Marshal.GetLastPInvokeError();
                if (error is 0 or LinuxError.Busy)
                {
                    TakesSeveralParts = (way & XdpBindFlags.SeveralParts) != 0;
                    break;
                }
            }

            if (error != LinuxError.Busy || waited.Elapsed >= patience)
            {
                return error;
            }

            Thread.Sleep(_pause);
        }
    }

    /// <summary>Hands the frames of the queue to this socket.</summary>
    /// <returns>0, or the number of the error.</returns>
    public int Enter(XdpProgram program, int queue) => program.SetSocket(queue, _socket);

    /// <summary>A part of the memory: what a descriptor names.</summary>
    /// <param name="address">Offset of the first byte.</param>
    /// <param name="length">Bytes.</param>
    /// <returns>The bytes; nothing when the part is not inside.</returns>
    public Span<byte> Bytes(ulong address, uint length)
    {
        ulong end = (ulong)_memory.Length;
        return address <= end && length <= end - address ? new Span<byte>(_memory.Pointer + address, (int)length) : [];
    }

    /// <summary>Asks the kernel to send what is in the transmit ring. Never waits.</summary>
    /// <returns>0, or the number of the error.</returns>
    public int WakeTransmit() =>
        SocketCalls.Send(_socket.Number, null, 0, LinuxInterop.DoNotWait) >= 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Tells the kernel that there are chunks in the fill ring again. Never waits.</summary>
    public void WakeReceive() => _ = XdpInterop.Receive(_socket.Number, null, 0, LinuxInterop.DoNotWait, null, null);

    /// <summary>What the kernel counted on this socket; zeros when it does not say.</summary>
    public XdpStatistics ReadStatistics()
    {
        XdpStatistics statistics = default;
        uint length = (uint)sizeof(XdpStatistics);
        _ = SocketCalls.GetOption(_socket.Number, XdpInterop.Level, XdpInterop.StatisticsOption, &statistics, &length);
        return statistics;
    }

    public void Dispose()
    {
        _socket.Dispose();
        Fill.Dispose();
        Rx.Dispose();
        Tx.Dispose();
        Completion.Dispose();
        _memory.Dispose();
    }

    private static MemoryMapping MapMemory(int frames)
    {
        long bytes = (long)frames * ChunkBytes;
        try
        {
            using FileDescriptor file = MemoryFile.Create("sfc-af-xdp", bytes);
            return MemoryMapping.TryMap(file, bytes, 0, populate: true, out int error)
                ?? throw new PortOpenException($"The memory of {bytes} bytes for an AF_XDP socket cannot be mapped: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
        catch (IOException failure)
        {
            throw new PortOpenException(failure.Message, failure);
        }
    }

    // The kernel pins these pages, also past our own unmapping as long as it still writes there.
    private static void Register(FileDescriptor socket, MemoryMapping memory)
    {
        XdpInterop.Memory description = new() { Address = (ulong)memory.Pointer, Length = (ulong)memory.Length, ChunkBytes = ChunkBytes };
        if (SocketCalls.SetOption(socket.Number, XdpInterop.Level, XdpInterop.MemoryOption, &description, (uint)sizeof(XdpInterop.Memory)) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            throw new PortOpenException(error == LinuxError.NoBufferSpace
                ? $"The memory of {memory.Length} bytes for an AF_XDP socket cannot be locked: it is over RLIMIT_MEMLOCK; accepted are a higher limit, the capability CAP_IPC_LOCK, or fewer frames."
                : $"The memory of {memory.Length} bytes for an AF_XDP socket cannot be registered: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
    }

    private static XdpRing<T> Map<T>(FileDescriptor socket, long page, in XdpInterop.RingOffsets offsets, int entries)
        where T : unmanaged =>
        XdpRing<T>.TryMap(socket, page, offsets, entries, out int error)
            ?? throw new PortOpenException($"A ring of an AF_XDP socket cannot be mapped: {Marshal.GetPInvokeErrorMessage(error)}.");

    private static void Check(int result, string what)
    {
        if (result != 0)
        {
            throw new PortOpenException($"An AF_XDP socket cannot be given {what}: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    private static T Keep<T>(List<IDisposable> made, T part)
        where T : IDisposable
    {
        made.Add(part);
        return part;
    }

    private static string ExplainSocket(int error) => error switch
    {
        LinuxError.NotPermitted => "this process may not; accepted is one that runs as root or has the capability CAP_NET_RAW",
        LinuxError.NoSuchFamily => "this kernel has none; accepted is one with CONFIG_XDP_SOCKETS",
        _ => Marshal.GetPInvokeErrorMessage(error),
    };

    // The ring is at least as large as these chunks are many.
    private void GiveChunks()
    {
        for (int chunk = 0; chunk < FramesEachWay; chunk++)
        {
            Fill.Write((ulong)chunk * ChunkBytes);
        }

        Fill.Publish();
    }
}
