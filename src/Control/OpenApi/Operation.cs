using System.Text.Json.Nodes;

namespace NetworkingSfc.Control.OpenApi;

/// <summary>Builds the parts that operations are made of.</summary>
internal static class Operation
{
    /// <summary>Name of the schema of the error envelope.</summary>
    public const string Problem = "problem";

    private const string Json = "application/json";

    /// <summary>A reference to a schema of the document.</summary>
    public static JsonObject Reference(string schema) => new() { ["$ref"] = $"#/components/schemas/{schema}" };

    /// <summary>An object with the given members, all of them there and no others.</summary>
    public static JsonObject ObjectOf(params (string Name, JsonNode Schema)[] members)
    {
        JsonObject properties = [];
        JsonArray required = [];
        foreach ((string name, JsonNode schema) in members)
        {
            properties[name] = schema;
            required.Add((JsonNode)name);
        }

        return new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = required, ["additionalProperties"] = false };
    }

    /// <summary>A list of what a schema describes.</summary>
    public static JsonObject ListOf(JsonNode items) => new() { ["type"] = "array", ["items"] = items };

    /// <summary>An operation that answers one of the statuses, each with its body or none, or a problem.</summary>
    public static JsonObject Of(string summary, JsonNode? body, params (int Status, JsonNode? Body)[] answers)
    {
        JsonObject responses = [];
        foreach ((int status, JsonNode? answer) in answers)
        {
            responses[$"{status}"] = Response(status == StatusCodes.Status204NoContent ? "Done." : "The answer.", answer);
        }

        responses["4XX"] = Response("Why the request is refused; nothing was changed.", Reference(Problem));
        responses["503"] = Response("Changes cannot be made for now; nothing was changed.", Reference(Problem));
        JsonObject operation = new() { ["summary"] = summary, ["responses"] = responses };
        if (body is not null)
        {
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content(body) };
        }

        return operation;
    }

    /// <summary>A parameter.</summary>
    public static JsonObject Parameter(string name, string place, JsonNode schema, string description) => new()
    {
        ["name"] = name,
        ["in"] = place,
        ["required"] = place == "path",
        ["description"] = description,
        ["schema"] = schema,
    };

    /// <summary>A schema written as text.</summary>
    public static JsonNode Parse(string json) => JsonNode.Parse(json)!;

    private static JsonObject Response(string description, JsonNode? body)
    {
        JsonObject response = new() { ["description"] = description };
        if (body is not null)
        {
            response["content"] = Content(body);
        }

        return response;
    }

    private static JsonObject Content(JsonNode schema) => new() { [Json] = new JsonObject { ["schema"] = schema } };
}
