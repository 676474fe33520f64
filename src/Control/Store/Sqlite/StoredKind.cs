using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Store.Sqlite;

/// <summary>How the resources of one kind are kept.</summary>
/// <param name="name">Name in the database.</param>
internal abstract class StoredKind(string name)
{
    /// <summary>Name in the database; the plural of the API.</summary>
    public string Name { get; } = name;

    /// <summary>What turns the rows of one set into those of the next: the places to clear, then the rows to add.</summary>
    public abstract void Compare(ResourceSet previous, ResourceSet successor, ICollection<(string Kind, long Place)> cleared, ICollection<StoredRow> added);

    /// <summary>The set with the resources of these rows, which ascend by place. A <see cref="JsonException"/> says that a row is no such resource.</summary>
    public abstract ResourceSet Read(ResourceSet set, IReadOnlyList<StoredRow> rows);
}

/// <summary>The typed part of a <see cref="StoredKind"/>.</summary>
/// <typeparam name="T">The resource.</typeparam>
/// <param name="name">Name in the database.</param>
/// <param name="json">Its serializer.</param>
/// <param name="of">The collection of a set.</param>
/// <param name="put">The set with another collection.</param>
internal sealed class StoredKind<T>(
    string name, JsonTypeInfo<T> json, Func<ResourceSet, ResourceCollection<T>> of, Func<ResourceSet, ResourceCollection<T>, ResourceSet> put)
    : StoredKind(name) where T : Resource
{
    /// <inheritdoc/>
    public override void Compare(ResourceSet previous, ResourceSet successor, ICollection<(string Kind, long Place)> cleared, ICollection<StoredRow> added)
    {
        (ResourceCollection<T> old, ResourceCollection<T> next) = (of(previous), of(successor));
        if (ReferenceEquals(old, next))
        {
            return;
        }

        // Places ascend in both, so one walk finds all differences. Records are immutable: the same reference is the same content.
        int before = old.CommonStart(next);
        int after = before;
        while (before < old.Count || after < next.Count)
        {
            long oldPlace = before < old.Count ? old.Places[before] : long.MaxValue;
            long nextPlace = after < next.Count ? next.Places[after] : long.MaxValue;
            bool isSame = oldPlace == nextPlace && ReferenceEquals(old.All[before], next.All[after]);
            if (oldPlace <= nextPlace)
            {
                if (!isSame)
                {
                    cleared.Add((Name, oldPlace));
                }

                before++;
            }

            if (nextPlace <= oldPlace)
            {
                if (!isSame)
                {
                    T resource = next.All[after];
                    added.Add(new StoredRow(Name, nextPlace, resource.IdText, JsonSerializer.Serialize(resource, json)));
                }

                after++;
            }
        }
    }

    /// <inheritdoc/>
    public override ResourceSet Read(ResourceSet set, IReadOnlyList<StoredRow> rows)
    {
        T[] resources = [.. rows.Select(row => JsonSerializer.Deserialize(row.Body, json) ?? throw new JsonException("Null is no resource."))];
        return put(set, of(set).Restored([.. rows.Select(row => row.Place)], resources));
    }
}
