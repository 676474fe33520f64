using System.Text.Json;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.PortPairs;

/// <summary>Reads and writes <c>service_function_parameters</c>: nothing at all gives the default, a partial object stays partial.</summary>
internal static class ServiceFunctionParametersJson
{
    public static Schema Schema { get; } = new("""
        {"type": ["object", "null"], "additionalProperties": false, "properties": {
          "correlation": {"enum": [null, "mpls", "nsh"]}, "weight": {"type": "integer", "minimum": 0, "maximum": 2147483647}}}
        """);

    public static Reading Read(string attribute, JsonElement value)
    {
        if (JsonMembers.IsFalsy(value))
        {
            return Reading.Of(ServiceFunctionParameters.Default);
        }

        if (Dictionaries.Check(attribute, value, "correlation", "weight") is { } problem)
        {
            return problem;
        }

        Correlation correlation = Correlation.None;
        bool correlationGiven = value.TryGetProperty("correlation", out JsonElement given);
        if (correlationGiven && !Correlations.TryRead(given, allowNone: true, out correlation))
        {
            return Correlations.Refused(attribute, given);
        }

        int? weight = null;
        if (value.TryGetProperty("weight", out JsonElement weightGiven))
        {
            Reading reading = Numbers.NonNegative(attribute, weightGiven);
            if (reading.Problem is not null)
            {
                return reading;
            }

            weight = (int)reading.Value!;
        }

        return Reading.Of(new ServiceFunctionParameters { Correlation = correlation, CorrelationGiven = correlationGiven, GivenWeight = weight });
    }

    public static void Write(Utf8JsonWriter writer, ServiceFunctionParameters parameters)
    {
        writer.WriteStartObject();
        if (parameters.CorrelationGiven)
        {
            writer.WriteString("correlation", Correlations.Word(parameters.Correlation));
        }

        if (parameters.GivenWeight is { } weight)
        {
            writer.WriteNumber("weight", weight);
        }

        writer.WriteEndObject();
    }
}
