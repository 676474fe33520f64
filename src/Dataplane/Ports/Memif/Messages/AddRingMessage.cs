using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Ports.Memif.Messages;

/// <summary>ADD_RING: a ring in a region. The event descriptor of its interrupts comes with the message.</summary>
/// <param name="IsToServer">Whether frames go to the server.</param>
/// <param name="Index">Number of the ring in its direction.</param>
/// <param name="Region">Region it is in.</param>
/// <param name="Offset">Where it begins there, in bytes.</param>
/// <param name="Log2Size">Slots, as a power of two.</param>
/// <param name="PrivateHeaderBytes">Metadata between descriptors; nobody uses any.</param>
internal readonly record struct AddRingMessage(bool IsToServer, ushort Index, ushort Region, uint Offset, byte Log2Size, ushort PrivateHeaderBytes)
{
    private const ushort ToServer = 1;

    /// <summary>Reads one of <see cref="MemifMessage.Bytes"/> bytes.</summary>
    public static AddRingMessage Read(ReadOnlySpan<byte> message) => new(
        (BinaryPrimitives.ReadUInt16LittleEndian(message[2..]) & ToServer) != 0,
        BinaryPrimitives.ReadUInt16LittleEndian(message[4..]),
        BinaryPrimitives.ReadUInt16LittleEndian(message[6..]),
        BinaryPrimitives.ReadUInt32LittleEndian(message[8..]),
        message[12],
        BinaryPrimitives.ReadUInt16LittleEndian(message[13..]));

    /// <summary>Writes it.</summary>
    public byte[] Write()
    {
        byte[] message = MemifMessage.Create(MemifMessageType.AddRing);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(2), IsToServer ? ToServer : (ushort)0);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(4), Index);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(6), Region);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(8), Offset);
        message[12] = Log2Size;
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(13), PrivateHeaderBytes);
        return message;
    }
}
