using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Dataplane.Ports.Offload;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Ports.AfPacket.Interop;

/// <summary>
/// Blocks of frames that the kernel fills in turn (TPACKET_V3, Documentation/networking/packet_mmap.rst of Linux) and that go
/// back to it when the last frame of a block was released. One thread at a time.
/// </summary>
/// <remarks>
/// Bounds: blocks are numbered by us. Within a block every offset and length that the kernel wrote is read once and checked
/// against the block before anything is read or written there.
/// </remarks>
internal sealed unsafe class ReceiveRing : IDisposable
{
    /// <summary>Bytes of a block: several frames of 64 KiB that are left to segmentation.</summary>
    public const int BlockBytes = 256 * 1024;

    private const int Version = 2;
    private const int RetireMilliseconds = 1;
    private const uint FrameUnitBytes = 2_048;
    private const int TagBytes = sizeof(ushort) + sizeof(ushort);

    private readonly PacketSocket _socket;
    private readonly MemoryMapping _memory;
    private readonly int _blocks;
    private int _block;

    // Of the block that is read: frames not released yet, and where the first of them is.
    private int _left;
    private int _offset;

    // Of the frame shown: where its bytes begin in the block, with a VLAN tag put in; 0 when none is.
    private int _start;
    private int _length;
    private bool _isCut;
    private VirtioNetHeader _header;

    private ReceiveRing(PacketSocket socket, MemoryMapping memory, int blocks)
    {
        _socket = socket;
        _memory = memory;
        _blocks = blocks;
    }

    private byte* Block => _memory.Pointer + ((long)_block * BlockBytes);

