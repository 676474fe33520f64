using System.Buffers.Binary;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports.VhostUser.Interop;

namespace NetworkingSfc.Dataplane.Ports.VhostUser;

/// <summary>Frames to a guest: copied into the buffers that it offers in a receive queue.</summary>
/// <remarks>
/// A guest may use fewer queues than the port has. The workers then share those it uses, by the gate of each: who finds
/// it taken looks again for about as long as a burst takes, and then keeps its frames.
/// </remarks>
internal sealed class ToGuestQueue(VhostUserPort port, int number, PacketArena arena) : ITxQueue
{
    private const int LongestHeader = 12;
    private const int BufferCountOffset = 10;

    // A chain has a descriptor at least, so DescriptorChain takes no more for a frame either.
    private const int MostChains = 256;
    private const int LooksAtGate = 64;

    private readonly VhostUserPort _port = port;
    private readonly int _number = number;
    private readonly PacketArena _arena = arena;
    private readonly ChainHeads _heads = new();
    private readonly DescriptorChain _chain = new();
    private readonly (ushort Head, uint Length)[] _merged = new (ushort, uint)[MostChains];

    private enum Outcome
    {
        Sent,
        Refused,
        NoRoom,
        ChainInvalid,
        RingBroken,
    }

    public int Transmit(ReadOnlySpan<PacketBuffer> buffers)
    {
        VirtQueue queue = _port.QueueToGuest(_number);
        if (_port.IsClosed || !TryEnter(queue.Gate))
        {
            return 0;
        }

        try
        {
            int taken = 0;
            while (taken < buffers.Length && queue.IsRunning)
            {
                ReadOnlySpan<PacketBuffer> burst = buffers.Slice(taken, Math.Min(buffers.Length - taken, PacketBatch.Capacity));
                int sent = Transmit(queue, queue.Ring!, burst);
                taken += sent;
                if (sent < burst.Length)
                {
                    break;
                }
            }

            return taken;
        }
        finally
        {
            queue.Gate.Leave();
        }
    }

    private static bool TryEnter(BurstGate gate)
    {
        for (int look = 0; look < LooksAtGate; look++)
        {
            if (gate.TryEnter())
            {
                return true;
            }

            Thread.SpinWait(1);
        }

        return false;
    }

    private int Transmit(VirtQueue queue, SplitRing ring, ReadOnlySpan<PacketBuffer> buffers)
    {
        ushort position = queue.Position;
        int waiting = (ushort)(ring.AvailableIndex - position);
        if (waiting > ring.Size)
        {
            queue.BreakForIndex();
            return 0;
        }

        int read = _heads.Read(ring, position, Math.Min(waiting, buffers.Length));
        int used = 0;
        int taken = 0;
        int invalid = 0;
        Outcome outcome = Outcome.Sent;

        // Frames that find nothing but chains against the rules are the caller's again, whose other ports wait meanwhile.
        while (taken < buffers.Length && used < waiting && invalid < PacketBatch.Capacity)
        {
            Span<byte> frame = _arena.Frame(buffers[taken]);
            outcome = used < read && TryPutWhole(queue, ring, _heads.Descriptor(used), frame)
                ? GiveBack(ring, position, ref used, _heads.Number(used), (uint)(queue.NetHeaderBytes + frame.Length))
                : PutScattered(queue, ring, position, ref used, waiting, frame);
            if (outcome is Outcome.NoRoom or Outcome.RingBroken)
            {
                break;
            }

            if (outcome == Outcome.ChainInvalid)
            {
                invalid++;
            }
            else
            {
                queue.Packets += outcome == Outcome.Sent ? 1 : 0;
                queue.Refused += outcome == Outcome.Refused ? 1 : 0;
                _arena.Return(buffers[taken].Slot);
                taken++;
            }
        }

        if (used > 0)
        {
            queue.Publish(ring, (ushort)(position + used));
        }

        if (outcome == Outcome.RingBroken)
        {
            queue.BreakForHead();
        }

        return taken;
    }

    private static Outcome GiveBack(SplitRing ring, int position, ref int used, ushort head, uint length)
    {
        ring.SetUsed(position + used, head, length);
        used++;
        return Outcome.Sent;
    }

    // The usual case: a chain of one buffer with room for everything.
    private static bool TryPutWhole(VirtQueue queue, SplitRing ring, in VirtioDescriptor head, ReadOnlySpan<byte> frame)
    {
        if (!head.IsOneToWrite)
        {
            return false;
        }

        Span<byte> buffer = ring.Resolve(head.Address, head.Length);
        int headerBytes = queue.NetHeaderBytes;
        if (buffer.Length != head.Length || buffer.Length < headerBytes + frame.Length || buffer.Length < LongestHeader)
        {
            return false;
        }

        // No flag, no offload, one buffer. Where the header is shorter, the frame overwrites what is too much.
        BinaryPrimitives.WriteUInt64LittleEndian(buffer, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer[(BufferCountOffset - sizeof(ushort))..], 1 << 16);
        frame.CopyTo(buffer[headerBytes..]);
        return true;
    }

    private Outcome PutScattered(VirtQueue queue, SplitRing ring, int position, ref int used, int waiting, ReadOnlySpan<byte> frame)
    {
        int needed = queue.NetHeaderBytes + frame.Length;
        int chains = 0;
        _chain.Clear();
        while (_chain.Bytes < needed)
        {
            if (chains > 0 && !queue.HasMergeableBuffers)
            {
                // It would never fit; leaving it to the caller would hold up the frames behind it. The buffer waits for them.
                return Outcome.Refused;
            }

            if (used + chains == waiting)
            {
                return waiting - used == ring.Size ? Outcome.Refused : Outcome.NoRoom;
            }

            if (chains == MostChains)
            {
                return ThrowAway(queue, ring, position, ref used, chains);
            }

            ushort head = ring.Head(position + used + chains);
            if (head >= ring.Size)
            {
                return Outcome.RingBroken;
            }

            long before = _chain.Bytes;
            bool isValid = _chain.TryAppend(ring, ring.Descriptor(head), isWritable: true);
            _merged[chains++] = (head, (uint)Math.Min(_chain.Bytes - before, uint.MaxValue));
            if (!isValid)
            {
                return ThrowAway(queue, ring, position, ref used, chains);
            }
        }

        Span<byte> header = stackalloc byte[LongestHeader];
        header.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(header[BufferCountOffset..], (ushort)chains);
        _chain.Write(ring, 0, header[..queue.NetHeaderBytes]);
        _chain.Write(ring, queue.NetHeaderBytes, frame);
        GiveBackMerged(ring, position, ref used, chains, (uint)needed);
        return Outcome.Sent;
    }

    // Chains that are no place for a frame go back empty.
    private Outcome ThrowAway(VirtQueue queue, SplitRing ring, int position, ref int used, int chains)
    {
        queue.Invalid++;
        GiveBackMerged(ring, position, ref used, chains, bytes: 0);
        return Outcome.ChainInvalid;
    }

    private void GiveBackMerged(SplitRing ring, int position, ref int used, int chains, uint bytes)
    {
        foreach ((ushort head, uint length) in _merged.AsSpan(0, chains))
        {
            uint written = Math.Min(length, bytes);
            GiveBack(ring, position, ref used, head, written);
            bytes -= written;
        }
    }
}
