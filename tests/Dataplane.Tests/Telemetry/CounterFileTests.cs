using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tests.Ports;
using NetworkingSfc.Dataplane.Tests.Steering;
using NetworkingSfc.Dataplane.Tests.Workers;
using NetworkingSfc.Dataplane.Workers;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Telemetry;

/// <summary>Counters that another process reads.</summary>
public sealed class CounterFileTests : IDisposable
{
    private static readonly CounterCapacity _small = new(Ports: 16, Paths: 4, Members: 8);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_a_worker_counts_is_seen_through_another_mapping_of_the_file()
    {
        string path = _folder.File("counters");
        using CounterFile written = CounterFile.Create(path, 1234, workers: 2, _small);
        using CounterFile read = CounterFile.Open(path);
        Assert.Equal((1234, _small, 2), (read.StartedNanoseconds, read.Capacity, read.Workers.Count));
        Assert.True(read.Workers[1].ReceivedByPort.IsEmpty);

        WorkerCounters worker = written.Workers[1];
        worker.Reserve(ports: 3, paths: 2, members: 8);
        worker.CountReceived(2, 1, 100);
        worker.CountReceived(2, 1, 60);
        worker.CountSent(0, 1, 70);
        worker.CountEntered(1, 1, 80);
        worker.CountSteered(7, 1, 90);
        worker.CountDropped(DropReason.TooLong);
        worker.CountGenerated();
        worker.CountNotLearned();

        WorkerCounters seen = read.Workers[1];
        Assert.Equal((2, 1, 1, 1), (seen.Received, seen.Sent, seen.Generated, seen.NotLearned));
        Assert.Equal([(0, 0), (0, 0), (2, 160)], Rows(seen.ReceivedByPort));
        Assert.Equal([(1, 70), (0, 0), (0, 0)], Rows(seen.SentByPort));
        Assert.Equal([(0, 0), (1, 80)], Rows(seen.Entered));
        Assert.Equal((8, (1L, 90L)), (seen.Steered.Length, Rows(seen.Steered)[7]));
        Assert.Equal(1, seen.Dropped[(int)DropReason.TooLong]);
        Assert.Equal(1, Sum(seen.Dropped));
        Assert.Equal(0, read.Workers[0].Received + Sum(read.Workers[0].Dropped));
    }

    [Fact]
    public void How_workers_spend_their_time_and_what_ports_count_is_seen_too()
    {
        string path = _folder.File("counters");
        using CounterFile written = CounterFile.Create(path, 0, workers: 2, _small);
        using CounterFile read = CounterFile.Open(path);
        WorkerStatistics statistics = written.Workers[1].Statistics;
        statistics.CountBurst(64);
        statistics.CountBurst(2);
        statistics.EmptySteps = 7;
        statistics.BusyTicks = 8;
        statistics.LargestGapTicks = 9;
        statistics.HandoffsGivenUp = 10;
        statistics.AllocatedBytes = 11;
        statistics.Collections = 12;
        written.Ports.Set(15, new PortStatistics(1, 2, 3, 4, 5, 6));
        written.Ports.Set(16, new PortStatistics(9, 9, 9));

        WorkerStatistics seen = read.Workers[1].Statistics;
        Assert.Equal((2, 66, 7), (seen.Bursts, seen.BurstPackets, seen.EmptySteps));
        Assert.Equal([0, 1, 0, 0, 0, 0, 1], seen.BurstsBySize.ToArray());
        Assert.Equal((8, 9, 10, 11, 12), (seen.BusyTicks, seen.LargestGapTicks, seen.HandoffsGivenUp, seen.AllocatedBytes, seen.Collections));
        Assert.Equal(0, read.Workers[0].Statistics.Bursts);
        Assert.Equal((16, new PortStatistics(1, 2, 3, 4, 5, 6), default), (read.Ports.ByPort.Length, read.Ports.ByPort[15], read.Ports.ByPort[14]));
        Assert.Equal(0, read.Workers[1].Received + Sum(read.Workers[1].Dropped));
    }

