using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace NetworkingSfc.Control.Attributes;

/// <summary>Generated serializers for the few plain values that are turned into JSON.</summary>
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(JsonNode))]
internal sealed partial class JsonText : JsonSerializerContext;
