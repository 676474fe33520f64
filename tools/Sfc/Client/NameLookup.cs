using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetworkingSfc.Sfc.Client;

/// <summary>Finds resources the way the stock client does: a UUID is an id, anything else a name that only one may have.</summary>
internal sealed class NameLookup(ApiClient client)
{
    /// <summary>The whole resource.</summary>
    /// <param name="noun">Its kind.</param>
    /// <param name="text">Its id or name.</param>
    public async Task<JsonObject> FindAsync(Noun noun, string text)
    {
        if (text.Length == 0)
        {
            throw new CommandFailure($"An empty text names no {noun.Spoken}. Accepted is the id or the name of one.");
        }

        // A name may look like an id, so a UUID that nothing has as its id is looked for as a name too.
        IReadOnlyList<JsonObject> found = Guid.TryParseExact(text, "D", out _) ? await ListAsync(noun, "id", text) : [];
        if (found.Count == 0)
        {
            found = await ListAsync(noun, "name", text);
        }

        return found.Count switch
        {
            1 => found[0],
            0 => throw new CommandFailure($"No {noun.Spoken} has the name or id '{text}'. Accepted is one that 'sfc {noun.Word} list' shows."),
            _ => throw new CommandFailure(
                $"'{text}' is the name of {found.Count} {noun.Spoken}s. Accepted is the id of one: {string.Join(", ", found.Select(IdOf))}."),
        };
    }

    /// <summary>The id of a resource.</summary>
    /// <param name="noun">Its kind.</param>
    /// <param name="text">Its id or name.</param>
    public async Task<string> FindIdAsync(Noun noun, string text) => IdOf(await FindAsync(noun, text));

    /// <summary>The id of a resource that the API sent.</summary>
    /// <param name="resource">The resource.</param>
    public static string IdOf(JsonObject resource) => TextOf(resource, "id");

    /// <summary>A text of a resource that the API sent, "" when it has none.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="member">Name of the member.</param>
    public static string TextOf(JsonObject resource, string member) =>
        resource[member] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";

    private async Task<IReadOnlyList<JsonObject>> ListAsync(Noun noun, string member, string text) =>
        (await client.GetAsync($"{noun.Collection}?{member}={Uri.EscapeDataString(text)}")).List(noun);
}
