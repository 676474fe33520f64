using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Store.Sqlite;

/// <summary>
/// The file before it is opened: made, or looked at without touching it. To open a database in WAL mode is to write to
/// its directory, even for reading, so what is checked is a copy elsewhere.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="schema">The schema of this program.</param>
internal sealed class DatabaseFile(string path, SqliteSchema schema)
{
    // https://www.sqlite.org/fileformat2.html, section 1.3
    private const int HeaderBytes = 100;
    private const int UserVersionOffset = 60;
    private const int ApplicationIdOffset = 68;
    private const string CopyName = "copy.db";

    private readonly string _wal = path + "-wal";

    private static ReadOnlySpan<byte> Magic => "SQLite format 3\0"u8;

    /// <summary>Whether there is a file; an <see cref="UnusableStoreException"/> when there is something else or only a part of one.</summary>
    public bool Exists()
    {
        if (Directory.Exists(path))
        {
            throw Refused("it is a directory");
        }

        if (!File.Exists(path) && File.Exists(_wal))
        {
            throw Refused($"it is missing, while the changes that belong to it are there ({_wal})");
        }

        return File.Exists(path);
    }

    /// <summary>The state in the file, as it will be once opened and migrated; an <see cref="UnusableStoreException"/> when it cannot be used.</summary>
    /// <param name="file">The file, locked.</param>
    public ResourceSet Check(FileStream file)
    {
        CheckHeader(file);
        CheckLog();
        string scratch = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string copy = Path.Combine(scratch, CopyName);
            using (FileStream target = File.Create(copy))
            {
                file.Position = 0;
                file.CopyTo(target);
            }

            if (File.Exists(_wal))
            {
                File.Copy(_wal, copy + "-wal");
            }

            using SqliteConnection connection = Open(copy);
            return CheckCopy(connection);
        }
        catch (Exception exception) when (exception is SqliteException or InvalidDataException or JsonException or InvalidCastException or ArgumentException)
        {
            throw Refused($"it is damaged: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    /// <summary>
    /// Makes the file with an empty state. It is prepared elsewhere and appears whole, because an empty file, which SQLite
    /// would take for a new database, is to be refused as a damaged one.
    /// </summary>
    public void Create()
    {
        string scratch = Directory.CreateTempSubdirectory().FullName;

        // Of the names that a data directory may hold, a log's is the only one that SQLite and the next start do not look at.
        // Two servers that start at once must not write to the same one.
        string incoming = string.Create(CultureInfo.InvariantCulture, $"{path}-new-{Environment.ProcessId}.log");
        try
        {
            string made = Path.Combine(scratch, CopyName);
            using (SqliteConnection connection = Open(made))
            {
                schema.Migrate(connection);
            }

            using (FileStream target = new(incoming, FileMode.Create, FileAccess.Write))
            {
                target.Write(File.ReadAllBytes(made));
                target.Flush(flushToDisk: true);
            }

            File.Move(incoming, path);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another server that starts was faster; who has the lock goes on.
            File.Delete(incoming);
        }
        catch
        {
            File.Delete(incoming);
            throw;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    /// <summary>Opens a database the way the state is kept.</summary>
    public static SqliteConnection Open(string path)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,

            // A pool would keep the file open, and locked, after the store is closed.
            Pooling = false,
            DefaultTimeout = 5,
        }.ConnectionString);
        try
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();

            // FULL: a commit returns when the log is on the disk, so that it survives the loss of power.
            command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 16777216;";
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>What SQLite would overlook while a log stands beside the file, or take for a new database.</summary>
    private void CheckHeader(FileStream file)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes || !header.StartsWith(Magic))
        {
            throw Refused("it is damaged: it is not an SQLite database");
        }

        if (BinaryPrimitives.ReadInt32BigEndian(header[ApplicationIdOffset..]) != SqliteSchema.ApplicationId)
        {
            throw Refused("it is damaged or belongs to another program");
        }

        RefuseVersion(BinaryPrimitives.ReadInt32BigEndian(header[UserVersionOffset..]));
    }

    private void CheckLog()
    {
        if (File.Exists(_wal) && WriteAheadLog.FindDamage(File.ReadAllBytes(_wal)) is { } damage)
        {
            throw Refused($"the changes that belong to it ({_wal}) are damaged: {damage}");
        }
    }

    private ResourceSet CheckCopy(SqliteConnection connection)
    {
        int version = SqliteSchema.VersionOf(connection);
        RefuseVersion(version);
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check(1)";
        if (command.ExecuteScalar() is not "ok" and var found)
        {
            throw new InvalidDataException($"{found}");
        }

        StateTables.Verify(connection);
        schema.Migrate(connection);
        return StateTables.Read(connection);
    }

    private void RefuseVersion(int version)
    {
        if (version > schema.Version)
        {
            throw Refused($"its schema has version {version}, this program knows versions up to {schema.Version}. Use the program that wrote it, or a newer one");
        }

        if (version < 1)
        {
            throw Refused($"it is damaged: its schema has version {version}");
        }
    }

    private UnusableStoreException Refused(string reason, Exception? cause = null) =>
        new($"The stored state {path} cannot be used: {reason}. It was not changed; restore it from a backup, or move it away to start with an empty state.", cause);
}
