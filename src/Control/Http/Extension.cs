using System.Text.Json;

namespace NetworkingSfc.Control.Http;

/// <summary>An API extension as clients see it.</summary>
internal sealed record Extension(string Alias, string Name, string Description, string Updated)
{
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name", Name);
        writer.WriteString("alias", Alias);
        writer.WriteString("description", Description);
        writer.WriteString("updated", Updated);
        writer.WriteStartArray("links");
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
