using System.Text.Json;
using System.Text.Json.Serialization;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Control.Store.Sqlite;

/// <summary>A prefix is the text it was sent as.</summary>
internal sealed class PrefixText : JsonConverter<IpPrefix>
{
    public override IpPrefix Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        IpPrefix.TryParse(reader.GetString() ?? "", out IpPrefix prefix) ? prefix : throw new JsonException("Not a prefix.");

    public override void Write(Utf8JsonWriter writer, IpPrefix value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
}

/// <summary>An address is its text, which names its family.</summary>
internal sealed class AddressText : JsonConverter<IpAddressValue>
{
    public override IpAddressValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        IpAddressValue.TryParse(reader.GetString() ?? "", out IpAddressValue address) ? address : throw new JsonException("Not an address.");

    public override void Write(Utf8JsonWriter writer, IpAddressValue value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>An Ethernet address is its text.</summary>
internal sealed class MacText : JsonConverter<MacAddress>
{
    public override MacAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        MacAddress.TryParse(reader.GetString() ?? "", out MacAddress address) ? address : throw new JsonException("Not an Ethernet address.");

    public override void Write(Utf8JsonWriter writer, MacAddress value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
