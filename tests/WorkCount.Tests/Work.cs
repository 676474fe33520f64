using NetworkingSfc.Classifier.CutTree;
using NetworkingSfc.Dataplane.Telemetry;

namespace NetworkingSfc.WorkCount.Tests;

/// <summary>What was done for some packets, as counted by this thread.</summary>
internal sealed record Work
{
    /// <summary>Times the full parser read a frame, or an inner frame.</summary>
    public decimal Parses { get; init; }

    /// <summary>Cache lines of the flow table's buckets that were searched.</summary>
    public decimal FlowBuckets { get; init; }

    /// <summary>Cache lines of the flow table's entries that a key was compared with.</summary>
    public decimal FlowEntries { get; init; }

    /// <summary>Entries of all other tables: paths, addresses of ports, stations, first fragments, members.</summary>
    public decimal TableEntries { get; init; }

    /// <summary>Hashes that choose members.</summary>
    public decimal Hashes { get; init; }

    /// <summary>Nodes of rules: two cache lines each.</summary>
    public decimal Nodes { get; init; }

    /// <summary>Leaf blocks of four rules: three cache lines each.</summary>
    public decimal Blocks { get; init; }

    /// <summary>Rules compared that are in no tree.</summary>
    public decimal WideRules { get; init; }

    /// <summary>Copies of bytes of frames, headers among them.</summary>
    public decimal Copies { get; init; }

    /// <summary>Bytes of these.</summary>
    public decimal CopiedBytes { get; init; }

    /// <summary>All of this thread so far.</summary>
    public static Work SoFar
    {
        get
        {
            PacketWorkCounts counted = PacketWork.Counted;
            return new Work
            {
                Parses = counted.Parses,
                FlowBuckets = counted.FlowBuckets,
                FlowEntries = counted.FlowEntries,
                TableEntries = counted.TableEntries,
                Hashes = counted.Hashes,
                Nodes = LookupWork.Nodes,
                Blocks = LookupWork.Blocks,
                WideRules = LookupWork.WideRules,
                Copies = counted.Copies,
                CopiedBytes = counted.CopiedBytes,
            };
        }
    }

    /// <summary>What one packet of several took, done since.</summary>
    /// <param name="before">All before them.</param>
    /// <param name="packets">How many.</param>
    public Work Since(Work before, int packets) => new()
    {
        Parses = (Parses - before.Parses) / packets,
        FlowBuckets = (FlowBuckets - before.FlowBuckets) / packets,
        FlowEntries = (FlowEntries - before.FlowEntries) / packets,
        TableEntries = (TableEntries - before.TableEntries) / packets,
        Hashes = (Hashes - before.Hashes) / packets,
        Nodes = (Nodes - before.Nodes) / packets,
        Blocks = (Blocks - before.Blocks) / packets,
        WideRules = (WideRules - before.WideRules) / packets,
        Copies = (Copies - before.Copies) / packets,
        CopiedBytes = (CopiedBytes - before.CopiedBytes) / packets,
    };
}
