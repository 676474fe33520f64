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
    private readonly Rows _rows;
    private readonly ImmutableDictionary<Guid, long> _places;

    private ResourceCollection(Rows rows, int count, ImmutableDictionary<Guid, long> places, IResourceIndex<T>? index)
    {
        _rows = rows;
        Count = count;
        _places = places;
        Index = index;
    }

    /// <summary>A collection without resources.</summary>
    internal static ResourceCollection<T> Empty { get; } = new(new Rows(0), 0, ImmutableDictionary<Guid, long>.Empty, index: null);

    /// <summary>The index over the resources, for kinds that have one.</summary>
    internal IResourceIndex<T>? Index { get; }

    /// <summary>Number of resources.</summary>
    public int Count { get; }

    /// <summary>The resources in creation order, for rules that look at all of them.</summary>
    internal ReadOnlySpan<T> All => _rows.Resources.AsSpan(0, Count);

    /// <summary>
    /// The place of each of <see cref="All"/>: ascending, and a resource's own as long as it exists. What is added later is
    /// behind all that are there.
    /// </summary>
    internal ReadOnlySpan<long> Places => _rows.Places.AsSpan(0, Count);

    /// <summary>The resource with an id that is known to exist.</summary>
    /// <param name="id">The id.</param>
    public T this[Guid id] => Find(id) ?? throw new KeyNotFoundException($"No {typeof(T).Name} has the id {id}.");

    /// <summary>The resource with this id, or null.</summary>
    /// <param name="id">The id.</param>
    public T? Find(Guid id) => _places.TryGetValue(id, out long place) ? _rows.Resources[IndexOf(place)] : null;

    /// <summary>The place of a resource that is known to exist.</summary>
    internal long PlaceOf(Guid id) => _places[id];

    /// <summary>Ids of the resources that an earlier collection has not, or has with another content.</summary>
    internal HashSet<Guid> ChangedSince(ResourceCollection<T> earlier)
    {
        HashSet<Guid> changed = [];
        ReadOnlySpan<T> all = All;
        ReadOnlySpan<long> places = Places;
        ReadOnlySpan<T> oldAll = earlier.All;
        ReadOnlySpan<long> oldPlaces = earlier.Places;
        int common = CommonStart(earlier);
        int old = common;
        for (int row = common; row < all.Length; row++)
        {
            while (old < oldPlaces.Length && oldPlaces[old] < places[row])
            {
                old++;
            }

            // Records are immutable: the same reference is the same content.
            if (old == oldPlaces.Length || !ReferenceEquals(oldAll[old], all[row]))
            {
                changed.Add(all[row].Id);
            }
        }

        return changed;
    }

    /// <summary>Number of rows that two collections have in common at their start, as far as that can be told without looking: what is appended shares the rows before it.</summary>
    internal int CommonStart(ResourceCollection<T> other) => ReferenceEquals(_rows, other._rows) ? Math.Min(Count, other.Count) : 0;

    /// <summary>Finds a resource by id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="resource">The resource found.</param>
    public bool TryGet(Guid id, [NotNullWhen(true)] out T? resource)
    {
        resource = Find(id);
        return resource is not null;
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => new ArraySegment<T>(_rows.Resources, 0, Count).AsEnumerable().GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>A collection without resources that keeps an index over those to come.</summary>
    /// <param name="empty">The index without resources.</param>
    internal static ResourceCollection<T> Indexed(IResourceIndex<T> empty) => new(new Rows(0), 0, ImmutableDictionary<Guid, long>.Empty, empty);

    /// <summary>This empty collection filled with what was kept, in the places that the resources had.</summary>
    /// <param name="places">The places, ascending.</param>
    /// <param name="resources">The resources, each with an id of its own.</param>
    internal ResourceCollection<T> Restored(ReadOnlySpan<long> places, ReadOnlySpan<T> resources)
    {
        Rows rows = new(resources.Length) { Used = resources.Length };
        places.CopyTo(rows.Places);
        resources.CopyTo(rows.Resources);
        ImmutableDictionary<Guid, long>.Builder byId = ImmutableDictionary.CreateBuilder<Guid, long>();
        IResourceIndex<T>? index = Index;
        for (int row = 0; row < resources.Length; row++)
        {
            byId.Add(resources[row].Id, places[row]);
            index = index?.With(resources[row], places[row]);
        }

        return new ResourceCollection<T>(rows, resources.Length, byId.ToImmutable(), index);
    }

    /// <summary>The collection with the resource added at the end, or in its old place when its id is known.</summary>
    internal ResourceCollection<T> With(T resource)
    {
        if (_places.TryGetValue(resource.Id, out long place))
        {
            Rows changed = _rows.Copy(Count, Count);
            ref T row = ref changed.Resources[IndexOf(place)];
            IResourceIndex<T>? updated = Index?.Without(row, place).With(resource, place);
            row = resource;
            return new ResourceCollection<T>(changed, Count, _places, updated);
        }

        // Later collections share the rows of earlier ones: nobody looks beyond their own count. Only the first to
        // append after the last row may use it; whoever comes from an older collection takes a copy.
        Rows rows = _rows.Used == Count && Count < _rows.Resources.Length ? _rows : _rows.Copy(Count, Math.Max(4, Count * 2));
        long next = Count == 0 ? 0 : rows.Places[Count - 1] + 1;
        rows.Resources[Count] = resource;
        rows.Places[Count] = next;
        rows.Used = Count + 1;
        return new ResourceCollection<T>(rows, Count + 1, _places.Add(resource.Id, next), Index?.With(resource, next));
    }

    /// <summary>The collection without the resource.</summary>
    internal ResourceCollection<T> Without(Guid id)
    {
        if (!_places.TryGetValue(id, out long place))
        {
            return this;
        }

        int row = IndexOf(place);
        Rows rows = _rows.Copy(Count, Count);
        rows.Close(row, Count);
        return new ResourceCollection<T>(rows, Count - 1, _places.Remove(id), Index?.Without(_rows.Resources[row], place));
    }

    private int IndexOf(long place) => Array.BinarySearch(_rows.Places, 0, Count, place);

    /// <summary>Resources side by side with their places, which ascend. The control loop is the only one to append.</summary>
    private sealed class Rows(int capacity)
    {
        public T[] Resources { get; } = new T[capacity];

        public long[] Places { get; } = new long[capacity];

        public int Used { get; set; }

        public Rows Copy(int count, int capacity)
        {
            Rows copy = new(capacity) { Used = count };
            Array.Copy(Resources, copy.Resources, count);
            Array.Copy(Places, copy.Places, count);
            return copy;
        }

        public void Close(int index, int count)
        {
            Array.Copy(Resources, index + 1, Resources, index, count - index - 1);
            Array.Copy(Places, index + 1, Places, index, count - index - 1);
            Resources[count - 1] = null!;
            Used = count - 1;
        }
    }
}
