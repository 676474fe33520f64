using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>
/// Writes packets of several interfaces into one pcapng capture: little endian, one section, timestamps in
/// nanoseconds, direction kept.
/// </summary>
/// <remarks>
/// The bytes depend on the calls alone, not on host or time, so that captures can be compared as files. Writing a
/// packet allocates nothing. Output goes on in pieces of 256 KiB; see <see cref="TryFlush"/>. Not safe for use from
/// several threads at once.
/// </remarks>
public sealed class CaptureWriter : IDisposable
{
    private const uint ByteOrderMark = 0x1A2B_3C4D;
    private const int SectionLength = 40;
    private const int PacketFixedLength = 28;
    private const int TrailerLength = 4;

    // The longest name of a port in the API: 255 characters of up to four bytes.
    private const int MaximumNameBytes = 255 * 4;
    private const ushort CommentOption = 1;
    private const ushort UserApplicationOption = 4;
    private const ushort InterfaceNameOption = 2;
    private const ushort TimestampResolutionOption = 9;

    private readonly CaptureOutput _output;
    private readonly string _name;
    private int _interfaces;
    private bool _isDisposed;

    private CaptureWriter(CaptureOutput output, string name)
    {
        _output = output;
        _name = name;
        WriteSectionHeader();
    }

    /// <summary>Why nothing can be written any more (disk full, reader gone), with the name of the capture; or null.</summary>
    public string? Error => _output.Error is string error ? $"cannot write capture '{_name}' further: {error}; accepted is an output that takes all bytes" : null;

