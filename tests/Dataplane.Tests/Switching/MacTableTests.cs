using NetworkingSfc.Dataplane.Switching;
using NetworkingSfc.Dataplane.Wire;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Switching;

/// <summary>The table of stations alone: age, moves, bounds, hostile senders, several workers.</summary>
public sealed class MacTableTests : IDisposable
{
    private const ulong Seed = 0x1234_5678_9abc_def0;
    private const long Second = 1_000_000_000;

    private readonly MacTable _table = new();

    [Fact]
    public void A_station_is_known_in_its_network_only()
    {
        Assert.True(_table.Learn(3, Station(1), port: 7, now: 0, Seed));
        Assert.Equal((7, MacTable.Absent, MacTable.Absent), (Find(3, 1), Find(4, 1), Find(3, 2)));
    }

    [Fact]
    public void It_is_forgotten_five_minutes_after_its_last_frame()
    {
        _table.Learn(0, Station(1), 7, now: 0, Seed);
        Assert.Equal(7, Find(0, 1, MacTable.LifetimeNanoseconds - 1));
        Assert.Equal(MacTable.Absent, Find(0, 1, MacTable.LifetimeNanoseconds));
        _table.Learn(0, Station(1), 7, now: 200 * Second, Seed);
        Assert.Equal(7, Find(0, 1, (200 * Second) + MacTable.LifetimeNanoseconds - 1));
    }

    [Fact]
    public void It_is_at_the_port_of_its_last_frame()
    {
        _table.Learn(0, Station(1), 7, now: 0, Seed);
        _table.Learn(0, Station(1), 8, now: 1, Seed);
        Assert.Equal(8, Find(0, 1, 2));
    }

    [Fact]
    public void One_port_can_fill_the_table_and_what_is_learned_stays()
    {
        List<ulong> learned = [];
        for (ulong number = 1; number <= 3 * MacTable.Capacity; number++)
        {
            if (_table.Learn(0, Station(number), 7, now: 0, Seed))
            {
                learned.Add(number);
            }
        }

        // Three per place on average, so hardly a set is not full.
        Assert.InRange(learned.Count, MacTable.Capacity * 99 / 100, MacTable.Capacity);
        Assert.All(learned, number => Assert.Equal(7, Find(0, number)));
    }

    [Fact]
    public void Who_floods_source_addresses_keeps_nobody_out_and_pushes_nobody_out()
    {
        const int Hostile = 9;
        for (ulong number = 1_000_000; number < 1_000_000 + (3 * MacTable.Capacity); number++)
        {
            _table.Learn(0, Station(number), Hostile, now: 0, Seed);
        }

        // Eight ports of a hundred stations each still find places, and keep them in the next flood.
        for (ulong number = 1; number <= 800; number++)
        {
            Assert.True(_table.Learn(0, Station(number), port: (int)(number % 8), now: Second, Seed), $"station {number}");
        }

        for (ulong number = 2_000_000; number < 2_000_000 + (3 * MacTable.Capacity); number++)
        {
            _table.Learn(0, Station(number), Hostile, now: 2 * Second, Seed);
        }

        for (ulong number = 1; number <= 800; number++)
        {
            Assert.Equal((int)(number % 8), Find(0, number, 3 * Second));
        }
    }

    [Fact]
    public void The_places_of_forgotten_stations_are_taken_again()
    {
        for (ulong number = 1; number <= 3 * MacTable.Capacity; number++)
        {
            _table.Learn(0, Station(number), 7, now: 0, Seed);
        }

        for (ulong number = 5_000_000; number < 5_001_000; number++)
        {
            Assert.True(_table.Learn(0, Station(number), 7, now: MacTable.LifetimeNanoseconds, Seed));
        }
    }

    [Fact]
    public void Workers_that_share_it_never_see_a_station_where_it_was_not()
    {
        // Each station has one port of its own, in one set after another: whatever is found must be that port.
        const int Stations = 40_000;
        using Barrier start = new(4);
        int wrong = 0;
        void Work(int worker)
        {
            start.SignalAndWait();
            Random random = new(worker);
            for (int round = 0; round < 400_000; round++)
            {
                ulong number = (ulong)random.Next(1, Stations);
                long now = round * Second / 100;
                if ((round & 1) == 0)
                {
                    _table.Learn(0, Station(number), (int)number, now, Seed);
                }
                else if (_table.Find(0, Station(number), now, Seed) is int port && port != MacTable.Absent && port != (int)number)
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        }

        Thread[] workers = [.. Enumerable.Range(0, 4).Select(worker => new Thread(() => Work(worker)))];
        Array.ForEach(workers, worker => worker.Start());
        Array.ForEach(workers, worker => worker.Join());
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void A_station_that_moves_while_another_takes_its_place_leaves_no_port_behind()
    {
        // All want the same place: whoever comes finds a station there that is long forgotten.
        ulong[] stations = ShareASet();
        int wrong = 0;
        void Work(int worker)
        {
            Random random = new(worker);
            for (int round = 0; round < 1_000_000; round++)
            {
                ulong number = stations[random.Next(stations.Length)];
                long now = round * MacTable.LifetimeNanoseconds;
                _table.Learn(0, Station(number), (2 * (int)number) + random.Next(2), now, Seed);
                int port = _table.Find(0, Station(number), now, Seed);
                if (port != MacTable.Absent && port / 2 != (int)number)
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        }

        Thread[] workers = [.. Enumerable.Range(0, 4).Select(worker => new Thread(() => Work(worker)))];
        Array.ForEach(workers, worker => worker.Start());
        Array.ForEach(workers, worker => worker.Join());
        Assert.Equal(0, wrong);
    }

    public void Dispose() => _table.Dispose();

    // Nine stations of one set: each takes the place of the one before it, when that is forgotten.
    private static ulong[] ShareASet()
    {
        using MacTable table = new();
        List<ulong> learned = [];
        ulong next = 1;
        for (; table.Learn(0, Station(next), 7, now: 0, Seed); next++)
        {
            learned.Add(next);
        }

        List<ulong> set = [next];
        while (set.Count < 9)
        {
            Assert.True(table.Learn(0, Station(set[^1]), 7, MacTable.LifetimeNanoseconds, Seed));
            set.Add(learned.Single(number => !set.Contains(number) && table.Find(0, Station(number), now: 0, Seed) == MacTable.Absent));
        }

        return [.. set];
    }

    private static MacAddress Station(ulong number) => new(0x0200_0000_0000 + number);

    private int Find(int network, ulong number, long now = 0) => _table.Find(network, Station(number), now, Seed);
}
