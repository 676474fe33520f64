using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>Rows of a burst by output port: for each port its rows in order, ports in the order of their first rows. One pass over the burst.</summary>
internal sealed class OutputGroups
{
    private const int None = -1;

    private readonly int[] _ports = new int[PacketBatch.Capacity];
    private readonly int[] _first = new int[PacketBatch.Capacity];
    private readonly int[] _last = new int[PacketBatch.Capacity];
    private readonly int[] _next = new int[PacketBatch.Capacity];

    // By port number: its group and one, or 0.
    private int[] _groupOf = [];

    /// <summary>Ports that have rows.</summary>
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

    /// <summary>Adds a row behind the others of its port.</summary>
    /// <param name="port">The port.</param>
    /// <param name="row">The row.</param>
    public void Add(int port, int row)
    {
        ref int group = ref _groupOf[port];
        if (group == 0)
        {
            _ports[Count] = port;
            _first[Count] = row;
            group = ++Count;
        }
        else
        {
            _next[_last[group - 1]] = row;
        }

        _last[group - 1] = row;
        _next[row] = None;
    }

    /// <summary>The port of a group.</summary>
    /// <param name="group">0 to <see cref="Count"/> - 1.</param>
    public int Port(int group) => _ports[group];

    /// <summary>The rows of a group in order.</summary>
    /// <param name="group">0 to <see cref="Count"/> - 1.</param>
    /// <param name="rows">Room for all rows of a burst.</param>
    /// <returns>How many there are.</returns>
    public int Rows(int group, Span<int> rows)
    {
        int count = 0;
        for (int row = _first[group]; row != None; row = _next[row])
        {
            rows[count++] = row;
        }

        return count;
    }

    /// <summary>Empties all groups.</summary>
    public void Clear()
    {
        foreach (int port in _ports.AsSpan(0, Count))
        {
            _groupOf[port] = 0;
        }

        Count = 0;
    }
}
