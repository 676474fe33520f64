using System.Buffers.Binary;
using System.Text;

namespace NetworkingSfc.Dataplane.Ports.Memif.Messages;

/// <summary>
/// The frame of every control message: 128 bytes, a type of two bytes, then packed fields in the order of the machine
/// (little-endian on all that Linux shares memory with .NET on). Texts are padded with zeros.
/// </summary>
internal static class MemifMessage
{
    /// <summary>Bytes of a message, whatever its type.</summary>
    public const int Bytes = 128;

    /// <summary>The only version there is: 2.0.</summary>
    public const ushort Version = 0x200;

    /// <summary>Bytes of the names in messages.</summary>
    public const int NameBytes = 32;

    /// <summary>Starts a message.</summary>
    public static byte[] Create(MemifMessageType type)
    {
        byte[] message = new byte[Bytes];
        BinaryPrimitives.WriteUInt16LittleEndian(message, (ushort)type);
        return message;
    }

    /// <summary>The message that carries the sender's name for the interface: CONNECT or CONNECTED.</summary>
    public static byte[] Named(MemifMessageType type, string name)
    {
        byte[] message = Create(type);
        WriteText(message.AsSpan(2, NameBytes), name);
        return message;
    }

    /// <summary>The type. A peer may send values that have no name.</summary>
    public static MemifMessageType TypeOf(ReadOnlySpan<byte> message) => (MemifMessageType)BinaryPrimitives.ReadUInt16LittleEndian(message);

    /// <summary>Puts a text into a field, cut so that a zero follows it.</summary>
    public static void WriteText(Span<byte> field, string text)
    {
        field.Clear();
        Encoding.UTF8.GetEncoder().Convert(text, field[..^1], flush: true, out _, out _, out _);
    }

    /// <summary>A text of a peer for people: what is not printable ASCII becomes a question mark.</summary>
    public static string ReadText(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return string.Create(end < 0 ? field.Length : end, field, static (text, bytes) =>
        {
            for (int index = 0; index < text.Length; index++)
            {
                text[index] = bytes[index] is >= (byte)' ' and <= (byte)'~' ? (char)bytes[index] : '?';
            }
        });
    }
}
