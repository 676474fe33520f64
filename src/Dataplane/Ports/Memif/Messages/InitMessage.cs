using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Ports.Memif.Messages;

/// <summary>INIT: which interface a client wants.</summary>
/// <param name="Version">Version of the protocol.</param>
/// <param name="Id">Id of the interface at the server's socket.</param>
/// <param name="Mode">What the frames are; <see cref="EthernetMode"/> here.</param>
internal readonly record struct InitMessage(ushort Version, uint Id, byte Mode)
{
    /// <summary>Frames begin with an Ethernet header.</summary>
    public const byte EthernetMode = 0;

    /// <summary>Bytes of the secret.</summary>
    public const int SecretBytes = 24;

    private const int Secret = 9;
    private const int Name = Secret + SecretBytes;

    /// <summary>Reads one of <see cref="MemifMessage.Bytes"/> bytes.</summary>
    public static InitMessage Read(ReadOnlySpan<byte> message) => new(
        BinaryPrimitives.ReadUInt16LittleEndian(message[2..]), BinaryPrimitives.ReadUInt32LittleEndian(message[4..]), message[8]);

    /// <summary>The secret in a message, padded with zeros.</summary>
    public static ReadOnlySpan<byte> SecretOf(ReadOnlySpan<byte> message) => message.Slice(Secret, SecretBytes);

    /// <summary>Writes it.</summary>
    /// <param name="secret">At most <see cref="SecretBytes"/> bytes.</param>
    /// <param name="name">Who sends it, for people.</param>
    public byte[] Write(ReadOnlySpan<byte> secret, string name)
    {
        byte[] message = MemifMessage.Create(MemifMessageType.Init);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(2), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(4), Id);
        message[8] = Mode;
        secret.CopyTo(message.AsSpan(Secret, SecretBytes));
        MemifMessage.WriteText(message.AsSpan(Name, MemifMessage.NameBytes), name);
        return message;
    }
}
