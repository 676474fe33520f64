using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>Frames of a burst by output port: for each port its frames in order, ports in the order of their first frames. One pass over the burst.</summary>
internal sealed class OutputGroups
{
    // A burst has no more groups than rows, and a group no more frames.
    private readonly PacketBuffer[] _buffers = new PacketBuffer[PacketBatch.Capacity * PacketBatch.Capacity];
    private readonly int[] _rows = new int[PacketBatch.Capacity * PacketBatch.Capacity];
    private readonly int[] _ports = new int[PacketBatch.Capacity];
    private readonly int[] _counts = new int[PacketBatch.Capacity];

    // By port number: its group and one, or 0.
    private int[] _groupOf = [];

    /// <summary>Ports that have frames.</summary>
    public int Count { get; private set; }

    /// <summary>Makes room for the ports of a snapshot. Called when it is adopted.</summary>
    /// <param name="ports">How many.</param>
    public void Reserve(int ports)
    {
        if (_groupOf.Length < ports)
        {
            _groupOf = new int[ports];
        }
    }

    /// <summary>Adds a frame behind the others of its port, as it is sent: all of it.</summary>
    /// <param name="port">The port.</param>
    /// <param name="row">The frame's row.</param>
    /// <param name="buffer">The frame.</param>
    public void Add(int port, int row, in PacketBuffer buffer)
    {
        int group = _groupOf[port] - 1;
        if (group < 0)
        {
            group = Begin(port);
        }

        int place = (group * PacketBatch.Capacity) + _counts[group]++;
        _rows[place] = row;

        // The length last: a copy of what was written a moment ago would wait for it.
        ref PacketBuffer outgoing = ref _buffers[place];
        outgoing = buffer;
        outgoing.WireLength = buffer.Length;
    }

    /// <summary>The port of a group.</summary>
    /// <param name="group">0 to <see cref="Count"/> - 1.</param>
    public int Port(int group) => _ports[group];

    /// <summary>The frames of a group in order.</summary>
    /// <param name="group">0 to <see cref="Count"/> - 1.</param>
    public ReadOnlySpan<PacketBuffer> Buffers(int group) => _buffers.AsSpan(group * PacketBatch.Capacity, _counts[group]);

    /// <summary>The rows of these frames.</summary>
    /// <param name="group">0 to <see cref="Count"/> - 1.</param>
    public ReadOnlySpan<int> Rows(int group) => _rows.AsSpan(group * PacketBatch.Capacity, _counts[group]);

    /// <summary>Empties all groups.</summary>
    public void Clear()
    {
        foreach (int port in _ports.AsSpan(0, Count))
        {
            _groupOf[port] = 0;
        }

        Count = 0;
    }

    private int Begin(int port)
    {
        int group = Count++;
        _groupOf[port] = Count;
        _ports[group] = port;
        _counts[group] = 0;
        return group;
    }
}
