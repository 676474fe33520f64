using System.Text.Json.Nodes;
using NetworkingSfc.Sfc.Client;

namespace NetworkingSfc.Sfc.Resources;

/// <summary>Names of the resources that others refer to by id, for tables: people know names.</summary>
internal sealed class KnownNames
{
    private readonly Dictionary<string, string> _names = [];

    /// <summary>Asks for the names of some kinds.</summary>
    /// <param name="client">Whom to ask.</param>
    /// <param name="nouns">The kinds.</param>
    public static async Task<KnownNames> LoadAsync(ApiClient client, IEnumerable<Noun> nouns)
    {
        KnownNames names = new();
        foreach (Noun noun in nouns)
        {
            IReadOnlyList<JsonObject> resources = (await client.GetAsync($"{noun.Collection}?fields=id&fields=name")).List(noun);
            foreach (IGrouping<string, JsonObject> same in resources.GroupBy(resource => NameLookup.TextOf(resource, "name")))
            {
                // A name that several have would not say which one is meant.
                if (same.Key.Length > 0 && same.Count() == 1)
                {
                    names._names[NameLookup.IdOf(same.Single())] = same.Key;
                }
            }
        }

        return names;
    }

    /// <summary>The name that only this resource has, else its id; "" for nothing.</summary>
    /// <param name="id">An id that the API sent.</param>
    public string Of(JsonNode? id) => id is null ? "" : _names.GetValueOrDefault(Text(id), Text(id));

    /// <summary>A list by name, one a line.</summary>
    /// <param name="ids">Ids that the API sent.</param>
    public string OfAll(JsonNode? ids) => ids is JsonArray list ? string.Join(", ", list.Select(Of)) : "";

    /// <summary>A text with the name it stands for behind it when it is an id with a name.</summary>
    /// <param name="text">Any text that the API sent.</param>
    public string Explained(string text) => _names.TryGetValue(text, out string? name) ? $"{text} ({name})" : text;

    private static string Text(JsonNode node) => node.GetValueKind() == System.Text.Json.JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString();
}
