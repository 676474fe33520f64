using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Store.Sqlite;

/// <summary>How a map beside the resources is kept: whole, in one row, because it seldom changes. No row stands for the empty map.</summary>
/// <typeparam name="T">The map.</typeparam>
/// <param name="name">Name in the database.</param>
/// <param name="json">Its serializer.</param>
/// <param name="empty">The map without entries.</param>
/// <param name="of">The map of a set.</param>
/// <param name="put">The set with another map.</param>
internal sealed class StoredMap<T>(string name, JsonTypeInfo<T> json, T empty, Func<ResourceSet, T> of, Func<ResourceSet, T, ResourceSet> put)
    : StoredKind(name)
    where T : class
{
    private const long OnlyPlace = 0;

    /// <inheritdoc/>
    public override void Compare(ResourceSet previous, ResourceSet successor, ICollection<(string Kind, long Place)> cleared, ICollection<StoredRow> added)
    {
        (T old, T next) = (of(previous), of(successor));
        if (ReferenceEquals(old, next))
        {
            return;
        }

        if (!ReferenceEquals(old, empty))
        {
            cleared.Add((Name, OnlyPlace));
        }

        if (!ReferenceEquals(next, empty))
        {
            added.Add(new StoredRow(Name, OnlyPlace, Name, JsonSerializer.Serialize(next, json)));
        }
    }

    /// <inheritdoc/>
    public override ResourceSet Read(ResourceSet set, IReadOnlyList<StoredRow> rows) => rows.Count switch
    {
        0 => put(set, empty),
        1 => put(set, JsonSerializer.Deserialize(rows[0].Body, json) ?? throw new JsonException("Null is no map.")),
        _ => throw new JsonException($"{rows.Count} rows for one map."),
    };
}
