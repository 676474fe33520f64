using System.Text.Json.Nodes;

namespace NetworkingSfc.Control.Tests.OpenApi;

/// <summary>An operation of the document.</summary>
internal sealed record OpenApiOperation(string Method, string Path, JsonObject Definition)
{
    /// <summary>What a body must be; null for none.</summary>
    public JsonNode? Body => Definition["requestBody"]?["content"]!["application/json"]!["schema"];

    /// <summary>Statuses of success.</summary>
    public IEnumerable<string> Successes => Definition["responses"]!.AsObject().Select(response => response.Key).Where(status => status[0] == '2');

    /// <summary>All operations of a document.</summary>
    public static IEnumerable<OpenApiOperation> Of(JsonObject document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        where operation.Key != "parameters"
        select new OpenApiOperation(operation.Key.ToUpperInvariant(), path.Key, (JsonObject)operation.Value!);

    /// <summary>Whether a path without its query is one of this operation's.</summary>
    public bool Takes(string path)
    {
        string[] mine = Path.Split('/');
        string[] theirs = path.Split('/');
        return mine.Length == theirs.Length && mine.Zip(theirs).All(pair => pair.First == pair.Second || pair.First.StartsWith('{'));
    }

    /// <summary>What is wrong with an answer, or null.</summary>
    public string? Check(SchemaValidator schemas, int status, JsonNode? body)
    {
        JsonObject responses = (JsonObject)Definition["responses"]!;
        if ((responses[$"{status}"] ?? responses[$"{status / 100}XX"]) is not { } response)
        {
            return $"The status {status} is not described.";
        }

        JsonNode? schema = response["content"]?["application/json"]!["schema"];
        return schema is null ? (body is null ? null : "A body is not described.") : schemas.Check(schema, body);
    }
}
