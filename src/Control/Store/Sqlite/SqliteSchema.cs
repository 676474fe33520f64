using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace NetworkingSfc.Control.Store.Sqlite;

/// <summary>The tables and how they came about. <c>PRAGMA user_version</c> is the number of steps that a file has seen.</summary>
/// <param name="steps">SQL that leads from each version to the next. Steps are added, never changed.</param>
internal sealed class SqliteSchema(params ImmutableArray<string> steps)
{
    /// <summary>"NSFC" in ASCII, where SQLite keeps whose file it is.</summary>
    public const int ApplicationId = 0x4e534643;

    /// <summary>The schema of this program.</summary>
    public static SqliteSchema Current { get; } = new(
        """
        CREATE TABLE state (
            only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
            revision INTEGER NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE resource (
            kind TEXT NOT NULL,
            place INTEGER NOT NULL,
            id TEXT NOT NULL,
            body TEXT NOT NULL,
            checksum INTEGER NOT NULL,
            PRIMARY KEY (kind, place)
        ) STRICT, WITHOUT ROWID;
        """,
        """
        UPDATE resource SET body = json_insert(body, '$.learns', json('false')) WHERE kind = 'networks';
        """,

        // Until then a group said nothing when it said drop, and nobody was shown the difference.
        """
        UPDATE resource SET body = json_set(body, '$.on_empty', NULL) WHERE kind = 'port_pair_groups' AND body ->> '$.on_empty' = 'Drop';
        """);

    /// <summary>The steps, so that a test can add one.</summary>
    public ImmutableArray<string> Steps => steps;

    /// <summary>Version of a file that has seen all steps.</summary>
    public int Version => steps.Length;

    /// <summary>
    /// Takes the steps that the database has not seen, all or none. The version is written even when there are none,
    /// because that shows at start whether the database can be written at all.
    /// </summary>
    public void Migrate(SqliteConnection connection)
    {
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        int version = VersionOf(connection);
        foreach (string step in steps.Skip(version))
        {
            Execute(connection, step);
        }

        if (version == 0)
        {
            StateTables.Prepare(connection);
        }
        else if (version < Version)
        {
            StateTables.Seal(connection);
        }

        Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version};"));
        transaction.Commit();
    }

    /// <summary>Number of steps that the database has seen.</summary>
    public static int VersionOf(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
