namespace NetworkingSfc.Control.Resources;

/// <summary>Finds resources of a collection by something else than their id. Immutable, and kept up to date by the collection that has it.</summary>
/// <typeparam name="T">The kind.</typeparam>
internal interface IResourceIndex<T> where T : Resource
{
    /// <summary>The index with a resource that it does not have.</summary>
    IResourceIndex<T> With(T resource, long place);

    /// <summary>The index without a resource that it has.</summary>
    IResourceIndex<T> Without(T resource, long place);
}
