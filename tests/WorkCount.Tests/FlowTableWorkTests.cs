using NetworkingSfc.Dataplane.FlowTable;
using Xunit;

namespace NetworkingSfc.WorkCount.Tests;

/// <summary>The flow table as full as it gets, with flows and a seed that are the same each time: lines of tags and of entries for one lookup.</summary>
public sealed class FlowTableWorkTests
{
    private const int Seed = 20_261_123;

    // As many flows as the near buckets have places for, and ten times as many, which are mostly in the far ones.
    [Theory]
    [InlineData(27_852, 1.11, 1.33, 3.3)]
    [InlineData(278_520, 2.21, 2.34, 4.24)]
    public void A_full_table_is_searched_in_few_lines(int flows, double found, double missed, double made)
    {
        using LiveFlowTable table = new(flows, new Random(Seed));
        FlowTuple[] rows = [.. Enumerable.Range(0, flows).Select(Flow)];

        // To look twice and to find a place, others moved out of the way included.
        Work work = WorkOf(rows, () =>
        {
            table.Find(rows);
            Assert.All(rows, row => Assert.True(table.Take(row) >= 0));
        });
        Assert.Equal((flows, 0), (table.Count, table.Unplaced));
        Assert.InRange(work.FlowBuckets, 3, (decimal)made);

        // One tag in ten thousand is another flow's.
        work = WorkOf(rows, () => table.Find(rows));
        Assert.DoesNotContain(rows, row => row.Entry < 0);
        Assert.InRange(work.FlowBuckets, 1, (decimal)found);
        Assert.InRange(work.FlowEntries, 1, 1.001m);

        FlowTuple[] others = [.. Enumerable.Range(flows, flows).Select(Flow)];
        work = WorkOf(others, () => table.Find(others));
        Assert.All(others, row => Assert.True(row.Entry < 0));
        Assert.InRange(work.FlowBuckets, 1, (decimal)missed);
        Assert.InRange(work.FlowEntries, 0, 0.001m);
    }

    private static Work WorkOf(FlowTuple[] rows, Action action)
    {
        Work before = Work.SoFar;
        action();
        return Work.SoFar.Since(before, rows.Length);
    }

    private static FlowTuple Flow(int number) => new() { Address0 = (ulong)number, Tail = 6UL << 32, Marks = FlowMarks.HasKey };
}
