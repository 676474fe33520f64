using System.Text.Json;
using Microsoft.Data.Sqlite;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Store.Sqlite;

/// <summary>A state in the tables of one open database: read whole and checked, written change by change.</summary>
/// <param name="connection">The database, at the version of this program.</param>
internal sealed class StateTables(SqliteConnection connection) : IDisposable
{
    private const string SelectState = "SELECT revision, checksum FROM state";

    private readonly SqliteCommand _clear = Command(connection,
        "DELETE FROM resource WHERE kind = $kind AND place = $place RETURNING checksum", "$kind", "$place");

    private readonly SqliteCommand _add = Command(connection,
        "INSERT INTO resource (kind, place, id, body, checksum) VALUES ($kind, $place, $id, $body, $checksum)",
        "$kind", "$place", "$id", "$body", "$checksum");

    private readonly SqliteCommand _advance = Command(connection,
        "UPDATE state SET revision = $revision, checksum = $checksum", "$revision", "$checksum");

    private readonly SqliteCommand _look = Command(connection, SelectState);

    private (long Revision, long Checksum) _stored = Stored(connection);

    /// <summary>The revision of the state in the tables.</summary>
    public long Revision => _stored.Revision;

    /// <summary>Makes the tables of a new database hold the empty set.</summary>
    public static void Prepare(SqliteConnection connection)
    {
        using SqliteCommand command = Command(connection,
            "INSERT INTO state (only_row, revision, checksum) VALUES (1, $revision, $checksum)", "$revision", "$checksum");
        command.Parameters["$revision"].Value = ResourceSet.Empty.Revision;
        command.Parameters["$checksum"].Value = StoredRow.ChecksumOf(ResourceSet.Empty.Revision);
        command.ExecuteNonQuery();
    }

    /// <summary>Finds rows that were altered, are missing or do not belong. An <see cref="InvalidDataException"/> says so.</summary>
    public static void Verify(SqliteConnection connection)
    {
        (long revision, long expected) = Stored(connection);
        long checksum = StoredRow.ChecksumOf(revision);
        foreach ((StoredRow row, long stored) in Rows(connection))
        {
            if (row.Checksum != stored)
            {
                throw new InvalidDataException($"the row of {row.Kind} {row.Id} was altered");
            }

            checksum ^= stored;
        }

        if (checksum != expected)
        {
            throw new InvalidDataException($"its rows are not those of revision {revision}");
        }
    }

    /// <summary>Gives every row the checksum of what it holds now: the end of a change of the schema, which is preceded by <see cref="Verify"/>.</summary>
    public static void Seal(SqliteConnection connection)
    {
        (long revision, _) = Stored(connection);
        long checksum = StoredRow.ChecksumOf(revision);
        using SqliteCommand row = Command(connection,
            "UPDATE resource SET checksum = $checksum WHERE kind = $kind AND place = $place", "$checksum", "$kind", "$place");
        foreach ((StoredRow content, _) in Rows(connection).ToList())
        {
            Run(row, content.Checksum, content.Kind, content.Place);
            checksum ^= content.Checksum;
        }

        using SqliteCommand state = Command(connection, "UPDATE state SET checksum = $checksum", "$checksum");
        Run(state, checksum);
    }

    /// <summary>The state as a set. An <see cref="InvalidDataException"/> or a <see cref="JsonException"/> says that a row is no resource.</summary>
    public static ResourceSet Read(SqliteConnection connection)
    {
        ILookup<string, StoredRow> rows = Rows(connection).Select(stored => stored.Row).ToLookup(row => row.Kind);
        if (rows.FirstOrDefault(kind => StoredKinds.All.All(known => known.Name != kind.Key)) is { } unknown)
        {
            throw new InvalidDataException($"it holds resources of an unknown kind, {unknown.Key}");
        }

        ResourceSet set = ResourceSet.Empty with { Revision = Stored(connection).Revision };
        foreach (StoredKind kind in StoredKinds.All)
        {
            set = kind.Read(set, [.. rows[kind.Name]]);
        }

        return set;
    }

    /// <summary>Writes what differs between two sets in one transaction. A <see cref="SqliteException"/> says why nothing was written.</summary>
    /// <param name="previous">The set in the tables.</param>
    /// <param name="successor">The set to be there.</param>
    /// <returns>False when the tables hold another set, because somebody else wrote to them; nothing was written then.</returns>
    public bool Write(ResourceSet previous, ResourceSet successor)
    {
        List<(string Kind, long Place)> cleared = [];
        List<StoredRow> added = [];
        foreach (StoredKind kind in StoredKinds.All)
        {
            kind.Compare(previous, successor, cleared, added);
        }

        // Disposing of a transaction that was not committed rolls it back.
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        _clear.Transaction = _add.Transaction = _advance.Transaction = _look.Transaction = transaction;
        if (Stored(_look) != _stored)
        {
            return false;
        }

        long checksum = _stored.Checksum ^ StoredRow.ChecksumOf(previous.Revision) ^ StoredRow.ChecksumOf(successor.Revision);
        foreach ((string kind, long place) in cleared)
        {
            checksum ^= (long)Run(_clear, kind, place)!;
        }

        foreach (StoredRow row in added)
        {
            long own = row.Checksum;
            Run(_add, row.Kind, row.Place, row.Id, row.Body, own);
            checksum ^= own;
        }

        Run(_advance, successor.Revision, checksum);
        transaction.Commit();
        _stored = (successor.Revision, checksum);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _clear.Dispose();
        _add.Dispose();
        _advance.Dispose();
        _look.Dispose();
    }

    private static (long Revision, long Checksum) Stored(SqliteConnection connection)
    {
        using SqliteCommand command = Command(connection, SelectState);
        return Stored(command);
    }

    private static (long Revision, long Checksum) Stored(SqliteCommand command)
    {
        using SqliteDataReader reader = command.ExecuteReader();
        return reader.Read() ? (reader.GetInt64(0), reader.GetInt64(1)) : throw new InvalidDataException("it has no revision");
    }

    private static IEnumerable<(StoredRow Row, long Checksum)> Rows(SqliteConnection connection)
    {
        using SqliteCommand command = Command(connection, "SELECT kind, place, id, body, checksum FROM resource ORDER BY kind, place");
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return (new StoredRow(reader.GetString(0), reader.GetInt64(1), reader.GetString(2), reader.GetString(3)), reader.GetInt64(4));
        }
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (string parameter in parameters)
        {
            command.Parameters.AddWithValue(parameter, DBNull.Value);
        }

        return command;
    }

    private static object? Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (int index = 0; index < values.Length; index++)
        {
            command.Parameters[index].Value = values[index];
        }

        return command.ExecuteScalar();
    }
}
