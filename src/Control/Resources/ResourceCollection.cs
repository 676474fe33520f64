using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace NetworkingSfc.Control.Resources;

/// <summary>
/// All resources of one kind: immutable, enumerated in creation order, found by id. An update keeps the place,
/// because creation order decides between classifiers and is the order of lists.
/// </summary>
/// <typeparam name="T">The kind.</typeparam>
public sealed class ResourceCollection<T> : IReadOnlyCollection<T> where T : Resource
{
    private readonly ImmutableSortedDictionary<long, T> _inOrder;
    private readonly ImmutableDictionary<Guid, long> _places;
    private readonly long _nextPlace;

    private ResourceCollection(ImmutableSortedDictionary<long, T> inOrder, ImmutableDictionary<Guid, long> places, long nextPlace)
    {
        _inOrder = inOrder;
        _places = places;
        _nextPlace = nextPlace;
    }

    /// <summary>A collection without resources.</summary>
    internal static ResourceCollection<T> Empty { get; } =
        new(ImmutableSortedDictionary<long, T>.Empty, ImmutableDictionary<Guid, long>.Empty, 0);

    /// <summary>Number of resources.</summary>
    public int Count => _inOrder.Count;

    /// <summary>The resource with an id that is known to exist.</summary>
    /// <param name="id">The id.</param>
    public T this[Guid id] => _inOrder[_places[id]];

    /// <summary>The resource with this id, or null.</summary>
    /// <param name="id">The id.</param>
    public T? Find(Guid id) => _places.TryGetValue(id, out long place) ? _inOrder[place] : null;

    /// <summary>Finds a resource by id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="resource">The resource found.</param>
    public bool TryGet(Guid id, [NotNullWhen(true)] out T? resource)
    {
        resource = Find(id);
        return resource is not null;
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => _inOrder.Values.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The collection with the resource added at the end, or in its old place when its id is known.</summary>
    internal ResourceCollection<T> With(T resource) => _places.TryGetValue(resource.Id, out long place)
        ? new(_inOrder.SetItem(place, resource), _places, _nextPlace)
        : new(_inOrder.Add(_nextPlace, resource), _places.Add(resource.Id, _nextPlace), _nextPlace + 1);

    /// <summary>The collection without the resource.</summary>
    internal ResourceCollection<T> Without(Guid id) => _places.TryGetValue(id, out long place)
        ? new(_inOrder.Remove(place), _places.Remove(id), _nextPlace)
        : this;
}
