namespace NetworkingSfc.Classifier;

/// <summary>
/// Up to <see cref="Capacity"/> flow keys as columns. Every column is allocated in whole 512-bit vectors and rows at
/// and after <see cref="Count"/> are zero, so vector loops have no tail. Addresses are four 32-bit columns each, word 0
/// the least significant, so that an IPv4 address is one contiguous column.
/// </summary>
public sealed class FlowKeyBatch
{
    /// <summary>Words of 32 bits in an address.</summary>
    public const int AddressWords = 4;

    private const int VectorBytes = 64;

    // One array per width, the columns that IPv4 needs side by side: a batch is a few runs of cache lines.
    private const int SourceColumn = 0;
    private const int DestinationColumn = 1;
    private const int HigherWords = 2;
    private const int IngressColumn = 2 * AddressWords;
    private const int WordColumns = IngressColumn + 1;
    private const int FieldColumns = 3;

    private readonly uint[] _words;
    private readonly ushort[] _fields;
    private readonly byte[] _protocol;
    private int _count;

    /// <summary>Makes an empty batch.</summary>
    /// <param name="capacity">Rows wanted, 1 to 65,536; rounded up to a multiple of 64.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is out of range.</exception>
    public FlowKeyBatch(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, 65_536);
        Capacity = (capacity + VectorBytes - 1) / VectorBytes * VectorBytes;

        // Pinned, so that a vector implementation may take the address of a column once.
        _words = GC.AllocateArray<uint>(WordColumns * Capacity, pinned: true);
        _fields = GC.AllocateArray<ushort>(FieldColumns * Capacity, pinned: true);
        _protocol = GC.AllocateArray<byte>(Capacity, pinned: true);
    }

    /// <summary>Rows there is room for.</summary>
    public int Capacity { get; }

    /// <summary>Rows in use.</summary>
    public int Count => _count;

    /// <summary>Source ports.</summary>
    public ReadOnlySpan<ushort> SourcePort => Fields(0);

    /// <summary>Destination ports.</summary>
    public ReadOnlySpan<ushort> DestinationPort => Fields(1);

    /// <summary>EtherTypes; 0 matches no rule.</summary>
    public ReadOnlySpan<ushort> EtherType => Fields(2);

    /// <summary>Protocols.</summary>
    public ReadOnlySpan<byte> Protocol => _protocol;

    /// <summary>Ingress port numbers, 0 or more.</summary>
    public ReadOnlySpan<uint> IngressPort => Words(IngressColumn);

    /// <summary>One 32-bit column of the source addresses.</summary>
    /// <param name="word">0 (least significant, the IPv4 address) to 3.</param>
    public ReadOnlySpan<uint> SourceAddress(int word) => Words(SourceWord(word));

    /// <summary>One 32-bit column of the destination addresses.</summary>
    /// <param name="word">0 (least significant, the IPv4 address) to 3.</param>
    public ReadOnlySpan<uint> DestinationAddress(int word) => Words(DestinationWord(word));

    /// <summary>Empties the batch and zeroes the rows that were in use.</summary>
    public void Clear()
    {
        for (int column = 0; column < WordColumns; column++)
        {
            Words(column)[.._count].Clear();
        }

        for (int column = 0; column < FieldColumns; column++)
        {
            Fields(column)[.._count].Clear();
        }

        _protocol.AsSpan(0, _count).Clear();
        _count = 0;
    }

    /// <summary>Appends one row.</summary>
    /// <param name="key">The row.</param>
    /// <exception cref="IndexOutOfRangeException">The batch is full.</exception>
    public void Add(in FlowKey key)
    {
        int row = _count;
        _protocol[row] = key.Protocol;
        SetAddress(row, SourceColumn, key.SourceAddress);
        SetAddress(row, DestinationColumn, key.DestinationAddress);
        Words(IngressColumn)[row] = (uint)key.IngressPort;
        Fields(0)[row] = key.SourcePort;
        Fields(1)[row] = key.DestinationPort;
        Fields(2)[row] = key.EtherType;
        _count = row + 1;
    }

    /// <summary>Reads one row back.</summary>
    /// <param name="row">0 to <see cref="Count"/> - 1.</param>
    public FlowKey this[int row] => new()
    {
        SourceAddress = Address(row, SourceColumn),
        DestinationAddress = Address(row, DestinationColumn),
        SourcePort = Fields(0)[row],
        DestinationPort = Fields(1)[row],
        Protocol = _protocol[row],
        EtherType = Fields(2)[row],
        IngressPort = (int)Words(IngressColumn)[row],
    };

    // Word 0 of both addresses comes first; the others, which only IPv6 has, follow in pairs.
    private static int SourceWord(int word) => word == 0 ? SourceColumn : HigherWords + (2 * (word - 1));

    private static int DestinationWord(int word) => word == 0 ? DestinationColumn : HigherWords + (2 * (word - 1)) + 1;

    private Span<uint> Words(int column) => _words.AsSpan(column * Capacity, Capacity);

    private Span<ushort> Fields(int column) => _fields.AsSpan(column * Capacity, Capacity);

    // Source and destination columns of one word stand side by side.
    private void SetAddress(int row, int column, UInt128 address)
    {
        for (int word = 0; word < AddressWords; word++)
        {
            Words(SourceWord(word) + column)[row] = (uint)(address >> (32 * word));
        }
    }

    private UInt128 Address(int row, int column)
    {
        UInt128 address = 0;
        for (int word = AddressWords - 1; word >= 0; word--)
        {
            address = (address << 32) | Words(SourceWord(word) + column)[row];
        }

        return address;
    }
}
