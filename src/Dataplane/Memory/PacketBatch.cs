using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.FlowTable;
using NetworkingSfc.Dataplane.Fragments;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Dataplane.Memory;

/// <summary>
/// A burst of packets from one port with its per-packet columns. Owned by one worker and used again for every burst.
/// A stage reads the columns of the stages before it and writes its own.
/// </summary>
public sealed class PacketBatch
{
    /// <summary>Most packets in a burst.</summary>
    public const int Capacity = 64;

    private readonly PacketBuffer[] _buffers = new PacketBuffer[Capacity];
    private readonly PacketHeaders[] _headers = new PacketHeaders[Capacity];
    private readonly ParseStatus[] _statuses = new ParseStatus[Capacity];
    private readonly PacketDecision[] _decisions = new PacketDecision[Capacity];
    private readonly int[] _rules;
    private ulong _openRows;
    private readonly int[] _askedRows = new int[Capacity];
    private readonly FlowTuple[] _tuples = new FlowTuple[Capacity];

    /// <summary>Makes an empty batch over a worker's arena.</summary>
    /// <param name="arena">The arena that all its packets are in.</param>
    public PacketBatch(PacketArena arena)
    {
        Arena = arena;
        Keys = new FlowKeyBatch(Capacity);
        _rules = new int[Keys.Capacity];
    }

    /// <summary>The worker's packet memory.</summary>
    public PacketArena Arena { get; }

    /// <summary>Packets in the batch.</summary>
    public int Count { get; private set; }

    /// <summary>Number of the port they came from.</summary>
    public int IngressPort { get; private set; }

    /// <summary>Room left, in packets.</summary>
    public int Free => Capacity - Count;

    /// <summary>The frames. Written by receive and by the stages that edit headers.</summary>
    public Span<PacketBuffer> Buffers => _buffers.AsSpan(0, Count);

    /// <summary>What flow each packet belongs to.</summary>
    internal Span<FlowTuple> Tuples => _tuples.AsSpan(0, Count);

    /// <summary>Rows of the packets that rules are asked about, one a key.</summary>
    internal Span<int> AskedRows => _askedRows;

    /// <summary>What becomes of each packet.</summary>
    public Span<PacketDecision> Decisions => _decisions.AsSpan(0, Count);

    /// <summary>Keys of the packets that rules are asked about; rows in <see cref="AskedRows"/>.</summary>
    public FlowKeyBatch Keys { get; }

    /// <summary>The classifier's answers, padded like <see cref="Keys"/>.</summary>
    public Span<int> Rules => _rules;

    /// <summary>All rows, a bit each.</summary>
    internal ulong AllRows => Count == 0 ? 0 : ulong.MaxValue >> (64 - Count);

    /// <summary>The rows that were read the short way, a bit each.</summary>
    internal ulong CommonRows { get; set; }

    /// <summary>
    /// The rows about which rules, groups and switching are to be asked, a bit each. The others are of flows that the worker
    /// remembered, and that is all there is to say. All rows until the recall stage knows.
    /// </summary>
    internal ulong OpenRows
    {
        get => _openRows & AllRows;
        set => _openRows = value;
    }

    /// <summary>Empties the batch for a burst from one port. The caller no longer owns the packets that were in it.</summary>
    /// <param name="ingressPort">Number of the port.</param>
    public void Begin(int ingressPort)
    {
        Count = 0;
        _openRows = ulong.MaxValue;
        CommonRows = 0;
        IngressPort = ingressPort;
        Keys.Clear();
    }

    /// <summary>
    /// Headers and five-tuple of a frame; of the inner frame where an NSH was read. A frame that was read the short way is read
    /// now, which it can be until its bytes are changed.
    /// </summary>
    /// <param name="row">The frame.</param>
    public ref PacketHeaders HeadersOf(int row)
    {
        if ((_tuples[row].Marks & FlowMarks.IsUnread) != 0)
        {
            Read(row);
        }

        return ref _headers[row];
    }

    /// <summary>How far the parser came with what <see cref="HeadersOf"/> describes.</summary>
    /// <param name="row">The frame.</param>
    public ref ParseStatus StatusOf(int row)
    {
        HeadersOf(row);
        return ref _statuses[row];
    }

    /// <summary>Appends a received frame whose slot now belongs to the batch.</summary>
    /// <param name="slot">Slot of <see cref="Arena"/>.</param>
    /// <param name="start">Offset of the first byte in the slot.</param>
    /// <param name="length">Bytes in the slot.</param>
    /// <param name="wireLength">Bytes on the wire.</param>
    public void Append(int slot, int start, int length, int wireLength)
    {
        int row = Count++;
        ref PacketBuffer buffer = ref _buffers[row];
        buffer.Slot = slot;
        buffer.Start = start;
        buffer.Length = length;
        buffer.WireLength = wireLength;
        buffer.Member = PacketBuffer.NoMember;
        buffer.FlowHash = 0;
        ref PacketDecision decision = ref _decisions[row];
        decision = default;
        decision.OutputPort = PacketDecision.NoPort;
        decision.Position = PacketDecision.NoPosition;
        _tuples[row].Marks = FlowMarks.None;
    }

    /// <summary>Appends a frame that stages had read before it was held. Its slot belongs to the batch again.</summary>
    /// <param name="held">The frame.</param>
    internal void Append(in HeldFragment held)
    {
        int row = Count++;
        _buffers[row] = held.Buffer;
        _headers[row] = held.Headers;
        _statuses[row] = held.Status;
        _decisions[row] = held.Decision;
        _tuples[row].Marks = FlowMarks.None;
    }

    private void Read(int row)
    {
        _tuples[row].Marks &= ~FlowMarks.IsUnread;
        _statuses[row] = PacketParser.Parse(Arena.Frame(_buffers[row])[_decisions[row].Carried.InnerOffset..], FrameStart.Ethernet, out _headers[row]);
    }
}
