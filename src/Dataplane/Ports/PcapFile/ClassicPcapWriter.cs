using System.Buffers;
using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>Writes packets of one interface as classic pcap: little endian, version 2.4, timestamps in nanoseconds.</summary>
/// <remarks>
/// The bytes depend on the calls alone. Writing a packet allocates nothing. Output goes on in pieces of 256 KiB; see
/// <see cref="TryFlush"/>. Not safe for use from several threads at once.
/// </remarks>
public sealed class ClassicPcapWriter : IDisposable
{
    private const uint NanosecondMagic = 0xA1B2_3C4D;
    private const int RecordHeaderLength = 16;
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const long LatestTimestamp = ((uint.MaxValue + 1L) * NanosecondsPerSecond) - 1;

    private readonly CaptureOutput _output;
    private readonly string _name;
    private readonly int _maximumLength;
    private bool _isDisposed;

    private ClassicPcapWriter(CaptureOutput output, string name, int linkType)
    {
        _output = output;
        _name = name;
        _maximumLength = LinkType.MaximumPacketLength(linkType);
        WriteFileHeader(linkType);
    }

    /// <summary>Why nothing can be written any more (disk full, reader gone), with the name of the capture; or null.</summary>
    public string? Error => _output.Error is string error ? $"cannot write capture '{_name}' further: {error}; accepted is an output that takes all bytes" : null;

    /// <summary>Creates a capture file, replacing one of that name. The writer owns the file and closes it.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="linkType">Link type of all packets, 0 to 65535.</param>
    /// <exception cref="IOException">The file cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The link type is out of range.</exception>
    public static ClassicPcapWriter Create(string path, int linkType = LinkType.Ethernet)
    {
        Check(linkType);
        FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        return new ClassicPcapWriter(new CaptureOutput(file), path, linkType);
    }

    /// <summary>Writes a capture to a stream. The writer owns the stream and closes it.</summary>
    /// <param name="stream">Where the capture begins.</param>
    /// <param name="linkType">Link type of all packets, 0 to 65535.</param>
    /// <param name="name">What errors call the capture.</param>
    /// <exception cref="ArgumentOutOfRangeException">The link type is out of range.</exception>
    public static ClassicPcapWriter Create(Stream stream, int linkType = LinkType.Ethernet, string name = "stream")
    {
        ArgumentNullException.ThrowIfNull(stream);
        Check(linkType);
        return new ClassicPcapWriter(new CaptureOutput(stream), name, linkType);
    }

    /// <summary>Writes a capture into a buffer, or into a pipe, which is flushed and at the end completed.</summary>
    /// <param name="buffer">Where the capture begins; for example a <see cref="System.IO.Pipelines.PipeWriter"/>.</param>
    /// <param name="linkType">Link type of all packets, 0 to 65535.</param>
    /// <param name="name">What errors call the capture.</param>
    /// <exception cref="ArgumentOutOfRangeException">The link type is out of range.</exception>
    public static ClassicPcapWriter Create(IBufferWriter<byte> buffer, int linkType = LinkType.Ethernet, string name = "buffer")
    {
        ArgumentNullException.ThrowIfNull(buffer);
        Check(linkType);
        return new ClassicPcapWriter(new CaptureOutput(buffer), name, linkType);
    }

    /// <summary>Writes one packet. False when the output has failed (see <see cref="Error"/>); the packet is lost then.</summary>
    /// <param name="timestampNanoseconds">Nanoseconds since 1970-01-01 00:00 UTC; what lies outside 1970 to 2106 is written as the nearest time inside.</param>
    /// <param name="data">The captured bytes, at most what readers accept for the link type (262,144 for Ethernet).</param>
    /// <param name="wireLength">Length of the frame on the wire in bytes, from 0; normally that of <paramref name="data"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative or the data too long.</exception>
    public bool TryWrite(long timestampNanoseconds, ReadOnlySpan<byte> data, int wireLength)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(data.Length, _maximumLength);
        ArgumentOutOfRangeException.ThrowIfNegative(wireLength);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_output.Error is not null)
        {
            return false;
        }

        int length = RecordHeaderLength + data.Length;
        Span<byte> record = _output.Reserve(length);
        (long seconds, long nanoseconds) = Math.DivRem(Math.Clamp(timestampNanoseconds, 0, LatestTimestamp), NanosecondsPerSecond);
        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)nanoseconds);
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], data.Length);
        BinaryPrimitives.WriteInt32LittleEndian(record[12..], wireLength);
        data.CopyTo(record[RecordHeaderLength..]);
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

    private static void Check(int linkType)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(linkType);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(linkType, ushort.MaxValue);
    }

    private void WriteFileHeader(int linkType)
    {
        Span<byte> header = _output.Reserve(ClassicPcapHeader.Length);
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, NanosecondMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);

        // Not 0 for "no limit": readers built on libpcap filter with it.
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], _maximumLength);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], linkType);
        _ = _output.TryCommit(ClassicPcapHeader.Length);
    }
}
