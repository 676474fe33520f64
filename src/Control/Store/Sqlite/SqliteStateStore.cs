using Microsoft.Data.Sqlite;
using NetworkingSfc.Control.Publishing;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Store.Sqlite;

/// <summary>Desired state in one SQLite file: a row for each resource, a transaction for each change, on the disk when it returns.</summary>
public sealed class SqliteStateStore : IStateStore, IDisposable
{
    /// <summary>Name of the database in its directory. Beside it are, while it is open, its <c>-wal</c> and <c>-shm</c> files.</summary>
    public const string FileName = "state.db";

    private readonly string _path;
    private readonly FileStream _lock;
    private readonly SqliteConnection _connection;
    private readonly StateTables _tables;
    private readonly ResourceSet _loaded;

    private SqliteStateStore(string path, FileStream heldLock, SqliteConnection connection, ResourceSet loaded)
    {
        _path = path;
        _lock = heldLock;
        _connection = connection;
        _tables = new StateTables(connection);
        _loaded = loaded;
    }

    /// <summary>Opens the store of a data directory; both are made when they are not there.</summary>
    /// <param name="directory">The data directory.</param>
    /// <exception cref="UnusableStoreException">The directory cannot be written, or the file is damaged, newer than this program or in use by another server. No file was changed.</exception>
    public static SqliteStateStore Open(string directory) => Open(directory, SqliteSchema.Current);

    /// <inheritdoc/>
    public ResourceSet Load() => _loaded;

    /// <inheritdoc/>
    public ValueTask<ApiProblem?> SaveAsync(ResourceSet previous, ResourceSet successor)
    {
        ApiProblem? problem;
        try
        {
            problem = !File.Exists(_path) ? ControlProblems.NotSaved($"{FileName} has been removed")
                : !_tables.Write(previous, successor) ? ControlProblems.NotSaved($"another program has written to {FileName}")
                : null;
        }
        catch (SqliteException exception)
        {
            problem = ControlProblems.NotSaved(exception.Message);
        }

        return ValueTask.FromResult(problem);
    }

    /// <summary>Closes the file, which folds its log into it.</summary>
    public void Dispose()
    {
        _tables.Dispose();
        _connection.Dispose();
        _lock.Dispose();
    }

    /// <summary>Opens the store with another schema than the current one.</summary>
    internal static SqliteStateStore Open(string directory, SqliteSchema schema)
    {
        string path = Path.Combine(Path.GetFullPath(directory), FileName);
        DatabaseFile file = new(path, schema);
        FileStream? heldLock = null;
        SqliteConnection? connection = null;
        bool isOpen = false;
        try
        {
            Directory.CreateDirectory(directory);
            if (!file.Exists())
            {
                file.Create();
            }

            heldLock = DatabaseLock.Take(path);
            ResourceSet loaded = file.Check(heldLock);
            connection = DatabaseFile.Open(path);
            schema.Migrate(connection);
            SqliteStateStore store = new(path, heldLock, connection, loaded);
            isOpen = true;
            return store;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new UnusableStoreException(
                $"The data directory {directory} cannot be used: {exception.Message.ReplaceLineEndings(" ")} It must be a directory that can be written, with free space.", exception);
        }
        finally
        {
            if (!isOpen)
            {
                connection?.Dispose();
                heldLock?.Dispose();
            }
        }
    }
}
