using System.Globalization;

namespace NetworkingSfc.Control.Telemetry;

/// <summary>How fast the CPU's clock is said to run, for turning time into an estimate of cycles.</summary>
internal static class CpuClock
{
    private const string CpuInformation = "/proc/cpuinfo";
    private const string Line = "cpu MHz";

    /// <summary>Megahertz of the first CPU; null where Linux does not tell.</summary>
    public static double? Megahertz()
    {
        try
        {
            string? line = File.ReadLines(CpuInformation).FirstOrDefault(line => line.StartsWith(Line, StringComparison.Ordinal));
            return line is not null && double.TryParse(line[(line.IndexOf(':') + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out double rate) && rate > 0
                ? rate : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
