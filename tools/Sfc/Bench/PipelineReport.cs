using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetworkingSfc.Sfc.Bench;

/// <summary>What the processes measured, in the form of <c>--json</c>. Cycles are those of the time stamp counter, not of the core.</summary>
internal sealed record PipelineReport
{
    private const string CpuInfo = "/proc/cpuinfo";
    private const int Decimals = 3;

    public required int Processes { get; init; }

    public required int Workers { get; init; }

    public required double MppsBest { get; init => field = Math.Round(value, Decimals); }

    public required double MppsMedian { get; init => field = Math.Round(value, Decimals); }

    public required double MppsWorst { get; init => field = Math.Round(value, Decimals); }

    public required double NanosecondsPerPacketBest { get; init => field = Math.Round(value, Decimals); }

    public required double NanosecondsPerPacketMedian { get; init => field = Math.Round(value, Decimals); }

    public required double NanosecondsPerPacketWorst { get; init => field = Math.Round(value, Decimals); }

    /// <summary>Rate of the time stamp counter in MHz, as /proc/cpuinfo has it on a virtual machine; null where it cannot be known.</summary>
    public required double? TscMhz { get; init; }

    public double? CyclesPerPacketBest => Cycles(NanosecondsPerPacketBest);

    public double? CyclesPerPacketMedian => Cycles(NanosecondsPerPacketMedian);

    public double? CyclesPerPacketWorst => Cycles(NanosecondsPerPacketWorst);

    /// <summary>Share of the frames whose flow was looked up that the flow table decided about; null when none was.</summary>
    public required double? FlowTableHitRatio { get; init; }

    public required long BytesAllocated { get; init; }

    public required int Collections { get; init; }

    /// <summary>Sums up.</summary>
    /// <param name="samples">One a process.</param>
    /// <param name="workers">Threads of each.</param>
    public static PipelineReport Of(IReadOnlyList<PipelineSample> samples, int workers)
    {
        double[] rates = [.. samples.Select(sample => sample.Mpps).Order()];
        double median = (rates[(rates.Length - 1) / 2] + rates[rates.Length / 2]) / 2;
        return new PipelineReport
        {
            Processes = samples.Count,
            Workers = workers,
            MppsBest = rates[^1],
            MppsMedian = median,
            MppsWorst = rates[0],

            // Of one worker: what a packet costs, not how many come out.
            NanosecondsPerPacketBest = 1_000 * workers / rates[^1],
            NanosecondsPerPacketMedian = 1_000 * workers / median,
            NanosecondsPerPacketWorst = 1_000 * workers / rates[0],
            TscMhz = ReadTscMhz(),
            FlowTableHitRatio = samples.Sum(sample => sample.FlowsLookedUp) is > 0 and long lookedUp
                ? Math.Round((double)samples.Sum(sample => sample.FlowsRecalled) / lookedUp, 4)
                : null,
            BytesAllocated = samples.Sum(sample => sample.BytesAllocated),
            Collections = samples.Sum(sample => sample.Collections),
        };
    }

    /// <summary>Prints the report.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="json">JSON instead of lines for people.</param>
    public void Print(TextWriter output, bool json)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(this, PipelineReportJson.Default.PipelineReport));
            return;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"processes    {Processes}, {Workers} worker(s) each"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Mpps         {MppsBest:F3} best, {MppsMedian:F3} median, {MppsWorst:F3} worst"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ns/packet    {NanosecondsPerPacketBest:F1} best, {NanosecondsPerPacketMedian:F1} median, {NanosecondsPerPacketWorst:F1} worst"));
        if (TscMhz is not null)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"cycles       {CyclesPerPacketBest:F0} best, {CyclesPerPacketMedian:F0} median, {CyclesPerPacketWorst:F0} worst, of the time stamp counter at {TscMhz:F0} MHz"));
        }

        if (FlowTableHitRatio is not null)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"flow table   {FlowTableHitRatio:P1} of the frames were of a flow that it knew"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"allocated    {BytesAllocated:N0} bytes, {Collections} collections"));
    }

    private static double? ReadTscMhz()
    {
        string? line = File.Exists(CpuInfo) ? File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("cpu MHz", StringComparison.Ordinal)) : null;
        return line is not null && double.TryParse(line.AsSpan(line.IndexOf(':', StringComparison.Ordinal) + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double mhz)
            ? mhz
            : null;
    }

    private double? Cycles(double nanoseconds) => TscMhz is double mhz ? Math.Round(nanoseconds * mhz / 1_000, 1) : null;
}

/// <summary>Writes and reads the report without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(PipelineReport))]
[JsonSerializable(typeof(PipelineSample))]
internal sealed partial class PipelineReportJson : JsonSerializerContext;