    /// <summary>Opens a ring on an interface.</summary>
    /// <param name="settings">The port.</param>
    /// <param name="link">The interface.</param>
    /// <param name="group">What the queues of the port have in common, 0 for the first; not touched when there is one queue.</param>
    /// <exception cref="PortOpenException">The kernel refuses.</exception>
    public static ReceiveRing Open(AfPacketSettings settings, in LinkState link, ref int group)
    {
        PacketSocket socket = new(settings.Interface);
        MemoryMapping? memory = null;
        try
        {
            socket.Set(PacketSocket.VersionOption, Version, "blocks of frames (TPACKET_V3)");
            socket.Set(PacketSocket.VirtioHeaderOption, 1, "telling what is left to offload (PACKET_VNET_HDR)");
            socket.Set(PacketSocket.IgnoreOutgoingOption, 1, "leaving out sent frames (PACKET_IGNORE_OUTGOING)");

            // struct tpacket_req3: bytes and number of blocks, of frames; when an open block is handed over; two unused.
            uint frames = (uint)settings.RxBlocks * (BlockBytes / FrameUnitBytes);
            memory = socket.MakeRing(
                PacketSocket.ReceiveRingOption, [BlockBytes, (uint)settings.RxBlocks, FrameUnitBytes, frames, RetireMilliseconds, 0, 0]);

            // Bound but not with the others yet, a socket would get all flows once more.
            socket.Mute();
            socket.Bind(link.Index, PacketSocket.EveryFrame);
            if (settings.Queues > 1)
            {
                socket.Share(ref group);
            }

            socket.Unmute();
            socket.ReceiveAllAddresses(link.Index);
            return new ReceiveRing(socket, memory, settings.RxBlocks);
        }
        catch
        {
            memory?.Dispose();
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Shows the oldest frame, the same until <see cref="Release"/>.</summary>
    public PeekResult Peek(out ReceivedFrame frame)
    {
        frame = default;
        if (_left == 0 && !TryTakeBlock())
        {
            return PeekResult.Nothing;
        }

        FrameHeader* header = (FrameHeader*)(Block + _offset);
        if (_start == 0 && !TryPrepare(header))
        {
            GiveBack();
            return PeekResult.Broken;
        }

        frame.Bytes = new ReadOnlySpan<byte>(Block + _start, _length);
        frame.Header = _header;
        frame.IsCut = _isCut;
        frame.TimestampNanoseconds = (header->Seconds * 1_000_000_000L) + header->Nanoseconds;
        return PeekResult.Frame;
    }

    /// <summary>Leaves the frame that <see cref="Peek"/> has shown.</summary>
    public void Release()
    {
        int next = (int)((FrameHeader*)(Block + _offset))->NextOffset;
        _start = 0;
        _left--;
        if (_left == 0)
        {
            GiveBack();
            return;
        }

        // No frame is where none can be: Peek finds it broken.
        _offset = next > 0 && next < BlockBytes - _offset ? _offset + next : BlockBytes - sizeof(FrameHeader);
    }

    /// <summary>Frames that found the ring full since the last call. Any thread, not while it is disposed.</summary>
    public uint TakeLost() => _socket.TakeLost();

    public void Dispose()
    {
        _memory.Dispose();
        _socket.Dispose();
    }

    private bool TryTakeBlock()
    {
        BlockHeader* block = (BlockHeader*)Block;
        if ((Volatile.Read(ref block->Status) & BlockHeader.IsOurs) == 0)
        {
            return false;
        }

        uint frames = block->Frames;
        uint first = block->FirstOffset;
        if (frames == 0)
        {
            GiveBack();
            return false;
        }

        _left = (int)Math.Min(frames, BlockBytes / (uint)sizeof(FrameHeader));
        _offset = (int)Math.Min(first, (uint)(BlockBytes - sizeof(FrameHeader)));
        return true;
    }

    private void GiveBack()
    {
        _left = 0;
        _start = 0;
        Volatile.Write(ref ((BlockHeader*)Block)->Status, 0);
        _block = _block + 1 == _blocks ? 0 : _block + 1;
    }

    // Finds the bytes of a frame and puts its VLAN tag back: both addresses move into the room of the virtio header before.
    private bool TryPrepare(FrameHeader* header)
    {
        long room = BlockBytes - _offset;
        int start = header->FrameOffset;
        uint length = header->CapturedLength;
        if (start < sizeof(FrameHeader) + VirtioNetHeader.LengthBytes || start + (long)length > room)
        {
            return false;
        }

        byte* frame = (byte*)header + start;
        _header = VirtioNetHeader.Read(new ReadOnlySpan<byte>(frame - VirtioNetHeader.LengthBytes, VirtioNetHeader.LengthBytes));
        _start = _offset + start;
        _length = (int)length;
        _isCut = length < header->WireLength;
        if ((header->Status & FrameHeader.HasVlan) == 0 || length < EthernetHeader.TypeOffset)
        {
            return true;
        }

        ushort type = (header->Status & FrameHeader.HasVlanType) != 0 ? header->VlanType : EtherType.VlanTag;
        Span<byte> tagged = new(frame - TagBytes, (int)length + TagBytes);
        tagged.Slice(TagBytes, EthernetHeader.TypeOffset).CopyTo(tagged);
        BinaryPrimitives.WriteUInt16BigEndian(tagged[EthernetHeader.TypeOffset..], type);
        BinaryPrimitives.WriteUInt16BigEndian(tagged[(EthernetHeader.TypeOffset + sizeof(ushort))..], (ushort)header->VlanControl);
        _header = _header.Shifted(TagBytes);
        _start -= TagBytes;
        _length += TagBytes;
        return true;
    }

    // struct tpacket_block_desc with tpacket_hdr_v1: version, offset to private data, then these.
    [StructLayout(LayoutKind.Sequential)]
    private struct BlockHeader
    {
        public const uint IsOurs = 1;

        public uint Version;
        public uint PrivateOffset;
        public uint Status;
        public uint Frames;
        public uint FirstOffset;
    }

    // struct tpacket3_hdr.
    [StructLayout(LayoutKind.Sequential)]
    private struct FrameHeader
    {
        public const uint HasVlan = 0x10;
        public const uint HasVlanType = 0x40;

        public uint NextOffset;
        public uint Seconds;
        public uint Nanoseconds;
        public uint CapturedLength;
        public uint WireLength;
        public uint Status;
        public ushort FrameOffset;
        public ushort NetworkOffset;
        public uint Hash;
        public uint VlanControl;
        public ushort VlanType;
        public ushort Padding;
        public ulong MorePadding;
    }
}
