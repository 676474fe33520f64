using Microsoft.Win32.SafeHandles;

namespace NetworkingSfc.Sfc.Replay;

/// <summary>
/// A file that appears under its name only when it is whole: written beside it and renamed. What is no regular file, such as
/// a pipe or a device, is written directly: renaming over it would replace it.
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
        if (path.Length == 0)
        {
            throw new IOException("its name is empty");
        }

        if (Directory.Exists(path))
        {
            throw new IOException("it is a folder");
        }

        if (OpenDevice(path) is FileStream device)
        {
            (_path, Stream) = (path, device);
            return;
        }

        // The file that a link leads to is replaced, not the link.
        _path = new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        if (Path.GetDirectoryName(Path.GetFullPath(_path)) is string folder && !Directory.Exists(folder))
        {
            throw new IOException($"there is no folder '{folder}'");
        }

        _unfinished = _path + ".unfinished";
        Stream = new FileStream(_unfinished, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
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

    // Opened once and kept: a reader of a pipe would take a first closing for the end.
    private static FileStream? OpenDevice(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        if (!IsRegular(file))
        {
            return file;
        }

        file.Dispose();
        return null;
    }

    // A device such as /dev/null takes every seek and stays at 0. Asking for the handle makes the stream seek for real, and
    // a second stream over it asks where that led.
    private static bool IsRegular(FileStream file)
    {
        if (!file.CanSeek)
        {
            return false;
        }

        file.Seek(1, SeekOrigin.Begin);
        SafeFileHandle handle = file.SafeFileHandle;
        using FileStream second = new(new SafeFileHandle(handle.DangerousGetHandle(), ownsHandle: false), FileAccess.Write, bufferSize: 0);
        bool moved = second.Position == 1;
        file.Seek(0, SeekOrigin.Begin);
        return moved;
    }
}
