using System.Buffers.Binary;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Ports.Vlan;

/// <summary>The carrier's queues of one number, and the shares of the VLANs in them. One worker's.</summary>
internal sealed class TrunkQueue(IRxQueue receive, ITxQueue transmit, PacketArena arena)
{
    private const int TagOffset = 2 * MacAddress.LengthBytes;
    private const int TaggedBytes = TagOffset + sizeof(ushort) + VlanTag.LengthBytes;

    private readonly VlanQueue?[] _byVlan = new VlanQueue?[VlanTag.MaxVlanId];
    private readonly PacketBatch _received = new(arena);
    private int _waiting;

    /// <summary>The worker's packet memory.</summary>
    public PacketArena Arena => arena;

    /// <summary>The carrier's transmit queue.</summary>
    public ITxQueue Transmit => transmit;

    /// <summary>Frames that no open queue is for.</summary>
    public long UnknownFrames { get; private set; }

    /// <summary>The share of a VLAN, made on first use.</summary>
    public VlanQueue Of(int vlanId) => _byVlan[vlanId] ??= new VlanQueue(this, vlanId);

    /// <summary>Nobody receives from a share any more.</summary>
    /// <param name="vlanId">The VLAN.</param>
    /// <param name="left">Frames that waited there.</param>
    public void Close(int vlanId, ReadOnlySpan<PacketBuffer> left)
    {
        _byVlan[vlanId] = null;
        foreach (ref readonly PacketBuffer buffer in left)
        {
            arena.Return(buffer.Slot);
        }

        UnknownFrames += left.Length;
        _waiting -= left.Length;
    }

    /// <summary>Takes frames from the carrier and deals them to the VLANs, unless some still wait: so there is room for all.</summary>
    public void Poll()
    {
        if (_waiting > 0)
        {
            return;
        }

        _received.Begin(ingressPort: 0);
        receive.Receive(_received);
        foreach (ref PacketBuffer buffer in _received.Buffers)
        {
            int vlanId = TakeTagOff(ref buffer);
            if (vlanId < _byVlan.Length && _byVlan[vlanId] is { IsReceiving: true } queue)
            {
                queue.Keep(buffer);
                _waiting++;
            }
            else
            {
                UnknownFrames++;
                arena.Return(buffer.Slot);
            }
        }
    }

    /// <summary>Frames that waited have been received.</summary>
    /// <param name="frames">How many.</param>
    public void Received(int frames) => _waiting -= frames;

    /// <summary>Puts a tag behind the addresses.</summary>
    /// <param name="buffer">A frame with room before it.</param>
    /// <param name="vlanId">The id.</param>
    public void PutTagOn(ref PacketBuffer buffer, int vlanId)
    {
        Resize(ref buffer, VlanTag.LengthBytes);
        Span<byte> frame = arena.Frame(buffer);
        frame[VlanTag.LengthBytes..][..TagOffset].CopyTo(frame);
        ushort etherType = BinaryPrimitives.ReadUInt16BigEndian(frame[(TagOffset + VlanTag.LengthBytes)..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[TagOffset..], EtherType.VlanTag);
        new VlanTag((ushort)vlanId, etherType).Write(frame[(TagOffset + sizeof(ushort))..]);
    }

    /// <summary>Takes the tag behind the addresses off, when it names a VLAN.</summary>
    /// <param name="buffer">The frame.</param>
    /// <returns>The id, or <see cref="VlanTrunk.Untagged"/>.</returns>
    public int TakeTagOff(ref PacketBuffer buffer)
    {
        Span<byte> frame = arena.Frame(buffer);
        if (frame.Length < TaggedBytes || BinaryPrimitives.ReadUInt16BigEndian(frame[TagOffset..]) != EtherType.VlanTag
            || !VlanTag.TryRead(frame[(TagOffset + sizeof(ushort))..], out VlanTag tag) || tag.VlanId == VlanTrunk.Untagged)
        {
            return VlanTrunk.Untagged;
        }

        frame[..TagOffset].CopyTo(frame[VlanTag.LengthBytes..]);
        Resize(ref buffer, -VlanTag.LengthBytes);
        return tag.VlanId;
    }

    private static void Resize(ref PacketBuffer buffer, int added)
    {
        buffer.Start -= added;
        buffer.Length += added;
        buffer.WireLength += added;
    }
}