    /// <summary>Creates a capture file, replacing one of that name. The writer owns the file and closes it.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="IOException">The file cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static CaptureWriter Create(string path) =>
        new(new CaptureOutput(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0)), path);

    /// <summary>Writes a capture to a stream. The writer owns the stream and closes it.</summary>
    /// <param name="stream">Where the capture begins.</param>
    /// <param name="name">What errors call the capture.</param>
    public static CaptureWriter Create(Stream stream, string name = "stream")
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new CaptureWriter(new CaptureOutput(stream), name);
    }

    /// <summary>Writes a capture into a buffer, or into a pipe, which is flushed and at the end completed.</summary>
    /// <param name="buffer">Where the capture begins; for example a <see cref="System.IO.Pipelines.PipeWriter"/>.</param>
    /// <param name="name">What errors call the capture.</param>
    public static CaptureWriter Create(IBufferWriter<byte> buffer, string name = "buffer")
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return new CaptureWriter(new CaptureOutput(buffer), name);
    }

    /// <summary>Describes an interface. Packets may name it from then on.</summary>
    /// <param name="name">Its name, at most 1,020 bytes in UTF-8.</param>
    /// <param name="linkType">Link type of its packets, 0 to 65535.</param>
    /// <returns>Its index, from 0 in the order of the calls.</returns>
    /// <exception cref="ArgumentException">The name is too long.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The link type is out of range.</exception>
    public int AddInterface(string name, int linkType = LinkType.Ethernet)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfNegative(linkType);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(linkType, ushort.MaxValue);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        byte[] nameBytes = Encoding.UTF8.GetBytes(name);
        if (nameBytes.Length > MaximumNameBytes)
        {
            throw new ArgumentException($"An interface name of {nameBytes.Length} bytes was given; accepted are at most {MaximumNameBytes}.", nameof(name));
        }

        // Type, length, link type (2), reserved (2), snapshot length (4): none, as no packet is cut here.
        int length = 16 + OptionLength(nameBytes.Length) + OptionLength(1) + OptionLength(0) + TrailerLength;
        Span<byte> block = _output.Reserve(length);
        block.Clear();
        BeginBlock(block, PcapNgBlockType.InterfaceDescription);
        BinaryPrimitives.WriteUInt16LittleEndian(block[8..], (ushort)linkType);
        Span<byte> rest = WriteOption(block[16..], InterfaceNameOption, nameBytes);
        _ = WriteOption(rest, TimestampResolutionOption, [9]);
        _ = _output.TryCommit(length);
        return _interfaces++;
    }

    /// <summary>Writes one packet. False when the output has failed (see <see cref="Error"/>); the packet is lost then.</summary>
    /// <param name="interfaceIndex">An index <see cref="AddInterface"/> gave.</param>
    /// <param name="timestampNanoseconds">Nanoseconds since 1970-01-01 00:00 UTC; times before that are written as 0.</param>
    /// <param name="data">The captured bytes, at most what readers accept for the link type (262,144).</param>
    /// <param name="wireLength">Length of the frame on the wire in bytes, from 0; normally that of <paramref name="data"/>.</param>
    /// <param name="direction">The way the packet went past the interface.</param>
    /// <param name="comment">What readers show beside the packet, UTF-8, at most 65,535 bytes; empty for nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">The interface was never added, a length is negative, the data or the comment too long.</exception>
    public bool TryWrite(
        int interfaceIndex, long timestampNanoseconds, ReadOnlySpan<byte> data, int wireLength, CaptureDirection direction, ReadOnlySpan<byte> comment = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(comment.Length, ushort.MaxValue);
        ArgumentOutOfRangeException.ThrowIfNegative(interfaceIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(interfaceIndex, _interfaces);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(data.Length, LinkType.MaximumPacketLength(LinkType.Ethernet));
        ArgumentOutOfRangeException.ThrowIfNegative(wireLength);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_output.Error is not null)
        {
            return false;
        }

        int dataEnd = PacketFixedLength + ((data.Length + 3) & ~3);
        bool hasFlags = direction is CaptureDirection.Inbound or CaptureDirection.Outbound;
        int optionsLength = (hasFlags ? OptionLength(sizeof(uint)) : 0) + (comment.IsEmpty ? 0 : OptionLength(comment.Length));
        int length = dataEnd + (optionsLength > 0 ? optionsLength + OptionLength(0) : 0) + TrailerLength;
        Span<byte> block = _output.Reserve(length);
        BeginBlock(block, PcapNgBlockType.EnhancedPacket);
        ulong ticks = (ulong)Math.Max(timestampNanoseconds, 0);
        BinaryPrimitives.WriteInt32LittleEndian(block[8..], interfaceIndex);
        BinaryPrimitives.WriteUInt32LittleEndian(block[12..], (uint)(ticks >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(block[16..], (uint)ticks);
        BinaryPrimitives.WriteInt32LittleEndian(block[20..], data.Length);
        BinaryPrimitives.WriteInt32LittleEndian(block[24..], wireLength);
        data.CopyTo(block[PacketFixedLength..]);
        block[(PacketFixedLength + data.Length)..dataEnd].Clear();
        if (optionsLength > 0)
        {
            WritePacketOptions(block[dataEnd..^TrailerLength], hasFlags ? direction : null, comment);
        }

        return _output.TryCommit(length);
    }

    /// <summary>
    /// Hands all packets written so far to the output. False when the output has failed. Call it before disposing to
    /// learn whether everything arrived: disposing flushes too, but does not report.
    /// </summary>
    public bool TryFlush()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _output.TryFlush();
    }

    /// <summary>Flushes, and closes what the writer owns.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _output.Dispose();
    }

    private static int OptionLength(int valueLength) => 4 + ((valueLength + 3) & ~3);

    private static Span<byte> WriteOption(Span<byte> block, ushort code, scoped ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(block, code);
        BinaryPrimitives.WriteUInt16LittleEndian(block[2..], (ushort)value.Length);
        value.CopyTo(block[4..]);
        return block[OptionLength(value.Length)..];
    }

    private static void WritePacketOptions(Span<byte> options, CaptureDirection? direction, ReadOnlySpan<byte> comment)
    {
        options.Clear();
        if (direction is { } way)
        {
            Span<byte> flags = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32LittleEndian(flags, (uint)way);
            options = WriteOption(options, PcapNgPacketOption.Flags, flags);
        }

        if (!comment.IsEmpty)
        {
            _ = WriteOption(options, CommentOption, comment);
        }
    }

    private static void BeginBlock(Span<byte> block, PcapNgBlockType type)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(block, (uint)type);
        BinaryPrimitives.WriteInt32LittleEndian(block[4..], block.Length);
        BinaryPrimitives.WriteInt32LittleEndian(block[^TrailerLength..], block.Length);
    }

    private void WriteSectionHeader()
    {
        Span<byte> block = _output.Reserve(SectionLength);
        block.Clear();
        BeginBlock(block, PcapNgBlockType.SectionHeader);
        BinaryPrimitives.WriteUInt32LittleEndian(block[8..], ByteOrderMark);
        BinaryPrimitives.WriteUInt16LittleEndian(block[12..], 1);

        // The section goes on to the end of the file, however long that gets.
        BinaryPrimitives.WriteInt64LittleEndian(block[16..], -1);
        _ = WriteOption(block[24..], UserApplicationOption, "sfc"u8);
        _ = _output.TryCommit(SectionLength);
    }
}
