using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace NetworkingSfc.Sfc.Client;

/// <summary>Writes JSON trees.</summary>
[JsonSerializable(typeof(JsonNode))]
internal sealed partial class PlainJson : JsonSerializerContext;
