using System.Globalization;

namespace NetworkingSfc.Control.Store.Sqlite;

/// <summary>
/// One server for one database, for as long as the process lives: an advisory lock on the file (flock), which the kernel
/// drops however the process ends. SQLite uses locks of another kind, so other programs can still read and copy the file.
/// </summary>
internal static class DatabaseLock
{
    // EAGAIN, which is what .NET reports of a lock that another has.
    private const int TakenElsewhere = 11;

    /// <summary>
    /// Takes the lock. The stream is the way to read the file until it is opened, and must stay open until it is closed:
    /// closing any other handle of the file would take SQLite's own locks away (fcntl).
    /// </summary>
    /// <param name="path">The database.</param>
    /// <exception cref="UnusableStoreException">Another server has it.</exception>
    public static FileStream Take(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None);
        }
        catch (IOException exception) when (exception.HResult == TakenElsewhere)
        {
            throw new UnusableStoreException(
                $"The stored state {path} is in use by another server{Holders(path)}. Stop that one first, or name another data directory. Nothing was changed.", exception);
        }
    }

    /// <summary>The processes that have the file open, as far as this one may know.</summary>
    private static string Holders(string path)
    {
        string[] processes =
        [
            .. Directory.EnumerateDirectories("/proc")
                .Where(directory => int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out _) && HasOpen(directory, path))
                .Select(directory => Path.GetFileName(directory)),
        ];
        return processes.Length == 0 ? "" : $" (process {string.Join(", ", processes)})";
    }

    private static bool HasOpen(string process, string path)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(Path.Combine(process, "fd")).Any(handle => new FileInfo(handle).LinkTarget == path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has ended, or belongs to somebody else.
            return false;
        }
    }
}
