namespace NetworkingSfc.Sfc.Replay;

/// <summary>
/// A file that appears under its name only when it is whole: written beside it and renamed. What is no regular file, such as
/// a pipe or a device, is written directly.
/// </summary>
internal sealed class OutputFile : IDisposable
{
    private readonly string _path;
    private readonly string? _unfinished;

    /// <summary>Opens the file for writing.</summary>
    /// <param name="path">Its name.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or folder may not be written.</exception>
    public OutputFile(string path)
    {
        _path = path;
        bool isDevice = File.Exists(path) && !IsRegular(path);
        _unfinished = isDevice ? null : path + ".unfinished";
        Stream = new FileStream(_unfinished ?? path, isDevice ? FileMode.Open : FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    /// <summary>Where the bytes go.</summary>
    public FileStream Stream { get; }

    /// <summary>Gives the file its name. The stream is closed.</summary>
    public void Finish()
    {
        Stream.Dispose();
        if (_unfinished is not null)
        {
            File.Move(_unfinished, _path, overwrite: true);
        }
    }

    /// <summary>Closes the file; if it was not finished, nothing is left of it.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        if (_unfinished is not null)
        {
            File.Delete(_unfinished);
        }
    }

    private static bool IsRegular(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        return file.CanSeek;
    }
}
