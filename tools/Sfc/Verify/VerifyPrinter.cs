using System.Globalization;
using System.Text.Json.Nodes;
using NetworkingSfc.Sfc.Printing;
using Spectre.Console;

namespace NetworkingSfc.Sfc.Verify;

/// <summary>Prints a comparison for people or programs.</summary>
internal static class VerifyPrinter
{
    private const int BytesShown = 16;

    /// <summary>Prints a report.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="report">The report.</param>
    /// <param name="json">JSON instead of tables.</param>
    public static void Print(TextWriter output, VerifyReport report, bool json)
    {
        if (json)
        {
            output.WriteLine(Json(report).ToJsonString());
            return;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.Frames:N0} frames, {report.Steps:N0} steps, {report.Differences.Count:N0} differences, {report.Unknown.Count():N0} of them unknown (dialect {Word(report.Dialect)})"));
        if (report.NotFed > 0)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.NotFed:N0} frames are captured short or shorter than an Ethernet header: dropped by us, and nothing can give them to the switch"));
        }

        if (report.Learning > 0)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Learning:N0} networks learn stations: compared as if they were static, as the switch of a comparison learns nothing"));
        }

        foreach (string refused in report.Refused)
        {
            output.WriteLine($"Open vSwitch refuses {TableOutput.Printable(refused)}");
        }

        PrintKnown(output, report);
        foreach (Difference difference in report.Unknown)
        {
            PrintUnknown(output, difference);
        }
    }

    private static void PrintKnown(TextWriter output, VerifyReport report)
    {
        Table table = TableOutput.Create("known difference", "section", "times", "first frame", "what the switch does");
        foreach (KnownDifference known in KnownDifferences.All)
        {
            List<Difference> all = [.. report.Differences.Where(difference => difference.Known.Contains(known))];
            if (all.Count > 0)
            {
                table.AddTexts(known.Name, known.Section, Number(all.Count), Number(all[0].Packet), known.What);
            }
        }

        if (table.Rows.Count > 0)
        {
            TableOutput.Write(output, table);
        }
    }

    private static void PrintUnknown(TextWriter output, Difference difference)
    {
        string frame = difference.Packet == 0 ? "all frames" : string.Create(CultureInfo.InvariantCulture, $"frame {difference.Packet}, from {difference.Port} behind {difference.HopsDone} functions");
        output.WriteLine(TableOutput.Printable(difference.Kind is DifferenceKind.Member or DifferenceKind.Spread
            ? $"{Word(difference.Kind)}: {difference.Port}: ours {difference.Ours}; the switch {difference.Theirs}"
            : $"{Word(difference.Kind)}: {frame}: ours to {difference.Ours}; the switch to {difference.Theirs}"));
        if (difference.Kind == DifferenceKind.Bytes)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  ours of {difference.OurFrame.Length} bytes, at {difference.Offset}: {Excerpt(difference.OurFrame, difference.Offset)}"));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  the switch's of {difference.TheirFrame.Length} bytes, at {difference.Offset}: {Excerpt(difference.TheirFrame, difference.Offset)}"));
        }

        if (difference.Frame.Length > 0)
        {
            output.WriteLine($"  received: {Convert.ToHexStringLower(difference.Frame)}");
        }
    }

    private static string Excerpt(byte[] frame, int offset) => Convert.ToHexStringLower(frame.AsSpan(offset)[..Math.Min(BytesShown, frame.Length - offset)]);

    private static JsonObject Json(VerifyReport report) => new()
    {
        ["dialect"] = Word(report.Dialect),
        ["frames"] = report.Frames,
        ["steps"] = report.Steps,
        ["not_fed"] = report.NotFed,
        ["learning"] = report.Learning,
        ["unknown"] = report.Unknown.Count(),
        ["refused"] = new JsonArray([.. report.Refused.Select(text => (JsonNode)text)]),
        ["differences"] = new JsonArray([.. report.Differences.Select(Json)]),
    };

    private static JsonNode Json(Difference difference)
    {
        JsonObject json = new()
        {
            ["kind"] = Word(difference.Kind),
            ["frame"] = difference.Packet,
            ["port"] = difference.Port,
            ["hops_done"] = difference.HopsDone,
            ["ours"] = difference.Ours,
            ["theirs"] = difference.Theirs,
            ["known"] = new JsonArray([.. difference.Known.Select(known => (JsonNode)known.Name)]),
            ["received"] = Convert.ToHexStringLower(difference.Frame),
        };
        if (difference.Kind == DifferenceKind.Bytes)
        {
            json["offset"] = difference.Offset;
            json["our_bytes"] = Convert.ToHexStringLower(difference.OurFrame);
            json["their_bytes"] = Convert.ToHexStringLower(difference.TheirFrame);
        }

        return json;
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Word(Enum value) => value.ToString().ToLowerInvariant();
}
