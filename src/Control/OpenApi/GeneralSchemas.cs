using System.Text.Json.Nodes;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Http;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.OpenApi;

/// <summary>Schemas that belong to no kind of resource.</summary>
internal static class GeneralSchemas
{
    /// <summary>Name of the schema of links.</summary>
    public const string Links = "links";

    /// <summary>Name of the schema of a project's limits.</summary>
    public const string Quota = "quota";

    /// <summary>Name of the schema of an extension.</summary>
    public const string Extension = "extension";

    /// <summary>Name of the schema of a whole state.</summary>
    public const string State = "state";

    /// <summary>Name of the schema of a status.</summary>
    public const string Status = "status";

    private const string Function = """
        {"type": "object", "required": ["kind"], "additionalProperties": false, "properties": {
          "kind": {"enum": ["forward", "aware", "drop", "tap", "rewrite"]},
          "source_ip": {"type": ["string", "null"]}, "destination_ip": {"type": ["string", "null"]},
          "source_port": {"type": ["integer", "null"], "minimum": 0, "maximum": 65535},
          "destination_port": {"type": ["integer", "null"], "minimum": 0, "maximum": 65535}}}
        """;

    /// <summary>Adds the schemas.</summary>
    public static void Add(JsonObject schemas)
    {
        JsonNode text = Operation.Parse("""{"type": "string"}""");
        schemas[Operation.Problem] = Operation.ObjectOf(("NeutronError", Operation.ObjectOf(
            ("type", text), ("message", text.DeepClone()), ("detail", text.DeepClone()))));
        schemas[Links] = Operation.ListOf(Operation.ObjectOf(("rel", text.DeepClone()), ("href", text.DeepClone())));
        schemas[Extension] = Operation.ObjectOf(
            ("name", text.DeepClone()), ("alias", text.DeepClone()), ("description", text.DeepClone()), ("updated", text.DeepClone()),
            ("links", Operation.Reference(Links)));
        JsonObject quota = Operation.ObjectOf([.. QuotaRequests.Attributes.Rules.Select(rule => (rule.Name, Operation.Parse(rule.Schema.Json)))]);
        schemas[Quota] = quota;
        JsonObject listed = (JsonObject)quota.DeepClone();
        foreach (string owner in new[] { "project_id", "tenant_id" })
        {
            listed["properties"]![owner] = text.DeepClone();
            ((JsonArray)listed["required"]!).Add((JsonNode)owner);
        }

        schemas["quota_listed"] = listed;
        JsonObject changed = (JsonObject)quota.DeepClone();
        changed.Remove("required");
        schemas["quota_update"] = changed;
        schemas[State] = StateSchema();
        StatusSchemas.Add(schemas);
    }

    private static JsonObject StateSchema()
    {
        JsonObject properties = new()
        {
            ["revision"] = Operation.Parse("""{"type": "integer", "minimum": 0, "maximum": 9007199254740991}"""),
            ["generations"] = Operation.Parse("""{"type": "array", "items": {"type": "integer", "minimum": 0}, "description": "Not looked at in a PUT."}"""),
            ["functions"] = Operation.Parse($$"""{"type": "object", "additionalProperties": {{Function}}}"""),
            ["uplinks"] = Operation.Parse($$"""{"type": "object", "additionalProperties": {{Schema.Id.Json}}}"""),
        };
        foreach (ResourceKind kind in ResourceCatalog.All)
        {
            JsonObject list = Operation.ListOf(Operation.Reference(ResourceSchemas.Stored(kind)));
            list["maxItems"] = JsonScan.MaxItems;
            properties[kind.Plural] = list;
        }

        return new JsonObject
        {
            ["type"] = "object",
            ["description"] = "Objects may also be named by unique names, and have their ids derived when they have none.",
            ["properties"] = properties,
            ["required"] = new JsonArray("revision"),
            ["additionalProperties"] = false,
        };
    }
}
