using System.Collections.Immutable;

namespace NetworkingSfc.Control.Resources;

/// <summary>Finds the resource that has a key, where rules let no two resources have the same one.</summary>
/// <typeparam name="T">The kind.</typeparam>
/// <typeparam name="TKey">The key.</typeparam>
internal sealed class KeyIndex<T, TKey> : IResourceIndex<T>
    where T : Resource
    where TKey : notnull
{
    private readonly Func<T, IEnumerable<TKey>> _keysOf;
    private readonly ImmutableDictionary<TKey, Guid> _owners;

    private KeyIndex(Func<T, IEnumerable<TKey>> keysOf, ImmutableDictionary<TKey, Guid> owners)
    {
        _keysOf = keysOf;
        _owners = owners;
    }

    /// <summary>A collection without resources that finds those to come by their keys.</summary>
    /// <param name="keysOf">The keys of a resource.</param>
    public static ResourceCollection<T> Over(Func<T, IEnumerable<TKey>> keysOf) =>
        ResourceCollection<T>.Indexed(new KeyIndex<T, TKey>(keysOf, ImmutableDictionary<TKey, Guid>.Empty));

    /// <summary>The resource of a collection that has a key, or null.</summary>
    public static T? Find(ResourceCollection<T> all, TKey key) =>
        ((KeyIndex<T, TKey>)all.Index!)._owners.TryGetValue(key, out Guid owner) ? all[owner] : null;

    /// <inheritdoc/>
    public IResourceIndex<T> With(T resource, long place) => new KeyIndex<T, TKey>(
        _keysOf, _owners.SetItems(_keysOf(resource).Select(key => KeyValuePair.Create(key, resource.Id))));

    /// <inheritdoc/>
    public IResourceIndex<T> Without(T resource, long place) => new KeyIndex<T, TKey>(_keysOf, _owners.RemoveRange(_keysOf(resource)));
}
