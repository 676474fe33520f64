using System.Buffers;

namespace NetworkingSfc.Dataplane.Channel;

/// <summary>Passes on what is written in pieces, so that something long never is in memory as a whole.</summary>
/// <remarks>Its memory is lent: every change of the state is written once or twice, in processes that are to collect no garbage.</remarks>
/// <param name="chunkBytes">Length of a piece at least; a longer one is lent only when asked for at once.</param>
/// <param name="sink">Takes each piece.</param>
internal sealed class ChunkWriter(int chunkBytes, ChunkWriter.Sink sink) : IBufferWriter<byte>, IDisposable
{
    private byte[] _chunk = ArrayPool<byte>.Shared.Rent(chunkBytes);
    private int _length;

    /// <summary>Takes a piece, which is overwritten afterwards.</summary>
    public delegate void Sink(ReadOnlySpan<byte> bytes);

    /// <inheritdoc/>
    public void Advance(int count) => _length += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_chunk.Length - _length < Math.Max(sizeHint, 1))
        {
            Flush();
            if (_chunk.Length < sizeHint)
            {
                ArrayPool<byte>.Shared.Return(_chunk);
                _chunk = ArrayPool<byte>.Shared.Rent(sizeHint);
            }
        }

        return _chunk.AsMemory(_length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Passes on what is left.</summary>
    public void Flush()
    {
        sink(_chunk.AsSpan(0, _length));
        _length = 0;
    }

    /// <summary>Gives the memory back. Nothing is passed on.</summary>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_chunk);
        _chunk = [];
    }
}
