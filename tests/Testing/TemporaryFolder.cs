namespace NetworkingSfc.Testing;

/// <summary>A folder that is gone after the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("sfc-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>Full path of a file in the folder, written when there is text for it.</summary>
    public string File(string name, string? text = null)
    {
        string path = System.IO.Path.Combine(Path, name);
        if (text is not null)
        {
            System.IO.File.WriteAllText(path, text);
        }

        return path;
    }
}
