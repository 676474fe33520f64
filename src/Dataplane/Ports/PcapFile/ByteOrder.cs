using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>Reads the numbers of a capture file in the byte order of the machine that wrote it.</summary>
internal readonly struct ByteOrder(bool isBigEndian)
{
    private readonly bool _isBigEndian = isBigEndian;

    public ushort UInt16(ReadOnlySpan<byte> bytes) =>
        _isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    public uint UInt32(ReadOnlySpan<byte> bytes) =>
        _isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    public long Int64(ReadOnlySpan<byte> bytes) =>
        _isBigEndian ? BinaryPrimitives.ReadInt64BigEndian(bytes) : BinaryPrimitives.ReadInt64LittleEndian(bytes);
}
