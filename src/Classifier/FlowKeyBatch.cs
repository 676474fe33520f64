using System.Runtime.CompilerServices;
using NetworkingSfc.Classifier.Memory;

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

    // Rows whose 16-bit columns are whole vectors of 512 bits, and so are those of 32 bits.
    private const int RowStep = 32;
    private const int VectorBytes = 64;

    // What IPv4 needs comes first and together, so that a batch is one run of cache lines. Sizes in bytes a row.
    private const int WordBytes = sizeof(uint);
    private const int FieldBytes = sizeof(ushort);
    private const int AddressColumns = 2 * AddressWords;

    private readonly PinnedColumns _columns;
    private readonly int _fields;
    private readonly int _protocol;
    private readonly int _ingress;
    private readonly int _higherWords;
    private int _count;
    private bool _hasHigherWords;

    /// <summary>Makes an empty batch.</summary>
    /// <param name="capacity">Rows wanted, 1 to 65,536; rounded up to a multiple of 32.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is out of range.</exception>
    public FlowKeyBatch(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, 65_536);
        Capacity = (capacity + RowStep - 1) / RowStep * RowStep;
        _fields = 2 * WordBytes * Capacity;
        _protocol = _fields + (3 * FieldBytes * Capacity);
        _ingress = _protocol + ((Capacity + VectorBytes - 1) / VectorBytes * VectorBytes);
        _higherWords = _ingress + (WordBytes * Capacity);
        _columns = new PinnedColumns(_higherWords + ((AddressColumns - 2) * WordBytes * Capacity));
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
    public ReadOnlySpan<byte> Protocol => Protocols;

    /// <summary>Ingress port numbers, 0 or more.</summary>
    public ReadOnlySpan<uint> IngressPort => Ingress;

    /// <summary>One 32-bit column of the source addresses.</summary>
    /// <param name="word">0 (least significant, the IPv4 address) to 3.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="word"/> is out of range.</exception>
    public ReadOnlySpan<uint> SourceAddress(int word) => Words(2 * word);

    /// <summary>One 32-bit column of the destination addresses.</summary>
    /// <param name="word">0 (least significant, the IPv4 address) to 3.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="word"/> is out of range.</exception>
    public ReadOnlySpan<uint> DestinationAddress(int word) => Words((2 * word) + 1);

    /// <summary>
    /// Asks for the rows in use to be brought into the first cache, and waits for nothing. For keys that were written long
    /// ago; those that were written just now are there.
    /// </summary>
    /// <param name="addressWords">Words of the addresses that rules will look at: 1 when all rows are IPv4, else 4.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Prefetch(int addressWords)
    {
        for (int column = 0; column < 2 * addressWords; column++)
        {
            _columns.Prefetch(WordsStart(column), WordBytes * _count);
        }

        for (int field = 0; field < 3; field++)
        {
            _columns.Prefetch(FieldsStart(field), FieldBytes * _count);
        }

        _columns.Prefetch(_protocol, _count);
    }

    /// <summary>Empties the batch and zeroes the rows that were in use.</summary>
    public void Clear()
    {
        if (_count == 0)
        {
            return;
        }

        for (int column = 0; column < (_hasHigherWords ? AddressColumns : 2); column++)
        {
            Words(column)[.._count].Clear();
        }

        for (int field = 0; field < 3; field++)
        {
            Fields(field)[.._count].Clear();
        }

        Protocols[.._count].Clear();
        Ingress[.._count].Clear();
        _count = 0;
        _hasHigherWords = false;
    }

    /// <summary>Appends one row.</summary>
    /// <param name="key">The row.</param>
    /// <exception cref="InvalidOperationException">The batch is full.</exception>
    public void Add(in FlowKey key)
    {
        int row = _count;
        if (row == Capacity)
        {
            RefuseRow();
        }

        _columns.Put(_protocol + row, key.Protocol);
        _columns.Put(FieldsStart(0) + (FieldBytes * row), key.SourcePort);
        _columns.Put(FieldsStart(1) + (FieldBytes * row), key.DestinationPort);
        _columns.Put(FieldsStart(2) + (FieldBytes * row), key.EtherType);
        _columns.Put(_ingress + (WordBytes * row), key.IngressPort);
        (ulong sourceHigh, ulong source) = ((ulong)(key.SourceAddress >> 64), (ulong)key.SourceAddress);
        (ulong destinationHigh, ulong destination) = ((ulong)(key.DestinationAddress >> 64), (ulong)key.DestinationAddress);
        _columns.Put(WordsStart(0) + (WordBytes * row), (uint)source);
        _columns.Put(WordsStart(1) + (WordBytes * row), (uint)destination);
        if ((((source | destination) >> 32) | sourceHigh | destinationHigh) != 0)
        {
            // Else they are zero already.
            _hasHigherWords = true;
            PutHigherWords(row, 0, sourceHigh, source);
            PutHigherWords(row, 1, destinationHigh, destination);
        }

        _count = row + 1;
    }

    /// <summary>Reads one row back.</summary>
    /// <param name="row">0 to <see cref="Count"/> - 1.</param>
    public FlowKey this[int row] => new()
    {
        SourceAddress = Address(row, 0),
        DestinationAddress = Address(row, 1),
        SourcePort = Fields(0)[row],
        DestinationPort = Fields(1)[row],
        Protocol = Protocols[row],
        EtherType = Fields(2)[row],
        IngressPort = (int)Ingress[row],
    };

    private Span<byte> Protocols => _columns.Column<byte>(_protocol, Capacity);

    private Span<uint> Ingress => _columns.Column<uint>(_ingress, Capacity);

    // Source and destination columns of one word stand side by side; word 0 of both comes first.
    private int WordsStart(int column) => column < 2
        ? column * WordBytes * Capacity
        : _higherWords + ((column - 2) * WordBytes * Capacity);

    private int FieldsStart(int field) => _fields + (field * FieldBytes * Capacity);

    private Span<uint> Words(int column) => _columns.Column<uint>(WordsStart(column), Capacity);

    private Span<ushort> Fields(int field) => _columns.Column<ushort>(FieldsStart(field), Capacity);

    private static void RefuseRow() => throw new InvalidOperationException("The batch is full.");

    private void PutHigherWords(int row, int side, ulong high, ulong low)
    {
        _columns.Put(WordsStart(2 + side) + (WordBytes * row), (uint)(low >> 32));
        _columns.Put(WordsStart(4 + side) + (WordBytes * row), (uint)high);
        _columns.Put(WordsStart(6 + side) + (WordBytes * row), (uint)(high >> 32));
    }

    private UInt128 Address(int row, int side)
    {
        UInt128 address = 0;
        for (int word = AddressWords - 1; word >= 0; word--)
        {
            address = (address << 32) | Words((2 * word) + side)[row];
        }

        return address;
    }
}
