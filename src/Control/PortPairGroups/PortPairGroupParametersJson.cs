using System.Collections.Immutable;
using System.Text.Json;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.PortPairGroups;

/// <summary>
/// Reads and writes <c>port_pair_group_parameters</c>. Of an n-tuple mapping only the names of the keys are
/// checked; its values are kept as sent. Where the reference fails with 500, the value is refused.
/// </summary>
internal static class PortPairGroupParametersJson
{
    private static readonly (string Word, LbField Field)[] _lbFields =
    [
        ("eth_src", LbField.EthernetSource), ("eth_dst", LbField.EthernetDestination),
        ("ip_src", LbField.IpSource), ("ip_dst", LbField.IpDestination),
        ("tcp_src", LbField.TcpSource), ("tcp_dst", LbField.TcpDestination),
        ("udp_src", LbField.UdpSource), ("udp_dst", LbField.UdpDestination),
    ];

    private static readonly string[] _mappingKeys =
    [
        "source_ip_prefix", "destination_ip_prefix", "source_port_range_min", "source_port_range_max",
        "destination_port_range_min", "destination_port_range_max",
    ];

    /// <summary>Values of a mapping are not checked, only its keys.</summary>
    public static Schema Schema { get; } = new($$$"""
        {"type": ["object", "null"], "additionalProperties": false, "properties": {
          "lb_fields": {"type": "array", "items": {{{Schema.Words(_lbFields.Select(known => known.Word)).Json}}} },
          "ppg_n_tuple_mapping": {"type": "object", "additionalProperties": {
            "type": ["object", "array"], "propertyNames": {{{Schema.Words(_mappingKeys).Json}}}, "items": {{{Schema.Words(_mappingKeys).Json}}} } } } }
        """);

    public static Reading Read(string attribute, JsonElement value)
    {
        if (JsonMembers.IsFalsy(value))
        {
            return Reading.Of(PortPairGroupParameters.Default);
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            return Dictionaries.Check(attribute, value)!;
        }

        PortPairGroupParameters parameters = PortPairGroupParameters.Default;
        if (value.TryGetProperty("ppg_n_tuple_mapping", out JsonElement mapping))
        {
            if (RefuseMapping(attribute, mapping) is { } refused)
            {
                return refused;
            }

            if (!JsonMembers.TryNormalize(mapping, out string normal))
            {
                return ApiProblem.InvalidValue(attribute, JsonMembers.TooDeep("ppg_n_tuple_mapping"));
            }

            parameters = parameters with { NTupleMappingJson = normal };
        }

        if (Dictionaries.Check(attribute, value, "lb_fields", "ppg_n_tuple_mapping") is { } problem)
        {
            return problem;
        }

        return value.TryGetProperty("lb_fields", out JsonElement fields) ? ReadLbFields(attribute, fields, parameters) : Reading.Of(parameters);
    }

    public static void Write(Utf8JsonWriter writer, PortPairGroupParameters parameters)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("lb_fields");
        foreach (LbField field in parameters.LbFields)
        {
            writer.WriteStringValue(_lbFields.First(known => known.Field == field).Word);
        }

        writer.WriteEndArray();
        writer.WritePropertyName("ppg_n_tuple_mapping");
        writer.WriteRawValue(parameters.NTupleMappingJson, skipInputValidation: true);
        writer.WriteEndObject();
    }

    private static Reading ReadLbFields(string attribute, JsonElement value, PortPairGroupParameters parameters)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return ApiProblem.InvalidValue(attribute, $"'{PythonText.Str(value)}' is not a list");
        }

        ImmutableArray<LbField>.Builder fields = ImmutableArray.CreateBuilder<LbField>();
        List<string> illegal = [];
        foreach (JsonElement item in value.EnumerateArray())
        {
            string word = PythonText.Str(item);
            int index = item.ValueKind == JsonValueKind.String ? Array.FindIndex(_lbFields, known => known.Word == word) : -1;
            if (index < 0)
            {
                illegal.Add(word);
            }
            else
            {
                fields.Add(_lbFields[index].Field);
            }
        }

        return illegal.Count > 0
            ? ApiProblem.InvalidValue(attribute, $"Illegal values in a list: {string.Join(", ", illegal)}")
            : Reading.Of(parameters with { LbFields = fields.ToImmutable() });
    }

    private static ApiProblem? RefuseMapping(string attribute, JsonElement mapping)
    {
        if (mapping.ValueKind != JsonValueKind.Object)
        {
            return ApiProblem.InvalidValue(attribute, $"ppg_n_tuple_mapping '{PythonText.Str(mapping)}' is not a dictionary");
        }

        foreach ((string name, JsonElement tuple) in JsonMembers.Of(mapping))
        {
            IEnumerable<string>? keys = tuple.ValueKind switch
            {
                JsonValueKind.Object => JsonMembers.Of(tuple).Keys,
                JsonValueKind.Array => tuple.EnumerateArray().Select(PythonText.Str),
                _ => null,
            };
            if (keys is null)
            {
                return ApiProblem.InvalidValue(attribute, $"{name} '{PythonText.Str(tuple)}' is not a dictionary");
            }

            string? unknown = keys.FirstOrDefault(key => !_mappingKeys.Contains(key));
            if (unknown is not null)
            {
                return PortPairGroupProblems.UnknownMappingKey(attribute, unknown);
            }
        }

        return null;
    }
}
