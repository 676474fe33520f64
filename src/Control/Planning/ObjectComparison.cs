using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Planning;

/// <summary>Objects by id, compared in the form that clients see.</summary>
internal static class ObjectComparison
{
    /// <summary>Counts changes and is not one.</summary>
    private const string RevisionNumber = "revision_number";

    /// <summary>All differences: what is added, changed and removed, in the order of the catalog.</summary>
    public static ImmutableArray<PlannedChange> Changes(ResourceSet before, ResourceSet after) =>
        [.. ResourceCatalog.All.SelectMany(kind => Changes(kind, before, after))];

    /// <summary>Creation order decides between chains, so another order is a change too.</summary>
    public static IEnumerable<PlanFinding> OrderFindings(ResourceSet before, ResourceSet after)
    {
        Guid[] was = [.. before.PortChains.Select(chain => chain.Id).Where(id => after.PortChains.Find(id) is not null)];
        Guid[] becomes = [.. after.PortChains.Select(chain => chain.Id).Where(id => before.PortChains.Find(id) is not null)];
        if (!was.SequenceEqual(becomes))
        {
            yield return PlanFinding.Note("order_changed",
                "The chains that stay come in another order. Where classifiers of two chains match the same packets, the chain that comes first takes them.");
        }
    }

    private static IEnumerable<PlannedChange> Changes(ResourceKind kind, ResourceSet before, ResourceSet after)
    {
        foreach (Resource resource in kind.All(after))
        {
            if (kind.Find(before, resource.Id) is not { } old)
            {
                yield return new PlannedChange(ChangeAction.Add, kind.Singular, resource.Id, resource.Name, []);
            }
            else if (ReferenceEquals(old, resource))
            {
                continue;
            }
            else if (Attributes(kind, old, resource) is { IsEmpty: false } attributes)
            {
                yield return new PlannedChange(ChangeAction.Change, kind.Singular, resource.Id, resource.Name, attributes);
            }
        }

        foreach (Resource resource in kind.All(before).Where(resource => kind.Find(after, resource.Id) is null))
        {
            yield return new PlannedChange(ChangeAction.Remove, kind.Singular, resource.Id, resource.Name, []);
        }
    }

    private static ImmutableArray<AttributeChange> Attributes(ResourceKind kind, Resource before, Resource after)
    {
        Dictionary<string, string> was = Shown(kind, before);
        Dictionary<string, string> becomes = Shown(kind, after);
        return
        [
            .. becomes.Keys.Union(was.Keys)
                .Where(name => name != RevisionNumber && was.GetValueOrDefault(name) != becomes.GetValueOrDefault(name))
                .Select(name => new AttributeChange(name, was.GetValueOrDefault(name), becomes.GetValueOrDefault(name))),
        ];
    }

    private static Dictionary<string, string> Shown(ResourceKind kind, Resource resource)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            kind.Write(writer, resource, []);
        }

        using JsonDocument document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetRawText());
    }
}
