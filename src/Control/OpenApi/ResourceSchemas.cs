using System.Text.Json.Nodes;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.OpenApi;

/// <summary>Schemas of a kind of resource: what is answered, and what creating, changing and replacing take.</summary>
internal static class ResourceSchemas
{
    private static readonly string[] _owners = ["project_id", "tenant_id"];

    /// <summary>Name of the schema of what is answered.</summary>
    public static string Shown(ResourceKind kind) => kind.Singular;

    /// <summary>Name of the schema of what POST takes.</summary>
    public static string Create(ResourceKind kind) => $"{kind.Singular}_create";

    /// <summary>Name of the schema of what PUT takes.</summary>
    public static string Update(ResourceKind kind) => $"{kind.Singular}_update";

    /// <summary>Name of the schema of what PUT takes with <c>create=true</c>.</summary>
    public static string Replace(ResourceKind kind) => $"{kind.Singular}_replace";

    /// <summary>Name of the schema of what a state document has.</summary>
    public static string Stored(ResourceKind kind) => $"{kind.Singular}_stored";

    /// <summary>Adds the schemas of a kind.</summary>
    public static void Add(JsonObject schemas, ResourceKind kind)
    {
        const AttributeUse Whole = AttributeUse.Post | AttributeUse.Document | AttributeUse.Replace;
        schemas[Shown(kind)] = ShownSchema(kind);
        schemas[Create(kind)] = Given(kind, AttributeUse.Post, isWhole: true);
        schemas[Update(kind)] = Given(kind, AttributeUse.Put, isWhole: false);
        schemas[Replace(kind)] = Given(kind, Whole, isWhole: true);
        schemas[Stored(kind)] = Given(kind, Whole, isWhole: true);
    }

    private static JsonObject ShownSchema(ResourceKind kind)
    {
        JsonObject properties = [];
        JsonArray required = [];
        foreach ((string name, bool always) in kind.Shown)
        {
            string attribute = _owners.Contains(name) ? kind.ProjectAttribute : name;
            properties[name] = Operation.Parse(kind.Attributes.Find(attribute)!.Schema.Json);
            if (always)
            {
                required.Add((JsonNode)name);
            }
        }

        return new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = required, ["additionalProperties"] = false };
    }

    private static JsonObject Given(ResourceKind kind, AttributeUse use, bool isWhole)
    {
        JsonObject properties = [];
        JsonArray required = [];
        foreach (AttributeRule rule in kind.Attributes.Rules.Where(rule => (rule.Use & use) != 0))
        {
            // The owner has two names, and is the caller's project when none is given.
            bool isOwner = rule.Name == kind.ProjectAttribute;
            foreach (string name in isOwner ? _owners : [rule.Name])
            {
                properties[name] = Described(rule);
            }

            if (isWhole && rule.Required && !isOwner)
            {
                required.Add((JsonNode)rule.Name);
            }
        }

        return new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = required, ["additionalProperties"] = false };
    }

    private static JsonNode Described(AttributeRule rule)
    {
        JsonNode schema = Operation.Parse(rule.Schema.Json);
        if (rule.Accepts is not null)
        {
            schema["description"] = $"Accepted is {rule.Accepts}.";
        }

        return schema;
    }
}
