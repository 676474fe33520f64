using System.Runtime.InteropServices;
using NetworkingSfc.Classifier.CutTree;

namespace NetworkingSfc.Classifier.Memory;

/// <summary>
/// Memory of one family's trees, handed out in units of a cache line and named by unit number, so that everything can
/// be moved to a larger region by copying it. One thread writes; what readers may still look at is not freed but
/// <see cref="Retire"/>d, and comes back once no reader is on an older version.
/// </summary>
internal sealed class NodeArena : IDisposable
{
    private const long FirstBytes = 64 << 10;

    private readonly Dictionary<int, Stack<uint>> _free = [];
    private readonly Queue<(long Version, uint Start, int Units)> _retired = new();
    private long _next = 1;
    private long _retiredUnits;
    private long _freeUnits;

    /// <summary>Makes an empty arena. Unit 0 is never handed out: 0 means nothing.</summary>
    public NodeArena() => Region = new NativeRegion(FirstBytes);

    /// <summary>The memory now; older versions may look into older regions.</summary>
    public NativeRegion Region { get; private set; }

    /// <summary>Bytes of what is neither free nor retired.</summary>
    public long LiveBytes => (_next - _retiredUnits - _freeUnits) * NodeLayout.UnitBytes;

    /// <summary>Hands out memory with whatever is in it.</summary>
    /// <param name="units">Size.</param>
    /// <returns>Number of the first unit.</returns>
    public uint Allocate(int units)
    {
        if (_free.TryGetValue(units, out Stack<uint>? reusable) && reusable.TryPop(out uint start))
        {
            _freeUnits -= units;
            return start;
        }

        // Nodes are two lines: aligned to two, the pair is fetched together.
        if (units % 2 == 0 && _next % 2 != 0)
        {
            Release((uint)_next, 1);
            _next++;
        }

        start = (uint)_next;
        _next += units;
        if (_next * NodeLayout.UnitBytes > Region.Bytes)
        {
            Grow(_next * NodeLayout.UnitBytes * 2);
        }

        return start;
    }

    /// <summary>The words of some units.</summary>
    /// <param name="start">Number of the first unit.</param>
    /// <param name="units">How many.</param>
    public Span<uint> Words(uint start, int units) =>
        MemoryMarshal.Cast<byte, uint>(Region.Slice((long)start * NodeLayout.UnitBytes, units * NodeLayout.UnitBytes));

    /// <summary>The 64-bit words of some units.</summary>
    /// <param name="start">Number of the first unit.</param>
    /// <param name="units">How many.</param>
    public Span<ulong> LongWords(uint start, int units) => MemoryMarshal.Cast<uint, ulong>(Words(start, units));

    /// <summary>Gives memory back that readers of versions before this one may still look at.</summary>
    /// <param name="version">First version that does not use it.</param>
    /// <param name="start">Number of the first unit.</param>
    /// <param name="units">How many.</param>
    public void Retire(long version, uint start, int units)
    {
        _retired.Enqueue((version, start, units));
        _retiredUnits += units;
    }

    /// <summary>Makes retired memory free that nobody looks at any more.</summary>
    /// <param name="oldest">Oldest version in use.</param>
    public void Reclaim(long oldest)
    {
        while (_retired.TryPeek(out (long Version, uint Start, int Units) entry) && entry.Version <= oldest)
        {
            _retired.Dequeue();
            _retiredUnits -= entry.Units;
            Release(entry.Start, entry.Units);
        }
    }

    /// <summary>Makes room once for much that is coming, instead of growing step by step.</summary>
    /// <param name="bytes">Bytes that are coming.</param>
    public void Reserve(long bytes)
    {
        if ((_next * NodeLayout.UnitBytes) + bytes > Region.Bytes)
        {
            Grow((_next * NodeLayout.UnitBytes) + bytes);
        }
    }

    /// <summary>Frees the region: nobody may be looking at any version any more.</summary>
    public void Dispose() => Region.Dispose();

    private void Release(uint start, int units)
    {
        if (!_free.TryGetValue(units, out Stack<uint>? reusable))
        {
            _free.Add(units, reusable = new Stack<uint>());
        }

        reusable.Push(start);
        _freeUnits += units;
    }

    private void Grow(long bytes)
    {
        NativeRegion larger = new(bytes);
        for (long start = 0; start < Region.Bytes; start += int.MaxValue / 2)
        {
            int length = (int)Math.Min(int.MaxValue / 2, Region.Bytes - start);
            Region.Slice(start, length).CopyTo(larger.Slice(start, length));
        }

        // The old region stays for those who read older versions; the collector frees it with the last of them.
        Region = larger;
    }
}
