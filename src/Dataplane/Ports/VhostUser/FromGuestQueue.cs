using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports.VhostUser.Interop;

namespace NetworkingSfc.Dataplane.Ports.VhostUser;

/// <summary>Frames from a guest: copied out of its transmit queue.</summary>
internal sealed class FromGuestQueue(VhostUserPort port, VirtQueue queue, PacketArena arena) : IRxQueue
{
    // VIRTIO_NET_HDR_F_NEEDS_CSUM.
    private const byte NeedsChecksum = 1;

    private readonly VhostUserPort _port = port;
    private readonly VirtQueue _queue = queue;
    private readonly PacketArena _arena = arena;
    private readonly ChainHeads _heads = new();
    private readonly DescriptorChain _chain = new();

    public void Receive(PacketBatch batch)
    {
        if (_port.IsClosed || !_queue.Gate.TryEnter())
        {
            return;
        }

        try
        {
            if (_queue.Ring is { } ring)
            {
                Receive(ring, batch);
            }
        }
        finally
        {
            _queue.Gate.Leave();
        }
    }

    private void Receive(SplitRing ring, PacketBatch batch)
    {
        ushort position = _queue.Position;
        int waiting = (ushort)(ring.AvailableIndex - position);
        if (waiting > ring.Size)
        {
            _queue.BreakForIndex();
            return;
        }

        // A frame that is thrown away needs no slot, but then the worker would not be held back by a guest that sends such frames only.
        int wanted = Math.Min(waiting, Math.Min(batch.Free, _arena.FreeCount));
        int count = _heads.Read(ring, position, wanted);
        for (int index = 0; index < count; index++)
        {
            if (_queue.IsEnabled)
            {
                ReceiveFrame(ring, _heads.Descriptor(index), batch);
            }
            else
            {
                _queue.Lost++;
            }

            ring.SetUsed(position + index, _heads.Number(index), 0);
        }

        if (count > 0)
        {
            _queue.Publish(ring, (ushort)(position + count));
        }

        if (count < wanted)
        {
            _queue.BreakForHead();
        }
    }

    private void ReceiveFrame(SplitRing ring, in VirtioDescriptor head, PacketBatch batch)
    {
        int headerBytes = _queue.NetHeaderBytes;
        if (head.IsOneToRead)
        {
            Span<byte> buffer = ring.Resolve(head.Address, head.Length);
            int length = buffer.Length - headerBytes;
            if (length > 0 && buffer.Length == head.Length && length <= _arena.FrameBytes)
            {
                if (!IsPlain(buffer[0], buffer[1]))
                {
                    _queue.Invalid++;
                    return;
                }

                buffer[headerBytes..].CopyTo(Append(batch, length));
                return;
            }
        }

        ReceiveScattered(ring, head, batch);
    }

    private void ReceiveScattered(SplitRing ring, in VirtioDescriptor head, PacketBatch batch)
    {
        _chain.Clear();
        if (!_chain.TryAppend(ring, head, isWritable: false) || _chain.Bytes <= _queue.NetHeaderBytes)
        {
            _queue.Invalid++;
            return;
        }

        Span<byte> header = stackalloc byte[2];
        _chain.Read(ring, 0, header);
        long length = _chain.Bytes - _queue.NetHeaderBytes;
        if (!IsPlain(header[0], header[1]))
        {
            _queue.Invalid++;
        }
        else if (length > _arena.FrameBytes)
        {
            _queue.Oversize++;
        }
        else
        {
            _chain.Read(ring, _queue.NetHeaderBytes, Append(batch, (int)length));
        }
    }

    // An unfinished checksum or several segments in one frame were not negotiated and would not survive the next link.
    private static bool IsPlain(byte flags, byte segmentation) => (flags & NeedsChecksum) == 0 && segmentation == 0;

    private Span<byte> Append(PacketBatch batch, int length)
    {
        _ = _arena.TryRent(out int slot);
        batch.Append(slot, PacketArena.HeadroomBytes, length, length);
        _queue.Packets++;
        return _arena.Slot(slot).Slice(PacketArena.HeadroomBytes, length);
    }
}
