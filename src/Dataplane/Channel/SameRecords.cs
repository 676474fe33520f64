using System.Buffers;

namespace NetworkingSfc.Dataplane.Channel;

/// <summary>
/// Records that are written as the same bytes, which no new member of a record can escape. Mostly both are one object, which is
/// seen without writing them.
/// </summary>
/// <param name="kind">How they are written.</param>
internal sealed class SameRecords<T>(RecordKind<T> kind) : IEqualityComparer<T>
    where T : notnull
{
    private readonly ArrayBufferWriter<byte> _one = new();
    private readonly ArrayBufferWriter<byte> _other = new();

    /// <inheritdoc/>
    public bool Equals(T? x, T? y) =>
        (!typeof(T).IsValueType && ReferenceEquals(x, y)) || Write(_one, x!).SequenceEqual(Write(_other, y!));

    /// <inheritdoc/>
    public int GetHashCode(T record)
    {
        HashCode hash = default;
        hash.AddBytes(Write(_one, record));
        return hash.ToHashCode();
    }

    private ReadOnlySpan<byte> Write(ArrayBufferWriter<byte> buffer, T record)
    {
        buffer.ResetWrittenCount();
        kind.Write(new SnapshotWriter(buffer), record);
        return buffer.WrittenSpan;
    }
}
