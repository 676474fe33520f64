using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Publishing;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Http;

/// <summary>Turns requests into changes. What depends on the request alone is checked here; what depends on other resources is checked by the change.</summary>
internal static class RequestChanges
{
    /// <summary>A create of one resource, or of several that are made together or not at all.</summary>
    public static ApiProblem? ReadCreate(
        ResourceKind kind, ImmutableArray<OrderedDictionary<string, JsonElement>> resources, Caller caller, Quotas quotas, out Change change)
    {
        List<AttributeValues> all = [];
        change = set => CreateAll(set, kind, all, caller, quotas);
        foreach (OrderedDictionary<string, JsonElement> members in resources)
        {
            if (kind.Attributes.ReadCreate(members, AttributeUse.Post, out AttributeValues values) is { } problem)
            {
                return problem;
            }

            all.Add(values);
        }

        return null;
    }

    /// <summary>An update of the resource with this id, as the path writes it.</summary>
    public static ApiProblem? ReadUpdate(
        ResourceKind kind, string id, OrderedDictionary<string, JsonElement> members, Caller caller, int? expectedRevision, out Change change)
    {
        ApiProblem? problem = kind.Attributes.ReadUpdate(members, out AttributeValues values);
        change = set => Locate(set, kind, id, caller, expectedRevision, out Resource? current) ?? kind.Update(set, current!, values, caller);
        return problem;
    }

    /// <summary>A delete of the resource with this id, as the path writes it.</summary>
    public static Change Delete(ResourceKind kind, string id, Caller caller, int? expectedRevision) =>
        set => Locate(set, kind, id, caller, expectedRevision, out Resource? current) ?? kind.Delete(set, current!);

    /// <summary>The resource that a path names, as far as the caller is concerned.</summary>
    public static Resource? Find(ResourceSet set, ResourceKind kind, string id, Caller caller) =>
        Ids.TryParse(id, out Guid guid) && kind.Find(set, guid) is { } resource && caller.Sees(resource) ? resource : null;

    private static ChangeResult CreateAll(ResourceSet set, ResourceKind kind, List<AttributeValues> all, Caller caller, Quotas quotas)
    {
        List<Resource> made = [];
        foreach (AttributeValues values in all)
        {
            if (quotas.Refuse(set, kind, values.Get<string>(kind.ProjectAttribute)) is { } overQuota)
            {
                return overQuota;
            }

            ChangeResult result = kind.Create(set, Guid.NewGuid(), values, caller);
            if (result.Set is null)
            {
                return result;
            }

            set = result.Set;
            made.AddRange(result.Resources);
        }

        return ChangeResult.Of(set, made);
    }

    private static ChangeResult? Locate(
        ResourceSet set, ResourceKind kind, string id, Caller caller, int? expectedRevision, out Resource? current)
    {
        current = Find(set, kind, id, caller);
        if (current is null)
        {
            return kind.NotFound(id);
        }

        if (expectedRevision is { } expected && current is IRevisioned revisioned && revisioned.RevisionNumber != expected)
        {
            return new ApiProblem(412, "RevisionNumberConstraintFailed", string.Create(CultureInfo.InvariantCulture,
                $"Constrained to {expected}, but current revision is {revisioned.RevisionNumber}"));
        }

        return null;
    }
}
