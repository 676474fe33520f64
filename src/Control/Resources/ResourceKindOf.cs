using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using NetworkingSfc.Control.Attributes;

namespace NetworkingSfc.Control.Resources;

/// <summary>The typed part of a <see cref="ResourceKind"/>: where its resources are, how they are built and shown.</summary>
/// <typeparam name="T">The resource.</typeparam>
internal abstract class ResourceKindOf<T> : ResourceKind where T : Resource
{
    /// <summary>Members of an answer, in order.</summary>
    public abstract ImmutableArray<ResourceMember<T>> Members { get; }

    /// <inheritdoc/>
    public override Resource? Find(ResourceSet set, Guid id) => In(set).Find(id);

    /// <inheritdoc/>
    public override IEnumerable<Resource> All(ResourceSet set) => In(set);

    /// <inheritdoc/>
    public override ChangeResult Create(ResourceSet set, Guid id, AttributeValues values, Caller caller)
    {
        T built = Built(id, values);
        return !caller.IsAdmin && Differing(Built(id, values.OfMember(Attributes)), built, values).FirstOrDefault(rule => rule.IsForAdmins) is { } refused
            ? ApiProblem.NotForMembers($"create_{Singular}", refused.Name)
            : Create(set, built, values, caller);
    }

    /// <inheritdoc/>
    public override ChangeResult Update(ResourceSet set, Resource current, AttributeValues values, Caller caller) =>
        !caller.IsAdmin && Attributes.Rules.FirstOrDefault(rule => rule.IsForAdmins && values.IsSent(rule.Name)) is { } refused
            ? ApiProblem.NotForMembers($"update_{Singular}", refused.Name)
            : Update(set, (T)current, values, caller);

    /// <inheritdoc/>
    public override ChangeResult Delete(ResourceSet set, Resource current)
    {
        ApiProblem? inUse = InUse(set, (T)current);
        return inUse is null ? ChangeResult.Of(Put(set, In(set).Without(current.Id))) : inUse;
    }

    /// <inheritdoc/>
    public override ChangeResult Substitute(ResourceSet set, Resource current, AttributeValues values, Caller caller)
    {
        T wanted = Completed(set, Built(current.Id, values), (T)current, values);
        AttributeValues changed = new();
        foreach (AttributeRule rule in Differing((T)current, wanted, values))
        {
            if ((rule.Use & (AttributeUse.Put | AttributeUse.Replace)) == 0)
            {
                return ApiProblem.BadRequest($"Cannot update read-only attribute {rule.Name}", rule.Name);
            }

            if (caller.IsAdmin || !rule.IsForAdmins)
            {
                changed.Set(rule.Name, values.Get(rule.Name, rule.Default));
            }
            else if (values.IsSent(rule.Name))
            {
                return ApiProblem.NotForMembers($"update_{Singular}", rule.Name);
            }
        }

        return Update(set, (T)current, changed, caller);
    }

    /// <inheritdoc/>
    public override IEnumerable<(string Name, bool Always)> Shown => Members.Select(member => (member.Name, member.Shown is null));

