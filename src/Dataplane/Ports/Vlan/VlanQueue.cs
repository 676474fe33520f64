using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Ports.Vlan;

/// <summary>The share of one VLAN in the queues of one number.</summary>
internal sealed class VlanQueue(TrunkQueue trunk, int vlanId) : IRxQueue, ITxQueue
{
    private const int ShortestBytes = EthernetHeader.LengthBytes;

    private readonly PacketBuffer[] _waiting = new PacketBuffer[PacketBatch.Capacity];
    private readonly PacketBuffer[] _tagged = new PacketBuffer[PacketBatch.Capacity];
    private int _first;
    private int _end;

    /// <summary>True once frames can be received here.</summary>
    public bool IsReceiving { get; set; }

    public long ReceivedPackets { get; private set; }

    public long SentPackets { get; private set; }

    public long SendRefused { get; private set; }

    /// <summary>Keeps a frame until it is received. There are never more than the trunk takes at once.</summary>
    public void Keep(in PacketBuffer buffer)
    {
        // Straight to its place: an assignment to an element that the index is counted up for goes by way of the frame.
        ref PacketBuffer place = ref _waiting[_end++];
        place = buffer;
    }

    public void Receive(PacketBatch batch)
    {
        if (_first == _end)
        {
            trunk.Poll();
        }

        int before = batch.Count;
        while (batch.Free > 0 && _first < _end)
        {
            ref readonly PacketBuffer buffer = ref _waiting[_first++];
            batch.Append(buffer.Slot, buffer.Start, buffer.Length, buffer.WireLength);
        }

        if (_first == _end)
        {
            // Now, because the next frames may come when another share polls.
            (_first, _end) = (0, 0);
        }

        trunk.Received(batch.Count - before);
        ReceivedPackets += batch.Count - before;
    }

    public void Close()
    {
        trunk.Close(vlanId, _waiting.AsSpan(_first, _end - _first));
        (_first, _end) = (0, 0);
        IsReceiving = false;
    }

    public int Transmit(ReadOnlySpan<PacketBuffer> buffers)
    {
        int taken = 0;
        while (taken < buffers.Length)
        {
            int run = TaggableFrom(buffers[taken..]);
            int sent = run > 0 ? TransmitRun(buffers.Slice(taken, run)) : Refuse(buffers[taken]);
            taken += sent;
            if (sent < run)
            {
                break;
            }
        }

        return taken;
    }

    private int TaggableFrom(ReadOnlySpan<PacketBuffer> buffers)
    {
        int count = 0;
        while (count < Math.Min(buffers.Length, _tagged.Length) && (vlanId == VlanTrunk.Untagged || CanBeTagged(buffers[count])))
        {
            count++;
        }

        return count;
    }

    // Frames that the carrier does not take stay as they were.
    private int TransmitRun(ReadOnlySpan<PacketBuffer> buffers)
    {
        Span<PacketBuffer> tagged = _tagged.AsSpan(0, buffers.Length);
        buffers.CopyTo(tagged);
        foreach (ref PacketBuffer buffer in vlanId == VlanTrunk.Untagged ? [] : tagged)
        {
            trunk.PutTagOn(ref buffer, vlanId);
        }

        int sent = trunk.Transmit.Transmit(tagged);
        foreach (ref PacketBuffer left in vlanId == VlanTrunk.Untagged ? [] : tagged[sent..])
        {
            trunk.TakeTagOff(ref left);
        }

        SentPackets += sent;
        return sent;
    }

    // One that no tag can be put on would hold up the frames behind it.
    private int Refuse(in PacketBuffer buffer)
    {
        SendRefused++;
        trunk.Arena.Return(buffer.Slot);
        return 1;
    }

    private static bool CanBeTagged(in PacketBuffer buffer) => buffer.Length >= ShortestBytes && buffer.Start >= VlanTag.LengthBytes;
}
