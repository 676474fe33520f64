using System.CommandLine;
using System.Text.Json.Nodes;
using NetworkingSfc.Sfc.Client;

namespace NetworkingSfc.Sfc.Resources;

/// <summary>A body under way from the command line to the API.</summary>
/// <param name="Arguments">The command line.</param>
/// <param name="Names">Finds what the command line names.</param>
/// <param name="Current">The resource as it is; null when it is to be created.</param>
internal sealed record BodyFilling(ParseResult Arguments, NameLookup Names, JsonObject? Current)
{
    /// <summary>The attributes so far.</summary>
    public JsonObject Body { get; } = [];

    /// <summary>Sets an attribute, or a member inside one.</summary>
    /// <param name="path">Its name; dots lead into objects, which are made on the way.</param>
    /// <param name="value">The value.</param>
    public void Put(string path, JsonNode? value)
    {
        JsonObject place = Body;
        string[] steps = path.Split('.');
        foreach (string step in steps[..^1])
        {
            if (place[step] is not JsonObject inner)
            {
                place[step] = inner = [];
            }

            place = inner;
        }

        place[steps[^1]] = value;
    }
}
