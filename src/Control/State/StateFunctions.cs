using System.Collections.Immutable;
using System.Numerics;
using System.Text.Json;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.State;

/// <summary>Reads <c>functions</c>: by port pair, the stand-in for the service function behind it.</summary>
internal sealed class StateFunctions(ResourceSet set, StateNames names, List<StateError> errors)
{
    private const string KindMember = "kind";

    private static readonly (string Word, FunctionKind Kind)[] _kinds =
    [
        ("forward", FunctionKind.Forward), ("aware", FunctionKind.Aware), ("drop", FunctionKind.Drop),
        ("tap", FunctionKind.Tap), ("rewrite", FunctionKind.Rewrite),
    ];

    /// <summary>Writes a stand-in as <see cref="Read"/> takes it.</summary>
    public static void Write(Utf8JsonWriter writer, ServiceFunction function)
    {
        writer.WriteStartObject();
        writer.WriteString(KindMember, _kinds.First(known => known.Kind == function.Kind).Word);
        WriteText("source_ip", function.SourceIp?.ToString());
        WriteText("destination_ip", function.DestinationIp?.ToString());
        WriteNumber("source_port", function.SourcePort);
        WriteNumber("destination_port", function.DestinationPort);
        writer.WriteEndObject();

        void WriteText(string name, string? value)
        {
            if (value is not null)
            {
                writer.WriteString(name, value);
            }
        }

        void WriteNumber(string name, ushort? value)
        {
            if (value is { } number)
            {
                writer.WriteNumber(name, number);
            }
        }
    }

    /// <summary>The stand-ins given.</summary>
    public ImmutableDictionary<Guid, ServiceFunction> Read(string path, JsonElement? given)
    {
        ImmutableDictionary<Guid, ServiceFunction>.Builder functions = ImmutableDictionary.CreateBuilder<Guid, ServiceFunction>();
        foreach ((string name, JsonElement value) in StateMap.Of(path, given, errors))
        {
            string place = JsonPath.Member(path, name);
            if (names.Find("port_pairs", name, out Guid pair) is { } unknown)
            {
                errors.Add(new StateError(place, unknown));
            }
            else if (functions.ContainsKey(pair))
            {
                errors.Add(new StateError(place, $"The port pair {pair} has a function already. Accepted is one function for each pair."));
            }
            else if (ReadOne(place, value, set.PortPairs[pair]) is { } function)
            {
                functions.Add(pair, function);
            }
        }

        return functions.ToImmutable();
    }

    private static bool IsCorrelated(PortPair pair) => pair.Parameters.Correlation != Correlation.None;

    private ServiceFunction? ReadOne(string place, JsonElement value, PortPair pair)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return Refuse(place, $"'{PythonText.Str(value)}' is not an object. Accepted is an object such as {{\"kind\": \"forward\"}}.");
        }

        if (!value.TryGetProperty(KindMember, out JsonElement word))
        {
            return Refuse(place, $"The function has no kind. Accepted are {Words()}.");
        }

        int index = Array.FindIndex(_kinds, known => word.ValueKind == JsonValueKind.String && word.ValueEquals(known.Word));
        if (index < 0)
        {
            return Refuse(JsonPath.Member(place, KindMember), $"'{PythonText.Str(word)}' is not a kind of function. Accepted are {Words()}.");
        }

        ServiceFunction function = new(_kinds[index].Kind);
        if (function.Kind == FunctionKind.Aware && !IsCorrelated(pair))
        {
            return Refuse(JsonPath.Member(place, KindMember),
                "An aware function needs a port pair with a correlation, and this one has none. Accepted are forward, drop, tap, rewrite, "
                + "or a port pair whose correlation is mpls or nsh.");
        }

        foreach (JsonProperty member in value.EnumerateObject())
        {
            function = member.Name == KindMember ? function : Replacement(place, member, function);
        }

        return function;
    }

    private ServiceFunction Replacement(string place, JsonProperty member, ServiceFunction function)
    {
        string where = JsonPath.Member(place, member.Name);
        if (member.Name is not ("source_ip" or "destination_ip" or "source_port" or "destination_port"))
        {
            return Refuse(where, $"'{member.Name}' is not a member of a function. Accepted are kind, source_ip, destination_ip, source_port, destination_port.") ?? function;
        }

        if (function.Kind != FunctionKind.Rewrite)
        {
            return Refuse(where, $"'{member.Name}' belongs to functions of kind rewrite only. Accepted is kind alone, or kind rewrite.") ?? function;
        }

        return member.Name switch
        {
            "source_ip" => function with { SourceIp = Address(where, member.Value) },
            "destination_ip" => function with { DestinationIp = Address(where, member.Value) },
            "source_port" => function with { SourcePort = Port(where, member.Value) },
            _ => function with { DestinationPort = Port(where, member.Value) },
        };
    }

    private IpAddressValue? Address(string where, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String && IpAddressValue.TryParse(value.GetString()!, out IpAddressValue address))
        {
            return address;
        }

        if (value.ValueKind != JsonValueKind.Null)
        {
            Refuse(where, $"'{PythonText.Str(value)}' is not an IP address. Accepted is one such as 10.0.0.1 or 2001:db8::1, or null.");
        }

        return null;
    }

    private ushort? Port(string where, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Number or JsonValueKind.String
            && Numbers.TryConvert(value, out BigInteger number) && number >= ushort.MinValue && number <= ushort.MaxValue)
        {
            return (ushort)number;
        }

        if (value.ValueKind != JsonValueKind.Null)
        {
            Refuse(where, $"'{PythonText.Str(value)}' is not a port number. Accepted is a number from 0 to 65535, or null.");
        }

        return null;
    }

    private ServiceFunction? Refuse(string where, string message)
    {
        errors.Add(new StateError(where, message));
        return null;
    }

    private static string Words() => string.Join(", ", _kinds.Select(known => known.Word));
}
