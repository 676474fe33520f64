using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.Memory;

/// <summary>
/// A file as memory that several processes see: made and written by one, mapped for reading by others. Pages that nobody
/// touches take no memory, so its length may be generous.
/// </summary>
/// <remarks>
/// Bounds: <see cref="At"/> checks its range against the file's length when it was mapped. Who makes such a file never
/// shortens it, and a new one takes its place by renaming, so that what is mapped stays.
/// </remarks>
internal sealed unsafe partial class FileMapping : IDisposable
{
    // EINTR
    private const int Interrupted = 4;

    private readonly FileStream _stream;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _first;

    private FileMapping(FileStream stream, MemoryMappedFile file, MemoryMappedViewAccessor view, long length)
    {
        _stream = stream;
        _file = file;
        _view = view;
        Length = length;

        // Never released: the handle unmaps when it is disposed or collected, whoever still counts on it.
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref _first);
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        _first += view.PointerOffset;
    }

    /// <summary>Bytes mapped.</summary>
    public long Length { get; }

    /// <summary>Keeps the memory mapped while it is reachable.</summary>
    public SafeHandle Handle => _view.SafeMemoryMappedViewHandle;

    /// <summary>Makes a file of zeros, which takes the place of what is at the path once it is there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="length">Bytes, 1 or more.</param>
    /// <param name="fill">Writes what readers must find from the first moment on.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public static FileMapping Create(string path, long length, Action<FileMapping> fill)
    {
        string next = path + ".new";
        FileMapping? made = null;
        try
        {
            FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
            }

            made = Map(new FileStream(next, options), length, MemoryMappedFileAccess.ReadWrite);
            fill(made);
            File.Move(next, path, overwrite: true);
            return made;
        }
        catch
        {
            made?.Dispose();
            throw;
        }
    }

    /// <summary>Maps a file of another process for reading.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be read, or is empty.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public static FileMapping Open(string path)
    {
        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length > 0)
        {
            return Map(stream, stream.Length, MemoryMappedFileAccess.Read);
        }

        stream.Dispose();
        throw new IOException($"The file {path} is empty.");
    }

    /// <summary>Address of a range. Valid while <see cref="Handle"/> is.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="bytes">Bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside.</exception>
    public nint At(long offset, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, Length - offset);
        return (nint)(_first + offset);
    }

    /// <summary>
    /// Has the file system keep room for a range. Writing where it has not ends the process (SIGBUS) when the file system is full.
    /// </summary>
    /// <param name="offset">First byte.</param>
    /// <param name="bytes">Bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside.</exception>
    /// <exception cref="IOException">There is no room.</exception>
    public void Hold(long offset, long bytes)
    {
        _ = At(offset, bytes);
        int error;
        do
        {
            error = bytes == 0 ? 0 : Allocate(_stream.SafeFileHandle, offset, bytes);
        }
        while (error == Interrupted);
        if (error != 0)
        {
            throw new IOException($"There is no room for {bytes} bytes more in {Path.GetDirectoryName(_stream.Name)}: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
    }

    /// <summary>Unmaps the memory. Nobody may look at it any more.</summary>
    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    // Gives the error, and leaves errno alone.
    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    private static partial int Allocate(SafeHandle file, long offset, long bytes);

    private static FileMapping Map(FileStream stream, long length, MemoryMappedFileAccess access)
    {
        MemoryMappedFile file;
        try
        {
            file = MemoryMappedFile.CreateFromFile(stream, mapName: null, length, access, HandleInheritability.None, leaveOpen: false);
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        return new FileMapping(stream, file, file.CreateViewAccessor(0, length, access), length);
    }
}
