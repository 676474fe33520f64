using System.Text.Json.Nodes;

namespace NetworkingSfc.Control.OpenApi;

/// <summary>Operations on what is no resource: discovery, limits, the whole state, and the description itself.</summary>
internal static class GeneralOperations
{
    /// <summary>Adds the paths.</summary>
    public static void Add(JsonObject paths)
    {
        JsonNode text = Operation.Parse("""{"type": "string", "minLength": 1, "maxLength": 255}""");
        paths["/"] = Get("Lists the versions of the API.", Operation.ObjectOf(("versions", Operation.ListOf(Operation.ObjectOf(
            ("id", text.DeepClone()), ("status", text.DeepClone()), ("links", Operation.Reference(GeneralSchemas.Links)))))));
        paths["/openapi.json"] = Get("This document.", Operation.Parse("""{"type": "object", "required": ["openapi", "paths"]}"""));
        paths["/v2.0/"] = Get("Lists the resources of the core.", Operation.ObjectOf(("resources", Operation.ListOf(Operation.ObjectOf(
            ("name", text.DeepClone()), ("collection", text.DeepClone()), ("links", Operation.Reference(GeneralSchemas.Links)))))));
        paths["/v2.0/extensions"] = Get("Lists the extensions.", Operation.ObjectOf(("extensions", Operation.ListOf(Operation.Reference(GeneralSchemas.Extension)))));
        paths["/v2.0/extensions/{alias}"] = Extension(text);
        paths["/v2.0/quotas"] = Get("Lists the projects with limits of their own, for administrators.",
            Operation.ObjectOf(("quotas", Operation.ListOf(Operation.Reference("quota_listed")))));
        paths["/v2.0/quotas/{project_id}"] = Quota(text);
        paths["/v2.0/sfc/state"] = State();
        paths["/v2.0/sfc/status"] = Get("Shows how the forwarder, its workers, ports and chains are and what they counted, for who may read everything.", Operation.Reference(GeneralSchemas.Status));
    }

    private static JsonObject Get(string summary, JsonNode answer) => new() { ["get"] = Operation.Of(summary, null, (StatusCodes.Status200OK, answer)) };

    private static JsonObject Extension(JsonNode text)
    {
        JsonObject path = Get("Shows an extension.", Operation.ObjectOf(("extension", Operation.Reference(GeneralSchemas.Extension))));

        // The reference refuses an unknown extension in a form of its own.
        path["get"]!["responses"]!["404"] = new JsonObject
        {
            ["description"] = "There is no such extension.",
            ["content"] = new JsonObject
            {
                ["application/json"] = new JsonObject
                {
                    ["schema"] = Operation.ObjectOf(
                        ("message", text.DeepClone()), ("code", Operation.Parse("""{"const": 404}""")), ("title", text.DeepClone())),
                },
            },
        };
        path["parameters"] = new JsonArray(Operation.Parameter("alias", "path", text.DeepClone(), "Alias of the extension."));
        return path;
    }

    private static JsonObject Quota(JsonNode text)
    {
        JsonObject limits = Operation.ObjectOf(("quota", Operation.Reference(GeneralSchemas.Quota)));
        JsonObject path = Get("Shows the limits of a project, for administrators; -1 is unlimited.", limits);
        path["put"] = Operation.Of("Sets limits of a project.", Operation.ObjectOf(("quota", Operation.Reference("quota_update"))),
            (StatusCodes.Status200OK, limits.DeepClone()));
        path["delete"] = Operation.Of("Gives a project the default limits again.", null, (StatusCodes.Status204NoContent, null));
        path["parameters"] = new JsonArray(Operation.Parameter("project_id", "path", text.DeepClone(), "The project."));
        return path;
    }

    private static JsonObject State()
    {
        JsonObject path = Get("Shows the whole state, for administrators.", Operation.Reference(GeneralSchemas.State));
        path["put"] = Operation.Of("Puts a whole state in the place of the current one, all of it or nothing.", Operation.Reference(GeneralSchemas.State),
            (StatusCodes.Status200OK, Operation.Parse("""
                {"type": "object", "additionalProperties": false, "required": ["revision", "generation"], "properties": {
                  "revision": {"type": "integer", "minimum": 1}, "generation": {"type": "integer", "minimum": 0}}}
                """)));
        return path;
    }
}
