namespace NetworkingSfc.Conformance.Tests.Replaying;

/// <summary>An empty folder for the files of one test, gone afterwards.</summary>
internal sealed class WorkFolder : IDisposable
{
    /// <summary>Full path of the folder.</summary>
    public string FullPath { get; } = Directory.CreateTempSubdirectory("sfc-conformance-").FullName;

    /// <summary>Names of the files in it, sorted.</summary>
    public IReadOnlyList<string> Files => [.. Directory.EnumerateFileSystemEntries(FullPath).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>Full path of a file in the folder.</summary>
    public string this[string name] => Path.Combine(FullPath, name);

    /// <summary>Writes a file and gives its full path.</summary>
    public string Write(string name, byte[] content)
    {
        File.WriteAllBytes(this[name], content);
        return this[name];
    }

    /// <summary>Writes a file and gives its full path.</summary>
    public string Write(string name, string content)
    {
        File.WriteAllText(this[name], content);
        return this[name];
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(FullPath, recursive: true);
}
