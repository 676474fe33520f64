using System.CommandLine;
using System.Text.Json.Nodes;
using NetworkingSfc.Sfc.Client;

namespace NetworkingSfc.Sfc.Resources;

/// <summary>
/// Changes to a list of other resources. As with the stock client, naming one adds it to those that are there; the API
/// itself only knows the whole list.
/// </summary>
internal sealed class ReferenceListChange : AttributeOption
{
    private readonly Noun _noun;
    private readonly string _attribute;
    private readonly Option<string[]> _add;
    private readonly Option<string[]> _remove;
    private readonly Option<bool> _none;

    /// <summary>The options of one list.</summary>
    /// <param name="noun">Kind of its items.</param>
    /// <param name="attribute">Name of the list.</param>
    public ReferenceListChange(Noun noun, string attribute)
    {
        _noun = noun;
        _attribute = attribute;
        string value = noun.Word.ToUpperInvariant();
        _add = ValueOption.New<string[]>($"--{noun.Word}", $"Add a {noun.Spoken} at the end. May be repeated.", value);
        _remove = ValueOption.New<string[]>($"--remove-{noun.Word}", $"Take a {noun.Spoken} out. May be repeated.", value);
        _none = new Option<bool>($"--no-{noun.Word}") { Description = $"Begin with none; with --{noun.Word}, this replaces the list." };
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => [_add, _remove, _none];

    /// <inheritdoc/>
    public override async Task FillAsync(BodyFilling filling)
    {
        List<string> ids = [];
        if (!filling.Arguments.GetValue(_none) && filling.Current?[_attribute] is JsonArray current)
        {
            ids.AddRange(current.Select(id => id!.GetValue<string>()));
        }

        foreach (string text in filling.Arguments.GetValue(_remove) ?? [])
        {
            string id = await filling.Names.FindIdAsync(_noun, text);
            if (!ids.Remove(id))
            {
                throw new CommandFailure($"The {_noun.Spoken} '{text}' is not there to be taken out. Accepted is one of its {_noun.Spoken}s.");
            }
        }

        foreach (string text in filling.Arguments.GetValue(_add) ?? [])
        {
            string id = await filling.Names.FindIdAsync(_noun, text);
            if (!ids.Contains(id))
            {
                ids.Add(id);
            }
        }

        filling.Put(_attribute, new JsonArray([.. ids.Select(id => (JsonNode?)JsonValue.Create(id))]));
    }
}