    [Fact]
    public void A_worker_counts_the_same_into_a_file_as_into_memory_of_its_own()
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Nsh, EncapsulationKind.Plain);
        using CounterFile file = CounterFile.Create(_folder.File("counters"), 0, workers: 1, _small);
        using TestEngine own = new(chain.Definition());
        using TestEngine shared = new(chain.Definition(), counters: file.Workers[0]);
        foreach (TestEngine engine in (TestEngine[])[own, shared])
        {
            SentFrame first = engine.Forward(TestChain.Source, TestFrame.Ipv4.Original().Build());
            engine.Forward(chain.Output(1), TestFunction.Return(first.Bytes, EncapsulationKind.Nsh));
            engine.AssertDropped(TestChain.Source, [1, 2, 3], DropReason.Malformed);
        }

        WorkerCounters expected = own.Counters;
        WorkerCounters found = shared.Counters;
        Assert.Equal((expected.Received, expected.Sent), (found.Received, found.Sent));
        Assert.Equal(Rows(expected.ReceivedByPort), Rows(found.ReceivedByPort));
        Assert.Equal(Rows(expected.SentByPort), Rows(found.SentByPort));
        Assert.Equal(Rows(expected.Entered), Rows(found.Entered));
        Assert.Equal(Rows(expected.Steered), Rows(found.Steered));
        Assert.Equal(expected.Dropped.ToArray(), found.Dropped.ToArray());
    }

    [Fact]
    public void A_new_file_takes_the_place_of_one_that_is_still_read()
    {
        string path = _folder.File("counters");
        using CounterFile before = CounterFile.Create(path, 1, workers: 1, _small);
        before.Workers[0].CountGenerated();
        using CounterFile reader = CounterFile.Open(path);
        using CounterFile next = CounterFile.Create(path, 2, workers: 1, _small);
        using CounterFile newReader = CounterFile.Open(path);
        Assert.Equal((1, 1), (reader.StartedNanoseconds, reader.Workers[0].Generated));
        Assert.Equal((2, 0), (newReader.StartedNanoseconds, newReader.Workers[0].Generated));
    }

    [Fact]
    public void The_default_room_takes_no_memory_before_it_is_used()
    {
        string path = _folder.File("counters");
        using CounterFile file = CounterFile.Create(path, 0, workers: 4, CounterCapacity.Default);
        Assert.True(new FileInfo(path).Length > 64 << 20);
        file.Workers[3].Reserve(10, 10, 10);
        file.Workers[3].CountSteered(9, 1, 1);
        Assert.Equal(1, file.Workers[3].Steered[9].Packets);
        Assert.InRange(AllocatedBytes(path), 0, 1 << 20);
    }

    [Fact]
    public void What_a_file_has_no_room_for_is_refused_in_a_sentence()
    {
        SteeringSnapshot snapshot = SteeringSnapshotBuilder.Build(TestChain.Of(EncapsulationKind.Plain, EncapsulationKind.Plain).Definition());
        Assert.Null(_small.Refuse(snapshot));
        Assert.Equal("The snapshot uses 7 port numbers; this forwarder has room for 6.", (_small with { Ports = 6 }).Refuse(snapshot));
        Assert.Contains("counters of paths", (_small with { Paths = 0 }).Refuse(snapshot), StringComparison.Ordinal);
        Assert.Contains("counters of members", (_small with { Members = 1 }).Refuse(snapshot), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_hold_no_counters_are_refused()
    {
        string path = _folder.File("counters");
        using (CounterFile.Create(path, 0, workers: 1, _small))
        {
        }

        byte[] bytes = File.ReadAllBytes(path);
        Random random = new(1);
        foreach (int length in (int[])[0, 1, 63, 64, bytes.Length - 1, bytes.Length + 1])
        {
            Refused([.. bytes[..Math.Min(length, bytes.Length)], .. new byte[Math.Max(0, length - bytes.Length)]]);
        }

        foreach (int number in (int[])[0, 2, 3, 4, 5, 6])
        {
            byte[] damaged = [.. bytes];
            BitConverter.TryWriteBytes(damaged.AsSpan(8 * number), random.NextInt64(long.MinValue, 0));
            Refused(damaged);
            BitConverter.TryWriteBytes(damaged.AsSpan(8 * number), random.NextInt64(1 << 20, long.MaxValue));
            Refused(damaged);
        }

        void Refused(byte[] content)
        {
            File.WriteAllBytes(_folder.File("other"), content);
            Assert.Throws<IOException>(() => CounterFile.Open(_folder.File("other")));
        }
    }

    [Fact]
    public void A_writer_that_claims_more_rows_than_there_are_is_not_believed()
    {
        string path = _folder.File("counters");
        using (CounterFile file = CounterFile.Create(path, 0, workers: 1, _small))
        {
            file.Workers[0].Reserve(1, 1, 1);
        }

        byte[] bytes = File.ReadAllBytes(path);
        BitConverter.TryWriteBytes(bytes.AsSpan(64 + (8 * (int)CounterTotals.Ports)), long.MaxValue);
        BitConverter.TryWriteBytes(bytes.AsSpan(64 + (8 * (int)CounterTotals.Paths)), -1L);
        File.WriteAllBytes(path, bytes);
        using CounterFile read = CounterFile.Open(path);
        Assert.Equal((16, 0, 1), (read.Workers[0].ReceivedByPort.Length, read.Workers[0].Entered.Length, read.Workers[0].Steered.Length));
    }

    private static (long Packets, long Bytes)[] Rows(ReadOnlySpan<PacketCount> counts)
    {
        (long, long)[] rows = new (long, long)[counts.Length];
        for (int row = 0; row < rows.Length; row++)
        {
            rows[row] = (counts[row].Packets, counts[row].Bytes);
        }

        return rows;
    }

    private static long Sum(ReadOnlySpan<long> numbers)
    {
        long sum = 0;
        foreach (long number in numbers)
        {
            sum += number;
        }

        return sum;
    }

    // Blocks of 512 bytes that the file really has.
    private static long AllocatedBytes(string path)
    {
        using System.Diagnostics.Process stat = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("stat", ["-c", "%b", path]) { RedirectStandardOutput = true })!;
        return 512 * long.Parse(stat.StandardOutput.ReadToEnd(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