    /// <inheritdoc/>
    public override void WriteStored(Utf8JsonWriter writer, Resource resource)
    {
        T typed = (T)resource;
        writer.WriteStartObject();
        foreach (ResourceMember<T> member in Members)
        {
            if (Attributes.Find(member.Name) is not null && (member.Stored ?? member.Shown)?.Invoke(typed) != false)
            {
                writer.WritePropertyName(member.Name);
                member.Write(writer, typed);
            }
        }

        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Resource resource, IReadOnlyCollection<string> fields, Action<Utf8JsonWriter>? more = null)
    {
        T typed = (T)resource;
        writer.WriteStartObject();
        foreach (ResourceMember<T> member in Members)
        {
            bool asked = fields.Count == 0 || fields.Contains(member.Name) || member.Name == AlwaysShown;
            if (asked && member.Shown?.Invoke(typed) != false)
            {
                writer.WritePropertyName(member.Name);
                member.Write(writer, typed);
            }
        }

        more?.Invoke(writer);
        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    public override ApiProblem? ReadFilters(IEnumerable<KeyValuePair<string, string>> query, out Predicate<Resource> filter)
    {
        filter = _ => true;
        Dictionary<ResourceMember<T>, HashSet<string?>> wanted = [];
        foreach ((string name, string text) in query)
        {
            ResourceMember<T>? member = Members.FirstOrDefault(candidate => candidate.Name == name);
            if (member?.Key is null)
            {
                continue;
            }

            string? value = text;
            if (member.ConvertFilter is not null)
            {
                Reading reading = member.ConvertFilter(name, JsonSerializer.SerializeToElement(text, JsonText.Default.String));
                if (reading.Problem is not null)
                {
                    return reading.Problem;
                }

                value = reading.Value?.ToString();
            }

            (wanted.TryGetValue(member, out HashSet<string?>? values) ? values : wanted[member] = []).Add(value);
        }

        if (wanted.Count > 0)
        {
            filter = resource => wanted.All(pair => pair.Value.Contains(pair.Key.Key!((T)resource)));
        }

        return null;
    }

    /// <inheritdoc/>
    public override Func<Resource, string?>? SortKey(string member) =>
        !IsSfc && Members.FirstOrDefault(candidate => candidate.Name == member)?.Key is { } key ? resource => key((T)resource) : null;

    /// <summary>The collection of this kind.</summary>
    protected abstract ResourceCollection<T> In(ResourceSet set);

    /// <summary>The set with another collection of this kind.</summary>
    protected abstract ResourceSet Put(ResourceSet set, ResourceCollection<T> collection);

    /// <summary>The resource that the values describe, before the rules that need other resources.</summary>
    protected abstract T Built(Guid id, AttributeValues values);

    /// <summary>Applies the rules between resources; may fill what the server assigns.</summary>
    protected abstract ChangeResult Create(ResourceSet set, T built, AttributeValues values, Caller caller);

    /// <summary>A resource built to take the place of a known one, with what the server chose for that where the values do not say.</summary>
    protected virtual T Completed(ResourceSet set, T built, T current, AttributeValues values) => built;

    /// <summary>Whether a document would say the same of both resources.</summary>
    protected bool IsStoredAlike(T one, T other) =>
        Written(one, WriteStored).WrittenSpan.SequenceEqual(Written(other, WriteStored).WrittenSpan);

    /// <summary>Applies an update; without more, only name and description change.</summary>
    protected virtual ChangeResult Update(ResourceSet set, T current, AttributeValues values, Caller caller) =>
        Replace(set, Renamed(current, values));

    /// <summary>Why the resource cannot be deleted, or null.</summary>
    protected virtual ApiProblem? InUse(ResourceSet set, T current) => null;

    /// <summary>The resource with the name and description of an update.</summary>
    protected static T Renamed(T current, AttributeValues values) => current with
    {
        Name = values.Get("name", current.Name),
        Description = values.Get("description", current.Description),
    };

    private List<AttributeRule> Differing(T one, T other, AttributeValues values)
    {
        using JsonDocument before = Document(one, WriteStored);
        using JsonDocument after = Document(other, WriteStored);
        using JsonDocument shownBefore = Document(one, WriteShown);
        using JsonDocument shownAfter = Document(other, WriteShown);

        // What is shown and sent back is no change, also where it stands for nothing stored.
        return [.. Attributes.Rules.Where(rule => !IsSame(before.RootElement, after.RootElement, rule.Name)
            && !(values.IsSent(rule.Name) && IsSame(shownBefore.RootElement, shownAfter.RootElement, rule.Name)))];
    }

    private static bool IsSame(JsonElement before, JsonElement after, string name) =>
        before.TryGetProperty(name, out JsonElement old)
            ? after.TryGetProperty(name, out JsonElement wanted) && JsonElement.DeepEquals(old, wanted)
            : !after.TryGetProperty(name, out _);

    private static JsonDocument Document(Resource resource, Action<Utf8JsonWriter, Resource> write) =>
        JsonDocument.Parse(Written(resource, write).WrittenMemory);

    private static ArrayBufferWriter<byte> Written(Resource resource, Action<Utf8JsonWriter, Resource> write)
    {
        ArrayBufferWriter<byte> buffer = new();
        using Utf8JsonWriter writer = new(buffer);
        write(writer, resource);
        return buffer;
    }

    private void WriteShown(Utf8JsonWriter writer, Resource resource) => Write(writer, resource, []);

    /// <summary>The result with the resource added, or replaced in its place.</summary>
    protected ChangeResult Replace(ResourceSet set, T resource) => In(set).Find(resource.Id) == resource
        ? ChangeResult.Of(set, resource)
        : ChangeResult.Of(Put(set, In(set).With(resource)), resource);
}
