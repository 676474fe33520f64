using System.Text.Json;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Http;

/// <summary>The <c>next</c> and <c>previous</c> links of a page.</summary>
internal static class PageLinks
{
    /// <summary>Writes the links member; the marker is the last (next) or first (previous) id of the page, none when it is empty.</summary>
    public static void Write(
        Utf8JsonWriter writer, ResourceKind kind, ListQuery query, List<Resource> page, string address, List<KeyValuePair<string, string>> parameters)
    {
        bool full = page.Count >= query.Limit;
        writer.WriteStartArray($"{kind.Plural}_links");
        if (full || query.Reverse)
        {
            Link(writer, "next", address, parameters, page.Count == 0 ? null : page[^1], reverse: false);
        }

        if (full || !query.Reverse)
        {
            Link(writer, "previous", address, parameters, page.Count == 0 ? null : page[0], reverse: true);
        }

        writer.WriteEndArray();
    }

    private static void Link(
        Utf8JsonWriter writer, string relation, string address, List<KeyValuePair<string, string>> parameters, Resource? marker, bool reverse)
    {
        List<KeyValuePair<string, string>> linked = [.. parameters.Where(pair => pair.Key is not ("marker" or "page_reverse"))];
        if (marker is not null)
        {
            linked.Add(new("marker", marker.IdText));
        }

        if (reverse)
        {
            linked.Add(new("page_reverse", "True"));
        }

        writer.WriteStartObject();
        writer.WriteString("rel", relation);
        writer.WriteString("href", $"{address}?{QueryText.Format(linked)}");
        writer.WriteEndObject();
    }
}
