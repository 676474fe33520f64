namespace NetworkingSfc.Dataplane.Ports.Memif;

/// <summary>What a memif port was asked to be.</summary>
/// <param name="SocketPath">Full path of the socket.</param>
/// <param name="Id">Id of the interface at that socket.</param>
/// <param name="Rings">Rings each way.</param>
/// <param name="Log2RingSize">Slots of a ring as a power of two: of the client, or the most that a server accepts.</param>
/// <param name="BufferBytes">Bytes of a client's buffers.</param>
/// <param name="Secret">At most 24 bytes; empty for none.</param>
/// <param name="TrustsRegions">Whether a server takes memory that the peer could make shorter.</param>
internal sealed record MemifSettings(
    string SocketPath, uint Id, int Rings, int Log2RingSize, int BufferBytes, ReadOnlyMemory<byte> Secret, bool TrustsRegions)
{
    /// <summary>What peers are told this interface is called.</summary>
    public string InterfaceName => $"sfc/{Id}";
}
