using System.Numerics;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Ports.AfPacket.Interop;

/// <summary>
/// Frames that the kernel sends in turn (TPACKET_V2, Documentation/networking/packet_mmap.rst of Linux). One thread at a time.
/// </summary>
/// <remarks>Bounds: frames are numbered by us, and a frame's length is checked before it is copied.</remarks>
internal sealed unsafe class TransmitRing : IDisposable
{
    private const int Version = 1;
    private const int HeaderBytes = 32;
    private const int SmallestFrameRoom = 2_048;
    private const int SmallestBlock = 64 * 1024;

    // What the kernel accounts for a frame under way, beside its bytes.
    private const int AccountedBytes = 1_024;

    // States of a frame: ours; to be sent; in the kernel's hands; of a length or form that the interface never sends.
    private const uint Available = 0;
    private const uint SendRequest = 1;
    private const uint WrongFormat = 4;

    private readonly PacketSocket _socket;
    private readonly MemoryMapping _memory;
    private readonly int _frames;
    private readonly int _frameRoom;

    // The frame that the kernel sends next.
    private int _head;

    private TransmitRing(PacketSocket socket, MemoryMapping memory, int frames, int frameRoom)
    {
        _socket = socket;
        _memory = memory;
        _frames = frames;
        _frameRoom = frameRoom;
    }

    /// <summary>Longest frame that the ring holds, in bytes.</summary>
    public int LargestFrame => _frameRoom - HeaderBytes;

    /// <summary>Longest frame that an interface carries: with one VLAN tag.</summary>
    public static int LargestFrameOf(int mtuBytes) => EthernetHeader.LengthBytes + VlanTag.LengthBytes + mtuBytes;

    /// <summary>Opens a ring on an interface.</summary>
    /// <exception cref="PortOpenException">The kernel refuses.</exception>
    public static TransmitRing Open(AfPacketSettings settings, in LinkState link)
    {
        int frameRoom = (int)BitOperations.RoundUpToPowerOf2(
            (uint)Math.Max(SmallestFrameRoom, HeaderBytes + LargestFrameOf(link.MtuBytes)));
        int blockBytes = Math.Max(SmallestBlock, frameRoom);
        int framesPerBlock = blockBytes / frameRoom;
        int blocks = (settings.TxFrames + framesPerBlock - 1) / framesPerBlock;
        int frames = blocks * framesPerBlock;
        PacketSocket socket = new(settings.Interface);
        MemoryMapping? memory = null;
        try
        {
            socket.Set(PacketSocket.VersionOption, Version, "a ring of frames (TPACKET_V2)");
            socket.Set(PacketSocket.QdiscBypassOption, settings.BypassesQueueing ? 1 : 0, "going past the queueing discipline");
            socket.TrySetSendBuffer((int)Math.Min(int.MaxValue / 2, (long)frames * (frameRoom + AccountedBytes)));
            memory = socket.MakeRing(PacketSocket.TransmitRingOption, [(uint)blockBytes, (uint)blocks, (uint)frameRoom, (uint)frames]);
            socket.Bind(link.Index, protocol: 0);
            return new TransmitRing(socket, memory, frames, frameRoom);
        }
        catch
        {
            memory?.Dispose();
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Puts a frame in, to be sent by <see cref="Send"/>.</summary>
    /// <param name="ahead">Frames put in before it since the last <see cref="Send"/>.</param>
    /// <param name="frame">At most <see cref="LargestFrame"/> bytes.</param>
    /// <returns>False when the ring is full.</returns>
    public bool TryPut(int ahead, ReadOnlySpan<byte> frame)
    {
        uint* place = Place(ahead);
        if (ahead == _frames || Volatile.Read(ref place[0]) != Available)
        {
            return false;
        }

        // struct tpacket2_hdr: status, length, captured length (not read by the kernel).
        frame.CopyTo(new Span<byte>((byte*)place + HeaderBytes, LargestFrame));
        place[1] = (uint)frame.Length;
        Volatile.Write(ref place[0], SendRequest);
        return true;
    }

    /// <summary>Sends what was put in. What the kernel does not take at once is no longer in the ring.</summary>
    /// <param name="count">Frames put in.</param>
    /// <param name="isRefused">Whether the interface never sends the frame after those that were sent.</param>
    /// <param name="error">Why not all were sent, where the kernel says; see <see cref="LinuxError"/>.</param>
    /// <returns>Frames sent, from the first on.</returns>
    public int Send(int count, out bool isRefused, out int error)
    {
        error = _socket.Send();
        int sent = 0;
        uint status = Available;
        while (sent < count && (status = Volatile.Read(ref Place(sent)[0])) is not (SendRequest or WrongFormat))
        {
            sent++;
        }

        isRefused = sent < count && status == WrongFormat;
        for (int left = sent; left < count; left++)
        {
            Volatile.Write(ref Place(left)[0], Available);
        }

        _head = (_head + sent) % _frames;
        return sent;
    }

    public void Dispose()
    {
        _memory.Dispose();
        _socket.Dispose();
    }

    private uint* Place(int ahead)
    {
        int frame = _head + ahead;
        return (uint*)(_memory.Pointer + ((long)(frame < _frames ? frame : frame - _frames) * _frameRoom));
    }
}
