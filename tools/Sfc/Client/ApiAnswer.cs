using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetworkingSfc.Sfc.Client;

/// <summary>The body of a good answer.</summary>
/// <param name="Text">The body as sent.</param>
/// <param name="Sender">Who sent it, as the subject of a sentence.</param>
internal sealed record ApiAnswer(string Text, string Sender)
{
    /// <summary>The body as an object.</summary>
    public JsonObject Body()
    {
        try
        {
            return JsonNode.Parse(Text) as JsonObject ?? throw Strange();
        }
        catch (JsonException)
        {
            throw Strange();
        }
    }

    /// <summary>One resource in its envelope.</summary>
    /// <param name="noun">What is expected.</param>
    public JsonObject One(Noun noun) => Body()[noun.Singular] as JsonObject ?? throw Strange();

    /// <summary>A list of resources in its envelope.</summary>
    /// <param name="noun">What is expected.</param>
    public IReadOnlyList<JsonObject> List(Noun noun)
    {
        JsonArray list = Body()[noun.Plural] as JsonArray ?? throw Strange();
        return [.. list.Select(item => item as JsonObject ?? throw Strange())];
    }

    private CommandFailure Strange() => new($"{Sender} answered something else than was asked for; is it the control API of a forwarder?");
}
