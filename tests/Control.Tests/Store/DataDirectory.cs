using NetworkingSfc.Control.Store.Sqlite;

namespace NetworkingSfc.Control.Tests.Store;

/// <summary>A data directory for one test.</summary>
internal sealed class DataDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("sfc-store-").FullName;

    public string Database => System.IO.Path.Combine(Path, SqliteStateStore.FileName);

    /// <summary>Every file with its content.</summary>
    public SortedDictionary<string, string> Files() => new(
        Directory.EnumerateFiles(Path).ToDictionary(file => System.IO.Path.GetFileName(file), file => Convert.ToHexString(File.ReadAllBytes(file))),
        StringComparer.Ordinal);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
