using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Ports.Memif.Messages;

/// <summary>HELLO: what a server accepts.</summary>
/// <param name="MinVersion">Oldest version.</param>
/// <param name="MaxVersion">Newest version.</param>
/// <param name="MaxRegion">Largest number of a region.</param>
/// <param name="MaxServerToClientRing">Largest number of a ring to the client.</param>
/// <param name="MaxClientToServerRing">Largest number of a ring to the server.</param>
/// <param name="MaxLog2RingSize">Slots of the largest ring, as a power of two.</param>
internal readonly record struct HelloMessage(
    ushort MinVersion, ushort MaxVersion, ushort MaxRegion, ushort MaxServerToClientRing, ushort MaxClientToServerRing, byte MaxLog2RingSize)
{
    private const int Fields = 2 + MemifMessage.NameBytes;

    /// <summary>Reads one of <see cref="MemifMessage.Bytes"/> bytes.</summary>
    public static HelloMessage Read(ReadOnlySpan<byte> message) => new(
        BinaryPrimitives.ReadUInt16LittleEndian(message[Fields..]),
        BinaryPrimitives.ReadUInt16LittleEndian(message[(Fields + 2)..]),
        BinaryPrimitives.ReadUInt16LittleEndian(message[(Fields + 4)..]),
        BinaryPrimitives.ReadUInt16LittleEndian(message[(Fields + 6)..]),
        BinaryPrimitives.ReadUInt16LittleEndian(message[(Fields + 8)..]),
        message[Fields + 10]);

    /// <summary>Writes it.</summary>
    /// <param name="name">Who sends it, for people.</param>
    public byte[] Write(string name)
    {
        byte[] message = MemifMessage.Named(MemifMessageType.Hello, name);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(Fields), MinVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(Fields + 2), MaxVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(Fields + 4), MaxRegion);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(Fields + 6), MaxServerToClientRing);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(Fields + 8), MaxClientToServerRing);
        message[Fields + 10] = MaxLog2RingSize;
        return message;
    }
}
