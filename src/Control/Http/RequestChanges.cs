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

    /// <summary>
    /// A PUT that makes the resource with this id when nothing has it, and else makes the one that has it what the body says:
    /// what is absent takes its default, except what the server chose and the owner, which stay.
    /// </summary>
    public static ApiProblem? ReadPut(
        ResourceKind kind, string id, OrderedDictionary<string, JsonElement> members, Caller caller, Quotas quotas, int? expectedRevision, out Change change)
    {
        change = _ => kind.NotFound(id);
        if (!Ids.TryParse(id, out Guid guid))
        {
            return ApiProblem.InvalidValue("id", $"'{id}' is not a valid UUID");
        }

        bool ownerGiven = members.ContainsKey(kind.ProjectAttribute);
        ApiProblem? problem = ownerGiven ? null : Owners.Settle(kind, members, caller, isCreate: true);
        if (problem is not null)
        {
            return problem;
        }

        const AttributeUse Whole = AttributeUse.Post | AttributeUse.Document | AttributeUse.Replace;
        if (kind.Attributes.ReadCreate(members, Whole, out AttributeValues values) is { } refused)
        {
            return refused;
        }

        if (values.Get("id", guid) is var named && named != guid)
        {
            return ApiProblem.InvalidValue("id", $"the body names {named} and the path {guid}, which must be the same");
        }

        change = set => Put(set, kind, guid, values, ownerGiven, caller, quotas, expectedRevision);
        return null;
    }

    /// <summary>A delete of the resource with this id, as the path writes it.</summary>
    public static Change Delete(ResourceKind kind, string id, Caller caller, int? expectedRevision) =>
        set => Locate(set, kind, id, caller, expectedRevision, out Resource? current) ?? kind.Delete(set, current!);

    /// <summary>The resource that a path names, as far as the caller is concerned.</summary>
    public static Resource? Find(ResourceSet set, ResourceKind kind, string id, Caller caller) =>
        Ids.TryParse(id, out Guid guid) && kind.Find(set, guid) is { } resource && caller.Sees(resource) ? resource : null;

    private static ChangeResult Put(
        ResourceSet set, ResourceKind kind, Guid id, AttributeValues values, bool ownerGiven, Caller caller, Quotas quotas, int? expectedRevision)
    {
        if (kind.Find(set, id) is null)
        {
            if (expectedRevision is { } expected)
            {
                return RevisionMismatch(expected, "there is none");
            }

            return quotas.Refuse(set, kind, values.Get<string>(kind.ProjectAttribute)) is { } overQuota
                ? overQuota
                : kind.Create(set, id, values, caller).AsCreated();
        }

        if (Locate(set, kind, id.ToString(), caller, expectedRevision, out Resource? current) is { } problem)
        {
            return problem;
        }

        if (!ownerGiven)
        {
            values.Set(kind.ProjectAttribute, current!.ProjectId);
        }

        return kind.Substitute(set, current!, values, caller);
    }

    private static ApiProblem RevisionMismatch(int expected, string found) => new(412, "RevisionNumberConstraintFailed", string.Create(
        CultureInfo.InvariantCulture, $"Constrained to {expected}, but {found}"));

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
            return RevisionMismatch(expected, string.Create(CultureInfo.InvariantCulture, $"current revision is {revisioned.RevisionNumber}"));
        }

        return null;
    }
}
