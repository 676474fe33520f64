using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.State;

namespace NetworkingSfc.Control.Planning;

/// <summary>Objects by id, compared in the form that clients see.</summary>
internal static class ObjectComparison
{
    /// <summary>Counts changes and is not one.</summary>
    private const string RevisionNumber = "revision_number";

    /// <summary>All differences: what is added, changed and removed, in the order of the catalog; then what goes with objects.</summary>
    public static ImmutableArray<PlannedChange> Changes(ResourceSet before, ResourceSet after) =>
    [
        .. ResourceCatalog.All.SelectMany(kind => Changes(kind, before, after)),
        .. Attached("uplink", before.Networks, before.Uplinks, after.Networks, after.Uplinks, (writer, port) =>
        {
            writer.WriteStartObject();
            writer.WriteString("port", port);
            writer.WriteEndObject();
        }),
        .. Attached("function", before.PortPairs, before.Functions, after.PortPairs, after.Functions, StateFunctions.Write),
    ];

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

    /// <summary>What a state says about objects beside their attributes: it has their ids and names.</summary>
    private static IEnumerable<PlannedChange> Attached<TOwner, TValue>(
        string kind,
        ResourceCollection<TOwner> ownersBefore,
        ImmutableDictionary<Guid, TValue> before,
        ResourceCollection<TOwner> ownersAfter,
        ImmutableDictionary<Guid, TValue> after,
        Action<Utf8JsonWriter, TValue> write)
        where TOwner : Resource
    {
        foreach (TOwner owner in ownersAfter.Where(owner => after.ContainsKey(owner.Id)))
        {
            if (!before.TryGetValue(owner.Id, out TValue? old))
            {
                yield return new PlannedChange(ChangeAction.Add, kind, owner.Id, owner.Name, []);
            }
            else if (Differences(Shown(writer => write(writer, old)), Shown(writer => write(writer, after[owner.Id]))) is { IsEmpty: false } attributes)
            {
                yield return new PlannedChange(ChangeAction.Change, kind, owner.Id, owner.Name, attributes);
            }
        }

        foreach (TOwner owner in ownersBefore.Where(owner => before.ContainsKey(owner.Id) && !after.ContainsKey(owner.Id)))
        {
            yield return new PlannedChange(ChangeAction.Remove, kind, owner.Id, owner.Name, []);
        }
    }

    private static ImmutableArray<AttributeChange> Attributes(ResourceKind kind, Resource before, Resource after) =>
        Differences(Shown(writer => kind.Write(writer, before, [])), Shown(writer => kind.Write(writer, after, [])));

    private static ImmutableArray<AttributeChange> Differences(Dictionary<string, string> was, Dictionary<string, string> becomes) =>
    [
        .. becomes.Keys.Union(was.Keys)
            .Where(name => name != RevisionNumber && was.GetValueOrDefault(name) != becomes.GetValueOrDefault(name))
            .Select(name => new AttributeChange(name, was.GetValueOrDefault(name), becomes.GetValueOrDefault(name))),
    ];

    private static Dictionary<string, string> Shown(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            write(writer);
        }

        using JsonDocument document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetRawText());
    }
}
