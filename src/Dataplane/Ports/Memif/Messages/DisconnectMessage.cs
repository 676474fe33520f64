namespace NetworkingSfc.Dataplane.Ports.Memif.Messages;

/// <summary>DISCONNECT: why one side ends the connection. The number before the text is 0 with all peers.</summary>
internal static class DisconnectMessage
{
    private const int Text = 6;
    private const int TextBytes = 96;

    /// <summary>The reason in one of <see cref="MemifMessage.Bytes"/> bytes.</summary>
    public static string ReasonOf(ReadOnlySpan<byte> message) => MemifMessage.ReadText(message.Slice(Text, TextBytes));

    /// <summary>Writes one.</summary>
    /// <param name="reason">Cut at 95 bytes.</param>
    public static byte[] Write(string reason)
    {
        byte[] message = MemifMessage.Create(MemifMessageType.Disconnect);
        MemifMessage.WriteText(message.AsSpan(Text, TextBytes), reason);
        return message;
    }
}
