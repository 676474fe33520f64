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

    private readonly uint[][] _source;
    private readonly uint[][] _destination;
    private readonly ushort[] _sourcePort;
    private readonly ushort[] _destinationPort;
    private readonly ushort[] _etherType;
    private readonly byte[] _protocol;
    private readonly int[] _ingressPort;
    private int _count;

    /// <summary>Makes an empty batch.</summary>
    /// <param name="capacity">Rows wanted, 1 to 65,536; rounded up to a multiple of 64.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is out of range.</exception>
    public FlowKeyBatch(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, 65_536);
        Capacity = (capacity + VectorBytes - 1) / VectorBytes * VectorBytes;
        _source = Words(Capacity);
        _destination = Words(Capacity);
        _sourcePort = Column<ushort>(Capacity);
        _destinationPort = Column<ushort>(Capacity);
        _etherType = Column<ushort>(Capacity);
        _protocol = Column<byte>(Capacity);
        _ingressPort = Column<int>(Capacity);
    }

    /// <summary>Rows there is room for.</summary>
    public int Capacity { get; }

    /// <summary>Rows in use.</summary>
    public int Count => _count;

    /// <summary>Source ports.</summary>
    public ReadOnlySpan<ushort> SourcePort => _sourcePort;

    /// <summary>Destination ports.</summary>
    public ReadOnlySpan<ushort> DestinationPort => _destinationPort;

    /// <summary>EtherTypes; 0 matches no rule.</summary>
    public ReadOnlySpan<ushort> EtherType => _etherType;

    /// <summary>Protocols.</summary>
    public ReadOnlySpan<byte> Protocol => _protocol;

    /// <summary>Ingress port numbers.</summary>
    public ReadOnlySpan<int> IngressPort => _ingressPort;

    /// <summary>One 32-bit column of the source addresses.</summary>
    /// <param name="word">0 (least significant, the IPv4 address) to 3.</param>
    public ReadOnlySpan<uint> SourceAddress(int word) => _source[word];

    /// <summary>One 32-bit column of the destination addresses.</summary>
    /// <param name="word">0 (least significant, the IPv4 address) to 3.</param>
    public ReadOnlySpan<uint> DestinationAddress(int word) => _destination[word];

    /// <summary>Empties the batch and zeroes the rows that were in use.</summary>
    public void Clear()
    {
        for (int word = 0; word < AddressWords; word++)
        {
            _source[word].AsSpan(0, _count).Clear();
            _destination[word].AsSpan(0, _count).Clear();
        }

        _sourcePort.AsSpan(0, _count).Clear();
        _destinationPort.AsSpan(0, _count).Clear();
        _etherType.AsSpan(0, _count).Clear();
        _protocol.AsSpan(0, _count).Clear();
        _ingressPort.AsSpan(0, _count).Clear();
        _count = 0;
    }

    /// <summary>Appends one row.</summary>
    /// <param name="key">The row.</param>
    /// <exception cref="IndexOutOfRangeException">The batch is full.</exception>
    public void Add(in FlowKey key)
    {
        int row = _count;
        ulong low = (ulong)key.SourceAddress;
        ulong high = (ulong)(key.SourceAddress >> 64);
        _source[0][row] = (uint)low;
        _source[1][row] = (uint)(low >> 32);
        _source[2][row] = (uint)high;
        _source[3][row] = (uint)(high >> 32);
        low = (ulong)key.DestinationAddress;
        high = (ulong)(key.DestinationAddress >> 64);
        _destination[0][row] = (uint)low;
        _destination[1][row] = (uint)(low >> 32);
        _destination[2][row] = (uint)high;
        _destination[3][row] = (uint)(high >> 32);
        _sourcePort[row] = key.SourcePort;
        _destinationPort[row] = key.DestinationPort;
        _etherType[row] = key.EtherType;
        _protocol[row] = key.Protocol;
        _ingressPort[row] = key.IngressPort;
        _count = row + 1;
    }

    /// <summary>Reads one row back.</summary>
    /// <param name="row">0 to <see cref="Count"/> - 1.</param>
    public FlowKey this[int row] => new()
    {
        SourceAddress = Address(_source, row),
        DestinationAddress = Address(_destination, row),
        SourcePort = _sourcePort[row],
        DestinationPort = _destinationPort[row],
        EtherType = _etherType[row],
        Protocol = _protocol[row],
        IngressPort = _ingressPort[row],
    };

    private static UInt128 Address(uint[][] words, int row) => new(
        ((ulong)words[3][row] << 32) | words[2][row],
        ((ulong)words[1][row] << 32) | words[0][row]);

    private static uint[][] Words(int capacity) =>
        [Column<uint>(capacity), Column<uint>(capacity), Column<uint>(capacity), Column<uint>(capacity)];

    // Pinned, so that a vector implementation may take the address of a column once.
    private static T[] Column<T>(int capacity)
        where T : unmanaged => GC.AllocateArray<T>(capacity, pinned: true);
}
