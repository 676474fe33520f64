using System.Text.Json;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Http;

/// <summary>The documents by which clients find out what the server offers.</summary>
internal static class Discovery
{
    private static readonly Extension[] _extensions =
    [
        new("sfc", "Service Function Chaining", "Service Function Chain extension.", "2015-10-05T10:00:00-00:00"),
        new("flow_classifier", "Flow Classifier", "Flow Classifier Extension.", "2015-10-05T10:00:00-00:00"),
        new("service_graph", "Service Graph", "Service Graph extension.", "2017-09-20T00:00:00-00:00"),
        new("networking-sfc-tap", "Networking SFC Passive Tap Service Function support",
            "Extension for Passive TAP Service Function support", "2017-10-20T10:00:00-00:00"),
        new("pagination", "Pagination support", "Extension that indicates that pagination is enabled.", "2016-06-12T00:00:00-00:00"),
        new("sorting", "Sorting support", "Extension that indicates that sorting is enabled.", "2016-06-12T00:00:00-00:00"),
        new("project-id", "project_id field enabled", "Extension that indicates that project_id field is enabled.", "2016-09-09T09:09:09-09:09"),
    ];

    private static readonly (string Singular, string Plural)[] _resources = [("network", "networks"), ("subnet", "subnets"), ("port", "ports")];

    /// <summary>The one version there is.</summary>
    public static void WriteVersions(Utf8JsonWriter writer, string address)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("versions");
        writer.WriteStartObject();
        writer.WriteString("id", "v2.0");
        writer.WriteString("status", "CURRENT");
        WriteSelf(writer, $"{address}/v2.0/");
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>The resources that the reference lists: those of the core only.</summary>
    public static void WriteResources(Utf8JsonWriter writer, string address)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("resources");
        foreach ((string singular, string plural) in _resources)
        {
            writer.WriteStartObject();
            writer.WriteString("name", singular);
            writer.WriteString("collection", plural);
            WriteSelf(writer, $"{address}/v2.0/{plural}");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>All extensions.</summary>
    public static void WriteExtensions(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("extensions");
        foreach (Extension extension in _extensions)
        {
            extension.Write(writer);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Writes one extension; null when there is none with this alias.</summary>
    public static Action<Utf8JsonWriter>? Extension(string alias) => Array.Find(_extensions, one => one.Alias == alias) is { } extension
        ? writer =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("extension");
            extension.Write(writer);
            writer.WriteEndObject();
        }
    : null;

    /// <summary>The refusal of an unknown extension, which has a form of its own.</summary>
    public static void WriteNoExtension(Utf8JsonWriter writer, string alias)
    {
        writer.WriteStartObject();
        writer.WriteString("message", $"Extension with alias {alias} does not exist");
        writer.WriteNumber("code", 404);
        writer.WriteString("title", "Not Found");
        writer.WriteEndObject();
    }

    private static void WriteSelf(Utf8JsonWriter writer, string address)
    {
        writer.WriteStartArray("links");
        writer.WriteStartObject();
        writer.WriteString("rel", "self");
        writer.WriteString("href", address);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }
}
