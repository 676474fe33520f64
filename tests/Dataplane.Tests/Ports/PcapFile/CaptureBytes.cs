using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Tests.Ports.PcapFile;

/// <summary>
/// Lays out capture files byte by byte in either byte order, right or wrong as told. Written apart from the reader
/// and the writers.
/// </summary>
internal sealed class CaptureBytes(bool bigEndian = false)
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public CaptureBytes Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public CaptureBytes Join(CaptureBytes other) => Raw(other.ToArray());

    public CaptureBytes U16(int value)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
        return Number(bytes);
    }

    public CaptureBytes U32(long value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)value);
        return Number(bytes);
    }

    public CaptureBytes U64(ulong value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return Number(bytes);
    }

    public CaptureBytes PcapHeader(
        uint magic = 0xA1B2C3D4, int major = 2, int minor = 4, long snapshot = 262144, long network = 1) =>
        U32(magic).U16(major).U16(minor).U64(0).U32(snapshot).U32(network);

    public CaptureBytes PcapRecord(
        byte[] data, long? wire = null, long? captured = null, uint seconds = 1, uint fraction = 2, byte[]? extra = null) =>
        U32(seconds).U32(fraction).U32(captured ?? data.Length).U32(wire ?? data.Length).Raw(extra ?? []).Raw(data);

    public CaptureBytes Block(long type, byte[] body, long? length = null, long? lengthAgain = null)
    {
        byte[] padding = new byte[-body.Length & 3];
        long actual = body.Length + padding.Length + 12;
        return U32(type).U32(length ?? actual).Raw(body).Raw(padding).U32(lengthAgain ?? length ?? actual);
    }

    public CaptureBytes Section(int major = 1, int minor = 0, byte[]? options = null) =>
        Block(0x0A0D0D0A, Part().U32(0x1A2B3C4D).U16(major).U16(minor).U64(ulong.MaxValue).Raw(options ?? []).ToArray());

    public CaptureBytes Interface(int linkType = 1, long snapshot = 0, byte[]? options = null) =>
        Block(1, Part().U16(linkType).U16(0).U32(snapshot).Raw(options ?? []).ToArray());

    public CaptureBytes Enhanced(
        byte[] data, long? wire = null, long? captured = null, long index = 0, ulong ticks = 1_000_000, byte[]? options = null) =>
        Block(6, Part().U32(index).U32((long)(ticks >> 32)).U32((long)(ticks & uint.MaxValue)).U32(captured ?? data.Length)
            .U32(wire ?? data.Length).Padded(data).Raw(options ?? []).ToArray());

    public CaptureBytes OldPacket(byte[] data, int index = 0, ulong ticks = 1_000_000) =>
        Block(2, Part().U16(index).U16(0xFFFF).U32((long)(ticks >> 32)).U32((long)(ticks & uint.MaxValue)).U32(data.Length)
            .U32(data.Length).Padded(data).ToArray());

    public CaptureBytes Simple(byte[] data, long? wire = null) =>
        Block(3, Part().U32(wire ?? data.Length).Raw(data).ToArray());

    public byte[] Option(int code, params byte[] value) => Part().U16(code).U16(value.Length).Padded(value).ToArray();

    public CaptureBytes Padded(byte[] bytes) => Raw(bytes).Raw(new byte[-bytes.Length & 3]);

    public CaptureBytes Part() => new(bigEndian);

    private CaptureBytes Number(byte[] littleEndian)
    {
        if (bigEndian)
        {
            Array.Reverse(littleEndian);
        }

        return Raw(littleEndian);
    }
}
