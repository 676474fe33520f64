using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetworkingSfc.Sfc.Classify;

/// <summary>What classifying a trace came to, in the form of <c>--json</c>.</summary>
internal sealed record ClassifyReport
{
    private const int Decimals = 3;

    public required int Rules { get; init; }

    public required int Packets { get; init; }

    /// <summary>Wrong answers, on the trace and in the update script.</summary>
    public required int Mismatches { get; init; }

    public required double MlookupsBest { get; init => field = Math.Round(value, Decimals); }

    public required double MlookupsMedian { get; init => field = Math.Round(value, Decimals); }

    public required double BuildMs { get; init => field = Math.Round(value, Decimals); }

    /// <summary>Bytes for looking up, the decision cache apart.</summary>
    public required long Bytes { get; init; }

    public required long CacheBytes { get; init; }

    public required double? UpdateUsP50 { get; init => field = Rounded(value); }

    [JsonPropertyName("update_us_p999")]
    public required double? UpdateUsP999 { get; init => field = Rounded(value); }

    /// <summary>Prints the report.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="json">JSON instead of lines for people.</param>
    public void Print(TextWriter output, bool json)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(this, ClassifyReportJson.Default.ClassifyReport));
            return;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"rules       {Rules:N0}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"packets     {Packets:N0}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"mismatches  {Mismatches:N0}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Mlookups/s  {MlookupsBest:F3} best, {MlookupsMedian:F3} median"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"build       {BuildMs:N3} ms"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory      {Bytes:N0} bytes, decision cache {CacheBytes:N0} bytes"));
        if (UpdateUsP50 is not null)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"updates     {UpdateUsP50:N3} us median, {UpdateUsP999:N3} us for 99.9 %"));
        }
    }

    private static double? Rounded(double? value) => value is double number ? Math.Round(number, Decimals) : null;
}

/// <summary>Writes the report without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(ClassifyReport))]
internal sealed partial class ClassifyReportJson : JsonSerializerContext;
