using System.Text.Json;
using System.Text.Json.Nodes;
using NetworkingSfc.Sfc.Client;
using NetworkingSfc.Sfc.Printing;
using Spectre.Console;

namespace NetworkingSfc.Sfc.Resources;

/// <summary>One column of a list.</summary>
/// <param name="Header">Its head.</param>
/// <param name="Cell">Its text for a resource.</param>
/// <param name="IsWhole">Whether its texts are never broken, because they are there to be copied.</param>
internal sealed record ResourceColumn(string Header, Func<JsonObject, KnownNames, string> Cell, bool IsWhole = false);

/// <summary>How resources of one kind look in tables.</summary>
/// <param name="RefersTo">Kinds whose names are shown instead of ids.</param>
/// <param name="Columns">Columns of a list behind id and name.</param>
internal sealed record ResourceView(IReadOnlyList<Noun> RefersTo, IReadOnlyList<ResourceColumn> Columns)
{
    private const int IdWidth = 36;

    // Id and name.
    private const int FixedColumns = 2;

    /// <summary>Prints a list.</summary>
    public async Task PrintListAsync(TextWriter output, ApiClient client, IReadOnlyList<JsonObject> resources)
    {
        KnownNames names = resources.Count == 0 ? new KnownNames() : await KnownNames.LoadAsync(client, RefersTo);
        Table table = TableOutput.Create(["id", "name", .. Columns.Select(column => column.Header)]);

        table.Columns[0].Width(IdWidth).NoWrap();
        foreach ((int index, ResourceColumn column) in Columns.Index())
        {
            table.Columns[FixedColumns + index].NoWrap = column.IsWhole;
        }

        foreach (JsonObject resource in resources)
        {
            table.AddTexts([NameLookup.IdOf(resource), NameLookup.TextOf(resource, "name"), .. Columns.Select(column => column.Cell(resource, names))]);
        }

        TableOutput.Write(output, table);
    }

    /// <summary>Prints one resource, every member of it.</summary>
    public async Task PrintOneAsync(TextWriter output, ApiClient client, JsonObject resource)
    {
        KnownNames names = await KnownNames.LoadAsync(client, RefersTo);
        Table table = TableOutput.Create("attribute", "value");
        foreach ((string name, JsonNode? value) in resource)
        {
            table.AddLines(name, Lines(value, names));
        }

        TableOutput.Write(output, table);
    }

    private static IEnumerable<string> Lines(JsonNode? value, KnownNames names) => value switch
    {
        null => ["-"],
        JsonArray list => list.SelectMany(item => Lines(item, names)),
        JsonObject members => members.Select(member => $"{names.Explained(member.Key)}: {string.Join(", ", Lines(member.Value, names))}"),
        _ when value.GetValueKind() == JsonValueKind.String => [names.Explained(value.GetValue<string>())],
        _ => [value.ToJsonString()],
    };
}
