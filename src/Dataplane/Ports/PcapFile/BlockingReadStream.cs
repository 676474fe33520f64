namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>
/// Read-only face of a stream whose asynchronous reads are its blocking reads. A pipe over a plain
/// <see cref="FileStream"/> would hop to the thread pool and allocate for every buffer it fills; over this one each
/// read has completed when it returns. Does not own the inner stream.
/// </summary>
internal sealed class BlockingReadStream(Stream inner) : Stream
{
    private readonly Stream _inner = inner;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer) => _inner.Read(buffer);

    public override int Read(byte[] buffer, int offset, int count) => _inner.Read(buffer, offset, count);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        new(_inner.Read(buffer.Span));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
