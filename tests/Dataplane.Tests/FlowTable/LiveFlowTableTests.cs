using NetworkingSfc.Dataplane.FlowTable;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.FlowTable;

/// <summary>The table against a dictionary, full, flooded and aged.</summary>
public sealed class LiveFlowTableTests
{
    private const int Seed = 5;

    [Theory]
    [InlineData(16)]
    [InlineData(1_000)]
    [InlineData(6_963)]
    [InlineData(55_705)]
    [InlineData(100_000)]
    public void Every_flow_there_is_room_for_finds_a_place(int flows)
    {
        using LiveFlowTable table = new(flows, new Random(Seed));
        FlowTuple[] rows = [.. Enumerable.Range(0, flows).Select(Row)];
        for (int flow = 0; flow < flows; flow++)
        {
            Assert.Equal(FlowTuple.NoEntry, Find(table, ref rows[flow]));
            int entry = table.Take(rows[flow]);
            Assert.True(entry >= 0, $"flow {flow} of {flows}");
            table[entry].Position = flow;
            rows[flow].Entry = entry;
            table.Keep(rows[flow]);
        }

        Assert.Equal((flows, 0), (table.Count, (int)table.Unplaced));
        table.Find(rows);
        Assert.All(Enumerable.Range(0, flows), flow => Assert.Equal(flow, table[rows[flow].Entry].Position));

        // Nobody is pushed out.
        FlowTuple one = Row(flows);
        Find(table, ref one);
        Assert.Equal(FlowTuple.NoEntry, table.Take(one));
    }

    [Fact]
    public void Agrees_with_a_dictionary()
    {
        Random random = new(Seed);
        using LiveFlowTable table = new(2_000, random);
        Dictionary<int, ushort> seen = [];
        Dictionary<int, int> entryOf = [];
        ushort now = 60_000;
        for (int step = 0; step < LongRun.Scale(3_000_000); step++)
        {
            int flow = random.Next(1_900);
            FlowTuple row = Row(flow);
            int entry = Find(table, ref row);
            Assert.Equal(entryOf.GetValueOrDefault(flow, FlowTuple.NoEntry), entry);
            if (random.Next(3) > 0)
            {
                entry = table.Take(row);
                Assert.True(entry >= 0);
                Assert.True(!entryOf.TryGetValue(flow, out int before) || before == entry);
                table[entry].Seen = now;
                (entryOf[flow], seen[flow]) = (entry, now);
                row.Entry = entry;
                if (table[entry].State == FlowState.New)
                {
                    table.Keep(row);
                }
            }

            if (step % 1_000 == 0)
            {
                now += 100;
                table.Age(now, 2_000);
                foreach (int gone in seen.Where(one => (ushort)(now - one.Value) > LiveFlowTable.LiveSeconds).Select(one => one.Key).ToList())
                {
                    seen.Remove(gone);
                    entryOf.Remove(gone);
                }

                Assert.Equal(entryOf.Count, table.Count);
            }
        }
    }

    [Fact]
    public void Flood_of_new_flows_pushes_out_none_that_was_seen_twice()
    {
        using LiveFlowTable table = new(1_000, new Random(Seed));
        FlowTuple[] live = [.. Enumerable.Range(0, 800).Select(Row)];
        table.Find(live);
        foreach (ref FlowTuple row in live.AsSpan())
        {
            row.Entry = table.Take(row);
            table.Keep(row);
        }

        for (int flow = 1_000_000; flow < 1_200_000; flow++)
        {
            FlowTuple row = Row(flow);
            Find(table, ref row);
            table.Take(row);
        }

        int[] entries = [.. live.Select(row => row.Entry)];
        table.Find(live);
        Assert.Equal(entries, live.Select(row => row.Entry));
        Assert.InRange(table.Count, 801, 1_000);
        Assert.True(table.Unplaced > 190_000);
    }

    [Fact]
    public void Flow_seen_once_is_forgotten_sooner()
    {
        using LiveFlowTable table = new(16, new Random(Seed));
        FlowTuple[] rows = [Row(1), Row(2)];
        table.Find(rows);
        foreach (ref FlowTuple row in rows.AsSpan())
        {
            row.Entry = table.Take(row);
            table[row.Entry].Seen = 65_530;
        }

        table.Keep(rows[0]);
        table.Age(unchecked((ushort)(65_530 + LiveFlowTable.NewSeconds + 1)), 16);
        Assert.True(Find(table, ref rows[0]) >= 0);
        Assert.Equal(FlowTuple.NoEntry, Find(table, ref rows[1]));
        table.Age(unchecked((ushort)(65_530 + LiveFlowTable.LiveSeconds + 1)), 16);
        Assert.Equal(FlowTuple.NoEntry, Find(table, ref rows[0]));
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void Each_part_of_the_key_tells_flows_apart()
    {
        FlowTuple row = Row(7) with { Address1 = 1, Address2 = 2, Address3 = 3, Kind = 6 };
        FlowTuple[] rows =
        [
            row, row with { Address0 = 9 }, row with { Address1 = 9 }, row with { Address2 = 9 }, row with { Address3 = 9 }, row with { Ports = 9 },
            row with { Protocol = 9 }, row with { Kind = 0x26 }, row with { IngressPort = 9 }, row with { ServicePath = 9 },
        ];
        using LiveFlowTable table = new(16, new Random(Seed));
        table.Find(rows);
        Assert.Equal(rows.Length, rows.Select(one => table.Take(one)).Distinct().Count());
    }

    [Fact]
    public void Places_are_matched_the_same_with_and_without_vectors()
    {
        Random random = new(Seed);
        for (int round = 0; round < 10_000; round++)
        {
            FlowBucket bucket = default;
            for (int place = 0; place < FlowBucket.Places; place++)
            {
                bucket.Tags[place] = (ushort)random.Next(4);
            }

            Assert.All(Enumerable.Range(0, 4), tag => Assert.Equal(bucket.MatchOneByOne((ushort)tag), bucket.Match((ushort)tag)));
        }
    }

    private static int Find(LiveFlowTable table, ref FlowTuple row)
    {
        table.Find(new Span<FlowTuple>(ref row));
        return row.Entry;
    }

    private static FlowTuple Row(int flow) => new() { Address0 = (ulong)flow * 0x1_0000_0001, Ports = 0x5000_0400, Protocol = 6, Kind = 4, IngressPort = 3, Marks = FlowMarks.HasKey };
}
