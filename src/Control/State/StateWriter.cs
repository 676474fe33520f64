using System.Text.Json;
using NetworkingSfc.Control.Networks;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.State;

/// <summary>Writes a state as a document that gives the same state when it is read: by id, with every number that the server chose.</summary>
internal static class StateWriter
{
    /// <summary>Writes the members of the document into an object that is open.</summary>
    public static void Write(Utf8JsonWriter writer, ResourceSet set)
    {
        foreach (ResourceKind kind in ResourceCatalog.All)
        {
            writer.WriteStartArray(kind.Plural);
            foreach (Resource resource in kind.All(set))
            {
                kind.WriteStored(writer, resource);
            }

            writer.WriteEndArray();
        }

        writer.WriteStartObject("functions");
        foreach (PortPair pair in set.PortPairs)
        {
            if (set.Functions.TryGetValue(pair.Id, out ServiceFunction? function))
            {
                writer.WritePropertyName(pair.IdText);
                StateFunctions.Write(writer, function);
            }
        }

        writer.WriteEndObject();
        writer.WriteStartObject("uplinks");
        foreach (Network network in set.Networks)
        {
            if (set.Uplinks.TryGetValue(network.Id, out Guid port))
            {
                writer.WriteString(network.IdText, port);
            }
        }

        writer.WriteEndObject();
    }
}
