using System.Buffers.Binary;
using System.Text;
using Microsoft.Data.Sqlite;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.Store;
using NetworkingSfc.Control.Store.Sqlite;

namespace NetworkingSfc.Control.Tests.Store;

/// <summary>Files that are refused at start, and stay as they are.</summary>
public sealed class UnusableFileTests : IDisposable
{
    private const int PageBytes = 4096;
    private const int UserVersionOffset = 60;

    private readonly DataDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Damaged_content_is_refused()
    {
        byte[] good = await SavedAsync();
        AssertRefused([], "not an SQLite database");
        AssertRefused(Noise(good.Length), "not an SQLite database");
        AssertRefused(good[..50], "not an SQLite database");
        AssertRefused(good[..PageBytes], "damaged");
        AssertRefused(good[..(good.Length / 2)], "damaged");
        AssertRefused(good[..^1], "damaged");
    }

    [Fact]
    public async Task A_page_of_noise_anywhere_is_refused()
    {
        byte[] good = await SavedAsync();
        for (int page = 0; page < good.Length / PageBytes; page++)
        {
            byte[] damaged = [.. good];
            Noise(PageBytes).CopyTo(damaged, page * PageBytes);
            AssertRefused(damaged, "damaged");
        }
    }

    [Fact]
    public async Task A_page_in_the_place_of_another_is_refused()
    {
        byte[] good = await SavedAsync();
        for (int page = 2; page < good.Length / PageBytes; page++)
        {
            byte[] damaged = [.. good];
            good.AsSpan(PageBytes, PageBytes).CopyTo(damaged.AsSpan(page * PageBytes));
            AssertRefused(damaged, "damaged");
        }
    }

    [Fact]
    public async Task One_letter_of_a_name_is_enough()
    {
        byte[] good = await SavedAsync();

        // Everywhere, because pages keep remains of what was on them.
        string damaged = Encoding.Latin1.GetString(good).Replace("compute:nova", "compute:nove", StringComparison.Ordinal);
        AssertRefused(Encoding.Latin1.GetBytes(damaged), "altered");
    }

    [Fact]
    public async Task A_newer_schema_is_refused_by_its_number()
    {
        byte[] newer = await SavedAsync();
        BinaryPrimitives.WriteInt32BigEndian(newer.AsSpan(UserVersionOffset), SqliteSchema.Current.Version + 1);
        AssertRefused(newer, $"version {SqliteSchema.Current.Version + 1}");
    }

    [Fact]
    public void The_database_of_another_program_is_refused()
    {
        using (SqliteConnection connection = new($"Data Source={_directory.Database};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE theirs (x); PRAGMA user_version = 1;";
            command.ExecuteNonQuery();
        }

        AssertRefused(File.ReadAllBytes(_directory.Database), "another program");
    }

    [Fact]
    public void A_directory_in_its_place_is_refused()
    {
        Directory.CreateDirectory(_directory.Database);
        AssertUnusable("is a directory");
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Database));
    }

    [Fact]
    public async Task Changes_without_the_file_they_belong_to_are_refused()
    {
        using SqliteStateStore store = SqliteStateStore.Open(_directory.Path);
        await store.SaveAsync(ResourceSet.Empty, SampleState.Read());
        File.Delete(_directory.Database);
        AssertUnusable("it is missing");
    }

    [Fact]
    public void A_directory_that_cannot_be_made_is_refused()
    {
        string file = Path.Combine(_directory.Path, "file");
        File.WriteAllText(file, "");
        Assert.Contains(file, Assert.Throws<UnusableStoreException>(() => SqliteStateStore.Open(Path.Combine(file, "data"))).Message, StringComparison.Ordinal);
        Assert.Throws<UnusableStoreException>(() => SqliteStateStore.Open("/proc/self/data"));
    }

    private static byte[] Noise(int count)
    {
        byte[] noise = new byte[count];
        new Random(count).NextBytes(noise);
        return noise;
    }

    private async Task<byte[]> SavedAsync()
    {
        using (SqliteStateStore store = SqliteStateStore.Open(_directory.Path))
        {
            Assert.Null(await store.SaveAsync(ResourceSet.Empty, SampleState.Read()));
        }

        byte[] saved = await File.ReadAllBytesAsync(_directory.Database, TestContext.Current.CancellationToken);
        Assert.True(saved.Length > 3 * PageBytes);
        return saved;
    }

    private void AssertRefused(byte[] content, string reason)
    {
        File.WriteAllBytes(_directory.Database, content);
        AssertUnusable(reason);
    }

    private void AssertUnusable(string reason)
    {
        SortedDictionary<string, string> before = _directory.Files();
        UnusableStoreException refusal = Assert.Throws<UnusableStoreException>(() => SqliteStateStore.Open(_directory.Path));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.Equal(before, _directory.Files());
    }
}
