using System.Text.Json;
using System.Text.Json.Nodes;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.OpenApi;

/// <summary>The OpenAPI 3.1 description of the server, made from the attribute tables and the resource catalog.</summary>
internal static class OpenApiDocument
{
    private static readonly JsonObject _document = new()
    {
        ["openapi"] = "3.1.0",
        ["info"] = new JsonObject
        {
            ["title"] = "Service function chaining",
            ["version"] = "2.0",
            ["description"] = "The SFC API of OpenStack Neutron and as much of Neutron as it rests on. Schemas describe what is meant to be sent; "
                + "other spellings that Neutron accepts (words for truth values, text for numbers, ids without dashes) are accepted too.",
        },
        ["paths"] = Paths(),
        ["components"] = new JsonObject { ["schemas"] = Schemas() },
    };

    /// <summary>Writes the document.</summary>
    public static void Write(Utf8JsonWriter writer) => _document.WriteTo(writer);

    private static JsonObject Paths()
    {
        JsonObject paths = [];
        GeneralOperations.Add(paths);
        foreach (ResourceKind kind in ResourceCatalog.All)
        {
            ResourceOperations.Add(paths, kind);
        }

        return paths;
    }

    private static JsonObject Schemas()
    {
        JsonObject schemas = [];
        GeneralSchemas.Add(schemas);
        foreach (ResourceKind kind in ResourceCatalog.All)
        {
            ResourceSchemas.Add(schemas, kind);
        }

        return schemas;
    }
}
