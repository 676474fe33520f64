using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace NetworkingSfc.Dataplane.Channel;

/// <summary>A cursor over encoded bytes that refuses to read past their end.</summary>
internal sealed class SnapshotReader(ReadOnlyMemory<byte> bytes)
{
    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private int _offset;

    /// <summary>Bytes that were not read yet.</summary>
    public int Left => bytes.Length - _offset;

    public byte Byte(byte limit)
    {
        byte value = Take(1)[0];
        return value <= limit ? value : throw Refuse($"{value} is above {limit}");
    }

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public UInt128 UInt128() => BinaryPrimitives.ReadUInt128LittleEndian(Take(16));

    public string Text()
    {
        int length = Int32();
        if (length < 0 || length > Left)
        {
            throw Refuse($"a text of {length} bytes does not fit the bytes that follow");
        }

        try
        {
            return _strict.GetString(Take(length));
        }
        catch (DecoderFallbackException)
        {
            throw Refuse("a text is not UTF-8");
        }
    }

    public byte[] Bytes(int limit)
    {
        int length = Int32();
        return length >= 0 && length <= limit ? Take(length).ToArray() : throw Refuse($"{length} bytes are more than {limit}");
    }

    public ImmutableArray<T> List<T>(RecordKind<T> kind) => List(kind.LeastBytes, kind.Read);

    /// <summary>Reads a list whose elements have at least <paramref name="elementBytes"/> bytes each.</summary>
    public ImmutableArray<T> List<T>(int elementBytes, Func<SnapshotReader, T> read)
    {
        int count = Count(elementBytes);
        ImmutableArray<T>.Builder items = ImmutableArray.CreateBuilder<T>(count);
        for (int i = 0; i < count; i++)
        {
            items.Add(read(this));
        }

        return items.MoveToImmutable();
    }

    /// <summary>Reads how many elements follow, which have at least <paramref name="elementBytes"/> bytes each.</summary>
    public int Count(int elementBytes)
    {
        int count = Int32();
        return count >= 0 && (long)count * elementBytes <= Left ? count
            : throw Refuse($"a list of {count} elements does not fit the bytes that follow");
    }

    public void End()
    {
        if (_offset != bytes.Length)
        {
            throw Refuse($"{Left} bytes are left over");
        }
    }

    public SnapshotFormatException Refuse(string what) => new($"The encoded snapshot is damaged at byte {_offset}: {what}.");

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > Left)
        {
            throw Refuse("it ends too early");
        }

        ReadOnlySpan<byte> taken = bytes.Span.Slice(_offset, count);
        _offset += count;
        return taken;
    }
}
