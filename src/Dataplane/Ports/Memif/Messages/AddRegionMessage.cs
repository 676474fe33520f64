using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Ports.Memif.Messages;

/// <summary>ADD_REGION: memory that a client shares. Its descriptor comes with the message.</summary>
/// <param name="Index">Number of the region, in the order in which they are added.</param>
/// <param name="Size">Bytes.</param>
internal readonly record struct AddRegionMessage(ushort Index, ulong Size)
{
    /// <summary>Reads one of <see cref="MemifMessage.Bytes"/> bytes.</summary>
    public static AddRegionMessage Read(ReadOnlySpan<byte> message) =>
        new(BinaryPrimitives.ReadUInt16LittleEndian(message[2..]), BinaryPrimitives.ReadUInt64LittleEndian(message[4..]));

    /// <summary>Writes it.</summary>
    public byte[] Write()
    {
        byte[] message = MemifMessage.Create(MemifMessageType.AddRegion);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(2), Index);
        BinaryPrimitives.WriteUInt64LittleEndian(message.AsSpan(4), Size);
        return message;
    }
}
