using System.Diagnostics;
using Microsoft.Data.Sqlite;
using NetworkingSfc.Control.Networks;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.Store;
using NetworkingSfc.Control.Store.Sqlite;

namespace NetworkingSfc.Control.Tests.Store;

/// <summary>What a server that was killed leaves beside the database: torn at the end by the loss of power, or damaged.</summary>
public sealed class DamagedLogTests : IDisposable
{
    private const int Changes = 12;
    private const int Flips = 150;
    private const int Cuts = 40;
    private const int SectorBytes = 512;

    private readonly DataDirectory _live = new();
    private readonly DataDirectory _found = new();
    private byte[] _database = [];

    private string Log => _found.Database + "-wal";

    public void Dispose()
    {
        _live.Dispose();
        _found.Dispose();
    }

    [Fact]
    public async Task A_whole_log_is_read()
    {
        await LeaveAsync(restarted: false);
        Assert.Equal(Changes, Found());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wrong_byte_before_the_last_changes_is_refused(bool restarted)
    {
        (byte[] log, List<long> ends) = await LeaveAsync(restarted);
        Random random = new(1);
        int[] offsets = [.. Enumerable.Range(0, 80), .. Enumerable.Range(0, Flips).Select(_ => random.Next((int)ends[^3]))];
        foreach (int offset in offsets)
        {
            byte[] damaged = [.. log];
            damaged[offset] ^= 0x20;
            AssertRefused(damaged, offset);
        }
    }

    [Fact]
    public async Task A_lost_sector_before_the_last_changes_is_refused()
    {
        (byte[] log, List<long> ends) = await LeaveAsync(restarted: false);
        for (int sector = 0; (sector + 1) * SectorBytes < ends[^3]; sector += 3)
        {
            byte[] damaged = [.. log];
            Span<byte> lost = damaged.AsSpan(sector * SectorBytes, SectorBytes);
            if (lost.ContainsAnyExcept((byte)0))
            {
                lost.Clear();
                AssertRefused(damaged, sector * SectorBytes);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_change_that_did_not_reach_the_disk_whole_is_left_out(bool restarted)
    {
        (byte[] log, List<long> ends) = await LeaveAsync(restarted);
        Random random = new(2);
        for (int cut = 0; cut < Cuts; cut++)
        {
            int offset = random.Next((int)ends[^2], (int)ends[^1]);
            File.WriteAllBytes(Log, log[..offset]);
            Assert.Equal(Changes - 1, Found());

            // The disk writes sectors in any order.
            byte[] torn = [.. log];
            torn.AsSpan(offset, Math.Min(SectorBytes, (int)ends[^1] - offset)).Fill(0xa5);
            File.WriteAllBytes(Log, torn);
            Assert.Equal(Changes - 1, Found());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(32)]
    public async Task A_log_that_was_only_begun_holds_nothing(int length)
    {
        await LeaveAsync(restarted: true);
        File.WriteAllBytes(Log, new byte[length]);
        Assert.Equal(Changes / 2, Found());
    }

    /// <summary>
    /// Leaves the files of a store that was never closed. Restarted, the log was folded into the database half way and begun
    /// again, with remains of its first half behind its end.
    /// </summary>
    private async Task<(byte[] Log, List<long> Ends)> LeaveAsync(bool restarted)
    {
        using SqliteStateStore store = SqliteStateStore.Open(_live.Path);
        ResourceSet set = store.Load();
        List<long> ends = [];
        for (int change = 1; change <= Changes; change++)
        {
            ResourceSet next = set with
            {
                Revision = change,
                Networks = set.Networks.With(new Network { Id = Guid.NewGuid(), ProjectId = "p", Description = new string('x', restarted && change == 1 ? 60_000 : 500) }),
            };
            Assert.Null(await store.SaveAsync(set, next));
            set = next;
            if (restarted && change == Changes / 2)
            {
                Restart();
            }

            ends.Add(EndOf(_live.Database + "-wal"));
        }

        // A copy while it is open is what a killed process would leave. Not by .NET, which respects the lock.
        using Process copy = Process.Start("cp", [_live.Database, _live.Database + "-wal", _found.Path]);
        await copy.WaitForExitAsync(TestContext.Current.CancellationToken);
        _database = File.ReadAllBytes(_found.Database);
        return (File.ReadAllBytes(Log), ends);
    }

    private void Restart()
    {
        using SqliteConnection connection = new($"Data Source={_live.Database};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(RESTART)";
        command.ExecuteNonQuery();
    }

    // The end of the frames with the salts of the header.
    private static long EndOf(string path)
    {
        const int Header = 32;
        const int Frame = 24 + 4096;
        byte[] log = File.ReadAllBytes(path);
        int end = Header;
        while (end + Frame <= log.Length && log.AsSpan(end + 8, 8).SequenceEqual(log.AsSpan(16, 8)))
        {
            end += Frame;
        }

        return end;
    }

    private void AssertRefused(byte[] log, int offset)
    {
        File.WriteAllBytes(Log, log);
        SortedDictionary<string, string> before = _found.Files();
        Exception? refusal = Record.Exception(() => SqliteStateStore.Open(_found.Path).Dispose());
        Assert.True(refusal is UnusableStoreException, $"A wrong byte at {offset} of {log.Length} was accepted.");
        Assert.Contains("damaged", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, _found.Files());
    }

    /// <summary>The revision that a start finds. Closing folds the log into the database, which is put back as it was left.</summary>
    private long Found()
    {
        long revision;
        using (SqliteStateStore store = SqliteStateStore.Open(_found.Path))
        {
            revision = store.Load().Revision;
            Assert.Equal(revision, store.Load().Networks.Count);
        }

        File.WriteAllBytes(_found.Database, _database);
        return revision;
    }
}
