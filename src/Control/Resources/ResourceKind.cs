using System.Text.Json;
using NetworkingSfc.Control.Attributes;

namespace NetworkingSfc.Control.Resources;

/// <summary>What the HTTP layer, the state document and the control loop know about a kind of resource.</summary>
internal abstract class ResourceKind
{
    /// <summary>Key of one resource in a body, for example <c>port_pair</c>.</summary>
    public abstract string Singular { get; }

    /// <summary>Key of a list and last segment of its path, for example <c>port_pairs</c>.</summary>
    public abstract string Plural { get; }

    /// <summary>Attributes that clients may send, in the order they are checked in.</summary>
    public abstract AttributeTable Attributes { get; }

    /// <summary>Which of the two spellings of the owner the table has (and messages name).</summary>
    public virtual string ProjectAttribute => "tenant_id";

    /// <summary>Whether this is part of the SFC API, below <c>/v2.0/sfc</c>: no bulk, no sorting, no revision numbers.</summary>
    public virtual bool IsSfc => true;

    /// <summary>Member that answers carry although <c>fields</c> did not ask for it.</summary>
    public virtual string? AlwaysShown => null;

    /// <summary>404 for an id, as it was written.</summary>
    public abstract ApiProblem NotFound(string id);

    /// <summary>The resource with this id, or null.</summary>
    public abstract Resource? Find(ResourceSet set, Guid id);

    /// <summary>All resources of the kind in creation order.</summary>
    public abstract IEnumerable<Resource> All(ResourceSet set);

    /// <summary>Applies the rules of a create to converted values.</summary>
    public abstract ChangeResult Create(ResourceSet set, Guid id, AttributeValues values, Caller caller);

    /// <summary>Applies the rules of an update to converted values.</summary>
    public abstract ChangeResult Update(ResourceSet set, Resource current, AttributeValues values, Caller caller);

    /// <summary>Makes a known resource what the values of a create describe: what is equal is left alone, what differs must be changeable.</summary>
    public abstract ChangeResult Substitute(ResourceSet set, Resource current, AttributeValues values, Caller caller);

    /// <summary>A set read from a document with the revision numbers that its resources of this kind have from the stored ones.</summary>
    public virtual ResourceSet Recount(ResourceSet read, ResourceSet stored) => read;

    /// <summary>Applies the rules of a delete.</summary>
    public abstract ChangeResult Delete(ResourceSet set, Resource current);

    /// <summary>Writes a resource as an object with the members asked for; all of them when none are named.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="resource">The resource.</param>
    /// <param name="fields">Names of the members asked for.</param>
    /// <param name="more">Writes members behind those, which are not the resource's own.</param>
    public abstract void Write(Utf8JsonWriter writer, Resource resource, IReadOnlyCollection<string> fields, Action<Utf8JsonWriter>? more = null);

    /// <summary>Writes the attributes that make a resource, as a state document has them; creating from them gives the same resource.</summary>
    public abstract void WriteStored(Utf8JsonWriter writer, Resource resource);

    /// <summary>The members of an answer, and whether every answer has them.</summary>
    public abstract IEnumerable<(string Name, bool Always)> Shown { get; }

    /// <summary>Converts list filters. Names that no filter looks at are ignored, as Neutron does here.</summary>
    public abstract ApiProblem? ReadFilters(IEnumerable<KeyValuePair<string, string>> query, out Predicate<Resource> filter);

    /// <summary>The text that sorting by a member compares, or null when no such member can be sorted by.</summary>
    public abstract Func<Resource, string?>? SortKey(string member);
}
