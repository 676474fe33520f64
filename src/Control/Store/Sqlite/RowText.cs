using System.Text.Json;
using System.Text.Json.Serialization;
using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.Networks;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.ServiceGraphs;
using NetworkingSfc.Control.Subnets;

namespace NetworkingSfc.Control.Store.Sqlite;

/// <summary>
/// Generated serializers of the records: every member that can be set, under its own name. A changed member changes
/// what is on disk, and needs a step in <see cref="SqliteSchema"/>; a test compares with a database of the first version.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    Converters = [typeof(PrefixText), typeof(AddressText), typeof(MacText)])]
[JsonSerializable(typeof(Network))]
[JsonSerializable(typeof(Subnet))]
[JsonSerializable(typeof(Port))]
[JsonSerializable(typeof(PortPair))]
[JsonSerializable(typeof(PortPairGroup))]
[JsonSerializable(typeof(FlowClassifier))]
[JsonSerializable(typeof(PortChain))]
[JsonSerializable(typeof(ServiceGraph))]
internal sealed partial class RowText : JsonSerializerContext;
