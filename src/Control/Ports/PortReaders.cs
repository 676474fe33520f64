using System.Collections.Immutable;
using System.Text.Json;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Control.Ports;

/// <summary>Readers and writers of the attributes that only ports have.</summary>
internal static class PortReaders
{
    /// <summary>What an Ethernet address looks like.</summary>
    public static Schema MacSchema { get; } = new("""{"type": ["string", "null"], "pattern": "^([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$"}""");

    /// <summary>What the addresses of a port look like.</summary>
    public static Schema FixedIpsSchema { get; } = new($$$"""
        {"type": ["array", "null"], "maxItems": {{{JsonScan.MaxItems}}}, "items": {"type": "object", "required": ["ip_address"], "additionalProperties": false,
          "properties": {"subnet_id": {{{Schema.IdOrNull.Json}}}, "ip_address": {{{Schema.Address.Json}}} } } }
        """);

    /// <summary>An Ethernet address; null asks the server to choose one.</summary>
    public static Reading Mac(string attribute, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return Reading.Of(null);
        }

        return value.ValueKind == JsonValueKind.String && MacAddress.TryParse(value.GetString()!, out MacAddress address)
            ? Reading.Of(address)
            : ApiProblem.InvalidValue(attribute, $"'{PythonText.Str(value)}' is not a valid MAC address");
    }

    /// <summary>A list of addresses, each with its subnet or without; null stands for none.</summary>
    public static Reading FixedIps(string attribute, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return Reading.Of(ImmutableArray<FixedIp>.Empty);
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            return ApiProblem.InvalidValue(attribute, $"Invalid data format for fixed IP: '{PythonText.Str(value)}'");
        }

        ImmutableArray<FixedIp>.Builder addresses = ImmutableArray.CreateBuilder<FixedIp>();
        foreach (JsonElement item in value.EnumerateArray())
        {
            Reading reading = FixedIp(attribute, item);
            if (reading.Problem is not null)
            {
                return reading;
            }

            addresses.Add((FixedIp)reading.Value!);
        }

        return Reading.Of(addresses.ToImmutable());
    }

    /// <summary>An object that is kept as sent.</summary>
    public static Reading KeptObject(string attribute, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return Reading.Of("{}");
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            return ApiProblem.InvalidValue(attribute, $"'{PythonText.Str(value)}' is not a dictionary");
        }

        return JsonMembers.TryNormalize(value, out string text)
            ? Reading.Of(text)
            : ApiProblem.InvalidValue(attribute, JsonMembers.TooDeep("the object"));
    }

    public static void WriteFixedIps(Utf8JsonWriter writer, Port port)
    {
        writer.WriteStartArray();
        foreach (FixedIp ip in port.FixedIps)
        {
            writer.WriteStartObject();
            writer.WriteString("subnet_id", ip.SubnetId?.ToString());
            writer.WriteString("ip_address", ip.Address.ToString());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static Reading FixedIp(string attribute, JsonElement item)
    {
        if (Dictionaries.Check(attribute, item, "subnet_id", "ip_address") is { } problem)
        {
            return problem;
        }

        Guid? subnet = null;
        if (item.TryGetProperty("subnet_id", out JsonElement given) && given.ValueKind != JsonValueKind.Null)
        {
            Reading reading = Ids.One(attribute, given);
            if (reading.Problem is not null)
            {
                return reading;
            }

            subnet = (Guid)reading.Value!;
        }

        if (!item.TryGetProperty("ip_address", out JsonElement text))
        {
            return ApiProblem.InvalidValue(attribute,
                $"'{PythonText.Str(item)}' has no ip_address, and this server does not choose addresses: name one");
        }

        return text.ValueKind == JsonValueKind.String && IpAddressValue.TryParse(text.GetString()!, out IpAddressValue address)
            ? Reading.Of(new FixedIp(address, subnet))
            : ApiProblem.InvalidValue(attribute, $"'{PythonText.Str(text)}' is not a valid IP address");
    }
}
