using System.IO.Pipelines;

namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>
/// Reads the packets of a capture in file order: classic pcap and pcapng in both byte orders, plain or compressed with
/// gzip, from a file, a stream (such as standard input) or a pipe.
/// </summary>
/// <remarks>
/// <para>
/// The content of a capture never causes an exception. <see cref="TryRead"/> gives every packet up to the first
/// damage, then returns false, and <see cref="Error"/> says what is wrong. After a clean end <see cref="Error"/> is
/// null. Which files count as damaged follows tshark 4.0, so that row for row both give the same list; like there, an
/// input of no bytes is a capture of no packets.
/// </para>
/// <para>
/// Memory is bounded by the buffers of the pipe plus one packet, whatever lengths the file claims. Reading a packet
/// allocates nothing. Not safe for use from several threads at once.
/// </para>
/// <para>
/// Where a live writer feeds the stream: classic pcap with the commonest magic number is given only once its first
/// three records (or the end) have arrived, because they decide between record layouts.
/// </para>
/// </remarks>
public sealed class CaptureReader : IDisposable, IAsyncDisposable
{
    private const int BufferSize = 1024 * 1024;

    private readonly string _name;
    private readonly Stream? _stream;
    private readonly PipeReader _source;
    private PipeReader? _unpacked;
    private GzipMembers? _gzip;
    private CaptureFormat? _format;
    private string? _openError;
    private bool _isOpen;
    private bool _isDisposed;

    private CaptureReader(PipeReader source, Stream? stream, string name)
    {
        _source = source;
        _stream = stream;
        _name = name;
    }

    /// <summary>
    /// Why <see cref="TryRead"/> returned false before the end of the capture: the name of the capture, the byte
    /// offset (in the uncompressed capture), what is wrong there, and what would have been accepted. Null before
    /// that, and after a clean end.
    /// </summary>
    public string? Error => (_format?.Error ?? _openError) is string error ? $"cannot read capture '{_name}' further: {error}" : null;

    /// <summary>Opens a capture file. The reader owns the file and closes it.</summary>
    /// <param name="path">Path of the file, compressed or not.</param>
    /// <exception cref="IOException">The file does not exist or cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    public static CaptureReader Open(string path)
    {
        FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.SequentialScan);
        return new CaptureReader(PipeOver(file), file, path);
    }

    /// <summary>Reads a capture from a stream, which need not be seekable. Nothing is read before the first <see cref="TryRead"/>.</summary>
    /// <param name="stream">Positioned at the first byte of the capture. The reader owns it and closes it.</param>
    /// <param name="name">What errors call the capture.</param>
    public static CaptureReader Create(Stream stream, string name = "stream")
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        return new CaptureReader(PipeOver(stream), stream, name);
    }

    /// <summary>Reads a capture from a pipe. Waiting for its writer blocks the thread that calls <see cref="TryRead"/>.</summary>
    /// <param name="pipe">At the first byte of the capture. The reader completes it when disposed.</param>
    /// <param name="name">What errors call the capture.</param>
    public static CaptureReader Create(PipeReader pipe, string name = "pipe")
    {
        ArgumentNullException.ThrowIfNull(pipe);
        ArgumentNullException.ThrowIfNull(name);
        return new CaptureReader(pipe, stream: null, name);
    }

    /// <summary>Gives the next packet. False at the end of the capture and at damage (see <see cref="Error"/>), and from then on.</summary>
    /// <param name="record">The packet, valid until the next call and until the reader is disposed.</param>
    /// <exception cref="ObjectDisposedException">The reader has been disposed.</exception>
    public bool TryRead(out CaptureRecord record)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_isOpen)
        {
            _isOpen = true;
            _format = OpenFormat();
        }

        if (_format is not null)
        {
            return _format.TryRead(out record);
        }

        record = default;
        return false;
    }

    /// <summary>Closes the capture and what it is read from.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _unpacked?.Complete();
        _gzip?.Dispose();
        _source.Complete();
        _stream?.Dispose();
    }

    /// <summary>Closes the capture and what it is read from.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (_unpacked is not null)
        {
            await _unpacked.CompleteAsync().ConfigureAwait(false);
        }

        if (_gzip is not null)
        {
            await _gzip.DisposeAsync().ConfigureAwait(false);
        }

        await _source.CompleteAsync().ConfigureAwait(false);
        if (_stream is not null)
        {
            await _stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static PipeReader PipeOver(Stream stream) =>
        PipeReader.Create(new BlockingStream(stream), new StreamPipeReaderOptions(bufferSize: BufferSize, leaveOpen: true));

    private CaptureFormat? OpenFormat()
    {
        CaptureInput input = new(_source);
        ReadOnlySpan<byte> first = input.Peek(4);
        if (first.Length >= 2 && first[0] == 0x1F && first[1] == 0x8B)
        {
            input.GiveBack();
            _gzip = new GzipMembers(_source.AsStream(leaveOpen: true));
            _unpacked = PipeOver(_gzip);
            input = new CaptureInput(_unpacked);
            first = input.Peek(4);
        }

        if (first.Length >= 4 && ClassicPcapHeader.IsMagic(first))
        {
            return ClassicPcap.TryOpen(input, out _openError);
        }

        if (first.Length >= 4 && PcapNg.IsMagic(first))
        {
            return new PcapNg(input);
        }

        _openError = DescribeUnknown(input, first);
        return null;
    }

    private static string? DescribeUnknown(CaptureInput input, ReadOnlySpan<byte> first)
    {
        if (input.Failure is string failure)
        {
            return CaptureFormat.Describe(0, $"reading stopped: {failure}", "accepted is an undamaged file");
        }

        return first.IsEmpty ? null : CaptureFormat.Describe(
            0,
            $"the first bytes are {Convert.ToHexString(first[..Math.Min(first.Length, 4)])}",
            "accepted are pcap (A1B2C3D4, A1B23C4D and variants, in either byte order), pcapng (0A0D0D0A), and both compressed with gzip (1F8B)");
    }
}
