using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using NetworkingSfc.Sfc.Client;

namespace NetworkingSfc.Sfc.Classify;

/// <summary><c>sfc classify</c>: does the classifier answer these packets rightly, and how fast?</summary>
internal static class ClassifyCommand
{
    private const int LargestBurst = 256;
    private const int LongestSeconds = 3_600;
    private const string CacheOn = "on";
    private const string CacheOff = "off";

    /// <summary>The command for the command line.</summary>
    public static Command Create()
    {
        Option<string> rules = new("--rules") { Description = "Rules, ClassBench text, perhaps compressed with gzip; the best first.", Required = true };
        Option<string> trace = new("--trace") { Description = "Packets and the rule that each must match, perhaps compressed with gzip.", Required = true };
        Option<string?> updates = new("--updates") { Description = "Rule changes and lookups in one order, perhaps compressed with gzip; replayed behind the trace." };
        Option<int> burst = new("--burst")
        {
            Description = $"Packets a batch, 1 to {LargestBurst}.",
            DefaultValueFactory = _ => 32,
            CustomParser = BurstOf,
        };
        Option<double> seconds = new("--seconds")
        {
            Description = $"About how long passes over the trace are measured, 0 to {LongestSeconds}; three passes at least.",
            DefaultValueFactory = _ => 3,
            CustomParser = SecondsOf,
        };
        Option<string?> implementation = new("--implementation") { Description = "Name of a classifier; without it, the one that a server would take." };
        Option<string> cache = new("--cache") { Description = "Whether the reader remembers decisions: on or off.", DefaultValueFactory = _ => CacheOn };
        cache.AcceptOnlyFromAmong(CacheOn, CacheOff);
        Option<bool> json = new("--json") { Description = "Print JSON instead of lines for people." };
        Option<string?> results = new("--results") { Description = "File for the answer to every packet, one a line; -1 is no rule." };
        Command command = new("classify", "Classify a trace, compare every answer with the one it must get, and measure.")
        {
            rules, trace, updates, burst, seconds, implementation, cache, json, results,
        };
        command.SetCheckedAction(arguments =>
        {
            ClassifySession session = new(
                new ClassifyRequest
                {
                    Rules = arguments.GetRequiredValue(rules),
                    Trace = arguments.GetRequiredValue(trace),
                    Updates = arguments.GetValue(updates),
                    Results = arguments.GetValue(results),
                    Burst = arguments.GetValue(burst),
                    Seconds = arguments.GetValue(seconds),
                    Implementation = arguments.GetValue(implementation),
                    Cache = arguments.GetValue(cache) == CacheOn,
                },
                arguments.InvocationConfiguration.Error);
            ClassifyReport report = session.Run();
            report.Print(arguments.InvocationConfiguration.Output, arguments.GetValue(json));
            return Task.FromResult(report.Mismatches == 0 ? 0 : CommandFailure.Refused);
        });
        return command;
    }

    private static int BurstOf(ArgumentResult argument)
    {
        string text = argument.Tokens[0].Value;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int burst) || burst is < 1 or > LargestBurst)
        {
            argument.AddError($"--burst {text}: a whole number from 1 to {LargestBurst} is accepted.");
        }

        return burst;
    }

    private static double SecondsOf(ArgumentResult argument)
    {
        string text = argument.Tokens[0].Value;
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) || seconds > LongestSeconds)
        {
            argument.AddError($"--seconds {text}: a number from 0 to {LongestSeconds} is accepted.");
        }

        return seconds;
    }
}
