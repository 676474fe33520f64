using System.Collections.Immutable;
using System.Text.Json;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.State;

/// <summary>
/// From a JSON object to a state. Each list goes through the attribute tables and rules of the API, as its
/// administrator and without quotas, so that what POST refuses is refused here. Errors are collected within a list;
/// a list with errors is the last one read, because the next would only complain about what it misses.
/// </summary>
internal sealed class StateReader(bool restores)
{
    private const string Functions = "functions";
    private const string Uplinks = "uplinks";
    private const string Revision = "revision";

    /// <summary>What workers use; part of the document that the API gives, and says nothing about the state.</summary>
    private const string Generations = "generations";

    /// <summary>What every JSON reader holds exactly (RFC 8259, section 6).</summary>
    private const long MaxRevision = (1L << 53) - 1;

    private readonly List<StateError> _errors = [];
    private readonly StateNames _names = new();
    private ResourceSet _set = ResourceSet.Empty;

    /// <summary>Whether a server has said the document: what it held it may be given back. People write revisions, too.</summary>
    public static bool IsOfServer(JsonElement root) => root.ValueKind == JsonValueKind.Object && root.TryGetProperty(Generations, out _);

    public StateReading Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            _errors.Add(new StateError("$", $"The document is not an object. Accepted is an object with {Known()}."));
            return Refused();
        }

        foreach (JsonProperty member in root.EnumerateObject())
        {
            if (member.Name is not (Functions or Uplinks or Revision or Generations) && ResourceCatalog.Find(member.Name) is null)
            {
                _errors.Add(new StateError(JsonPath.Member("", member.Name), $"'{member.Name}' is not a member of a state document. Accepted are {Known()}."));
            }
        }

        long? revision = root.TryGetProperty(Revision, out JsonElement number) ? ReadRevision(number) : null;
        foreach (ResourceKind kind in ResourceCatalog.All)
        {
            if (_errors.Count > 0)
            {
                return Refused();
            }

            if (root.TryGetProperty(kind.Plural, out JsonElement list))
            {
                ReadList(kind, list);
            }
        }

        if (_errors.Count > 0)
        {
            return Refused();
        }

        if (!restores)
        {
            _errors.AddRange(StateConflicts.Find(_set, held: null));
        }

        StateFunctions functions = new(_set, _names, _errors);
        StateDocument document = new()
        {
            Resources = _set with
            {
                Functions = functions.Read(Functions, root.TryGetProperty(Functions, out JsonElement given) ? given : null),
                Uplinks = new StateUplinks(_set, _names, _errors).Read(Uplinks, root.TryGetProperty(Uplinks, out JsonElement uplinks) ? uplinks : null),
            },
            Revision = revision,
        };
        return _errors.Count > 0 ? Refused() : new StateReading(document, []);
    }

    private static string Known() => string.Join(", ", ResourceCatalog.All.Select(kind => kind.Plural).Append(Functions).Append(Uplinks).Append(Revision).Append(Generations));

    private long? ReadRevision(JsonElement given)
    {
        if (given.ValueKind == JsonValueKind.Number && given.TryGetInt64(out long revision) && revision is >= 0 and <= MaxRevision)
        {
            return revision;
        }

        _errors.Add(new StateError(Revision, $"'{PythonText.Str(given)}' is not a revision. Accepted is a whole number from 0 to {MaxRevision}."));
        return null;
    }

    private StateReading Refused() => new(null, [.. _errors]);

    private void ReadList(ResourceKind kind, JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            _errors.Add(new StateError(kind.Plural, $"'{PythonText.Str(list)}' is not a list. Accepted is a list of objects."));
            return;
        }

        JsonElement[] items = [.. list.EnumerateArray()];
        Guid[] ids = new StateIds().Assign(kind, items, (index, message) =>
            _errors.Add(new StateError(JsonPath.Member(JsonPath.Item(kind.Plural, index), "id"), message)));
        for (int index = 0; index < items.Length && _errors.Count == 0; index++)
        {
            if (items[index].ValueKind == JsonValueKind.Object)
            {
                _names.Add(kind, ids[index], StateIds.NameOf(items[index]));
            }
        }

        if (_errors.Count > 0)
        {
            return;
        }

        for (int index = 0; index < items.Length; index++)
        {
            ReadObject(kind, items[index], ids[index], JsonPath.Item(kind.Plural, index));
        }
    }

    private void ReadObject(ResourceKind kind, JsonElement item, Guid id, string path)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            _errors.Add(new StateError(path, $"'{PythonText.Str(item)}' is not an object. Accepted is an object with {kind.Attributes.Names}."));
            return;
        }

        OrderedDictionary<string, JsonElement> members = JsonMembers.Of(item);
        if (!new StateReferences(_names, _errors).Resolve(kind.Attributes, members, path))
        {
            return;
        }

        ApiProblem? problem = Owners.Settle(kind, members, Caller.Default, isCreate: true)
            ?? Refuse(kind, members, out AttributeValues values)
            ?? Create(kind, id, values);
        if (problem is not null)
        {
            _errors.Add(StateError.Of(kind, path, problem));
        }
    }

    private static ApiProblem? Refuse(ResourceKind kind, OrderedDictionary<string, JsonElement> members, out AttributeValues values) =>
        kind.Attributes.ReadCreate(members, AttributeUse.Post | AttributeUse.Document, out values);

    private ApiProblem? Create(ResourceKind kind, Guid id, AttributeValues values)
    {
        ChangeResult result = kind.Create(_set, id, values, OwnerOf(values.Get<string>(kind.ProjectAttribute)) with { JoinsLater = true });
        _set = result.Set ?? _set;
        return result.Problem;
    }

    private Caller OwnerOf(string project) => new(project, IsAdmin: true) { Restores = restores };
}
