using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Ports.VhostUser;

/// <summary>The form of messages (vhost-user protocol, "Message specification"): request, flags and payload length in 4 bytes each, then the payload.</summary>
internal static class FrontEndMessage
{
    /// <summary>Bytes before the payload.</summary>
    public const int HeaderBytes = 12;

    /// <summary>Longest payload that is read; the longest of those known is a memory table of 264 bytes.</summary>
    public const int MaxPayloadBytes = 1024;

    /// <summary>Bytes of a region in a memory table, which begins with 8 bytes of count.</summary>
    public const int RegionBytes = 32;

    /// <summary>Bit of SET_VRING_KICK, CALL and ERR: no descriptor comes along.</summary>
    public const ulong WithoutDescriptor = 0x100;

    private const uint Version = 1;
    private const uint VersionMask = 3;
    private const uint Reply = 4;
    private const uint NeedReply = 8;

    /// <summary>Whether flags are those of a request in the version there is.</summary>
    public static bool IsRequest(uint flags) => (flags & (VersionMask | Reply)) == Version;

    /// <summary>Whether the front end waits for an answer to a request that has none of its own.</summary>
    public static bool WantsAcknowledgement(uint flags) => (flags & NeedReply) != 0;

    /// <summary>Writes a reply.</summary>
    /// <param name="message">Gets header and payload.</param>
    /// <param name="request">What is answered.</param>
    /// <param name="payload">The answer.</param>
    /// <returns>Bytes of the message.</returns>
    public static int WriteReply(Span<byte> message, int request, ReadOnlySpan<byte> payload)
    {
        BinaryPrimitives.WriteInt32LittleEndian(message, request);
        BinaryPrimitives.WriteUInt32LittleEndian(message[4..], Version | Reply);
        BinaryPrimitives.WriteInt32LittleEndian(message[8..], payload.Length);
        payload.CopyTo(message[HeaderBytes..]);
        return HeaderBytes + payload.Length;
    }
}
