using System.Diagnostics;

namespace NetworkingSfc.Dataplane.Telemetry;

/// <summary>
/// What packets cause to be done, counted and not timed: by the build that is made for that (tests/WorkCount.Tests), and no
/// code at all in any other.
/// </summary>
internal static class PacketWork
{
    private const string Symbol = "COUNT_WORK";

    [ThreadStatic]
    private static PacketWorkCounts _counts;

    /// <summary>What this thread has done.</summary>
    public static PacketWorkCounts Counted => _counts;

    /// <summary>The full parser reads a frame.</summary>
    [Conditional(Symbol)]
    public static void Parse() => _counts.Parses++;

    /// <summary>The tags of a bucket of the flow table are compared: one cache line.</summary>
    [Conditional(Symbol)]
    public static void FlowBucket() => _counts.FlowBuckets++;

    /// <summary>A flow is compared with an entry of the flow table: one cache line.</summary>
    [Conditional(Symbol)]
    public static void FlowEntry() => _counts.FlowEntries++;

    /// <summary>An entry of another table is looked at: paths, addresses of ports, stations, first fragments, members.</summary>
    [Conditional(Symbol)]
    public static void TableEntry() => _counts.TableEntries++;

    /// <summary>The hash of a flow that chooses its member is computed.</summary>
    [Conditional(Symbol)]
    public static void Hash() => _counts.Hashes++;

    /// <summary>Bytes of a frame, or of what becomes part of one, are copied.</summary>
    /// <param name="bytes">How many.</param>
    [Conditional(Symbol)]
    public static void Copy(int bytes)
    {
        _counts.Copies++;
        _counts.CopiedBytes += bytes;
    }
}
