using System.Text.Json.Nodes;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.OpenApi;

/// <summary>Operations on a kind of resource.</summary>
internal static class ResourceOperations
{
    /// <summary>Adds the paths of a kind.</summary>
    public static void Add(JsonObject paths, ResourceKind kind)
    {
        string collection = (kind.IsSfc ? "/v2.0/sfc/" : "/v2.0/") + kind.Plural;
        paths[collection] = new JsonObject { ["get"] = List(kind), ["post"] = Create(kind) };
        paths[collection + "/{id}"] = new JsonObject
        {
            ["parameters"] = new JsonArray(Operation.Parameter("id", "path", Operation.Parse(Schema.Id.Json), "Id of the object.")),
            ["get"] = Show(kind),
            ["put"] = Update(kind),
            ["delete"] = Conditional(kind, Operation.Of($"Deletes the {kind.Singular}.", null, (StatusCodes.Status204NoContent, null))),
        };
    }

    private static JsonObject List(ResourceKind kind)
    {
        JsonObject page = Operation.ObjectOf((kind.Plural, Operation.ListOf(Operation.Reference(ResourceSchemas.Shown(kind)))));
        page["properties"]![$"{kind.Plural}_links"] = Operation.Reference(GeneralSchemas.Links);
        JsonObject operation = Operation.Of($"Lists the {kind.Plural}.", null, (StatusCodes.Status200OK, page));
        operation["parameters"] = new JsonArray(
            Operation.Parameter("limit", "query", Operation.Parse("""{"type": "integer", "minimum": 0}"""), "Size of a page; 0 for the whole list."),
            Operation.Parameter("marker", "query", Operation.Parse(Schema.Id.Json), "Id after which the page begins."),
            Operation.Parameter("page_reverse", "query", Operation.Parse(Schema.Boolean.Json), "Whether the page ends before the marker instead."));
        return operation;
    }

    private static JsonObject Create(ResourceKind kind)
    {
        JsonObject one = Envelope(kind, ResourceSchemas.Create(kind));
        if (kind.IsSfc)
        {
            return Operation.Of($"Makes a {kind.Singular}.", one, (StatusCodes.Status201Created, Envelope(kind, ResourceSchemas.Shown(kind))));
        }

        JsonObject several = Operation.ObjectOf((kind.Plural, Operation.ListOf(Operation.Reference(ResourceSchemas.Create(kind)))));
        several["properties"]![kind.Plural]!["minItems"] = 1;
        JsonObject made = Operation.ObjectOf((kind.Plural, Operation.ListOf(Operation.Reference(ResourceSchemas.Shown(kind)))));
        return Operation.Of(
            $"Makes a {kind.Singular}, or several together or none.",
            new JsonObject { ["anyOf"] = new JsonArray(one, several) },
            (StatusCodes.Status201Created, new JsonObject { ["anyOf"] = new JsonArray(Envelope(kind, ResourceSchemas.Shown(kind)), made) }));
    }

    /// <summary>Shows the object whole: <c>fields</c> asks for some members only, and is not described.</summary>
    private static JsonObject Show(ResourceKind kind) =>
        Operation.Of($"Shows the {kind.Singular}.", null, (StatusCodes.Status200OK, Envelope(kind, ResourceSchemas.Shown(kind))));

    private static JsonObject Update(ResourceKind kind)
    {
        JsonObject operation = Operation.Of(
            $"Changes the {kind.Singular}; with create=true makes it, or makes it what the body says.",
            new JsonObject { ["anyOf"] = new JsonArray(Envelope(kind, ResourceSchemas.Update(kind)), Envelope(kind, ResourceSchemas.Replace(kind))) },
            (StatusCodes.Status200OK, Envelope(kind, ResourceSchemas.Shown(kind))),
            (StatusCodes.Status201Created, Envelope(kind, ResourceSchemas.Shown(kind))));
        operation["parameters"] = new JsonArray(Operation.Parameter("create", "query", Operation.Parse(Schema.Boolean.Json),
            "Whether an unknown id is made (201) and a known one becomes what the body says (200): absent attributes take their defaults, "
            + "except what the server chose and the owner; one that cannot be changed must be equal or absent."));
        return Conditional(kind, operation);
    }

    private static JsonObject Conditional(ResourceKind kind, JsonObject operation)
    {
        if (!kind.IsSfc)
        {
            JsonArray parameters = operation["parameters"] as JsonArray ?? [];
            operation["parameters"] = parameters;
            parameters.Add((JsonNode)Operation.Parameter("If-Match", "header", Operation.Parse("""{"type": "string", "pattern": "^revision_number=[0-9]{1,9}$"}"""),
                "The revision that the object must have; else the answer is 412."));
        }

        return operation;
    }

    private static JsonObject Envelope(ResourceKind kind, string schema) => Operation.ObjectOf((kind.Singular, Operation.Reference(schema)));
}
