using System.Text.Json;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.PortChains;

/// <summary>The value of <c>chain_parameters</c>; missing members are filled.</summary>
internal sealed record ChainParameters(Correlation Correlation, bool Symmetric)
{
    /// <summary>What null, <c>{}</c> or an absent attribute gives.</summary>
    public static ChainParameters Default { get; } = new(Correlation.Mpls, Symmetric: false);

    public static Schema Schema { get; } = new("""
        {"type": ["object", "null"], "additionalProperties": false, "properties": {
          "correlation": {"enum": ["mpls", "nsh"]}, "symmetric": {"type": "boolean"}}}
        """);

    public static Reading Read(string attribute, JsonElement value)
    {
        if (JsonMembers.IsFalsy(value))
        {
            return Reading.Of(Default);
        }

        if (Dictionaries.Check(attribute, value, "correlation", "symmetric") is { } problem)
        {
            return problem;
        }

        Correlation correlation = Default.Correlation;
        if (value.TryGetProperty("correlation", out JsonElement given) && !Correlations.TryRead(given, allowNone: false, out correlation))
        {
            return Correlations.Refused(attribute, given);
        }

        if (!value.TryGetProperty("symmetric", out JsonElement symmetric))
        {
            return Reading.Of(Default with { Correlation = correlation });
        }

        Reading reading = Texts.Boolean(attribute, symmetric);
        return reading.Problem is null ? Reading.Of(new ChainParameters(correlation, (bool)reading.Value!)) : reading;
    }

    public static void Write(Utf8JsonWriter writer, PortChain chain)
    {
        writer.WriteStartObject();
        writer.WriteString("correlation", Correlations.Word(chain.Correlation));
        writer.WriteBoolean("symmetric", chain.Symmetric);
        writer.WriteEndObject();
    }
}
