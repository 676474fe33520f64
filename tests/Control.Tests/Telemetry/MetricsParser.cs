using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace NetworkingSfc.Control.Tests.Telemetry;

/// <summary>
/// Reads the text format of Prometheus, version 0.0.4, and refuses whatever a strict reader may: families torn apart or told
/// twice, samples without a TYPE or given twice, names and escapes that are none, histograms that do not add up.
/// </summary>
internal sealed partial class MetricsParser
{
    private readonly Dictionary<string, string> _types = [];
    private readonly Dictionary<string, double> _samples = [];
    private readonly HashSet<string> _helped = [];
    private string _family = "";

    private MetricsParser()
    {
    }

    /// <summary>Every family with its type.</summary>
    public IReadOnlyDictionary<string, string> Types => _types;

    /// <summary>Every sample, by name and labels as <c>name{a="b"}</c> with values unescaped.</summary>
    public IReadOnlyDictionary<string, double> Samples => _samples;

    public static MetricsParser Parse(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        MetricsParser parser = new();
        foreach (string line in text[..^1].Split('\n'))
        {
            parser.Read(line);
        }

        Assert.All(parser._types.Where(type => type.Value == "histogram"), histogram => parser.CheckHistogram(histogram.Key));
        Assert.Equal(parser._types.Keys.Order(), parser._helped.Order());
        return parser;
    }

    /// <summary>The samples of a family.</summary>
    public IEnumerable<KeyValuePair<string, double>> Of(string family) =>
        _samples.Where(sample => sample.Key == family || sample.Key.StartsWith(family + "{", StringComparison.Ordinal));

    private void Read(string line)
    {
        if (line.StartsWith('#'))
        {
            string[] words = line.Split(' ', 4);
            Assert.True(words.Length == 4 || words[1] is not ("HELP" or "TYPE"), line);
            switch (words[1])
            {
                case "HELP":
                    Assert.Matches(Name(), words[2]);
                    Assert.DoesNotMatch(@"\\[^\\n]|\\$", words[3].Replace(@"\\", "", StringComparison.Ordinal));
                    Assert.True(_helped.Add(words[2]), line);
                    _family = words[2];
                    break;
                case "TYPE":
                    Assert.Contains(words[3], (string[])["counter", "gauge", "histogram"]);
                    Assert.Equal(_family, words[2]);
                    Assert.True(_types.TryAdd(words[2], words[3]), line);
                    Assert.Equal(words[3] == "counter", words[2].EndsWith("_total", StringComparison.Ordinal));
                    break;
            }

            return;
        }

        Match sample = Sample().Match(line);
        Assert.True(sample.Success, line);
        string name = sample.Groups["name"].Value;
        string family = _types.GetValueOrDefault(_family) == "histogram" ? Suffix().Replace(name, "") : name;
        Assert.True(family == _family && _types.ContainsKey(family), $"Not in its family: {line}");
        StringBuilder key = new(name);
        HashSet<string> labels = [];
        foreach (Match label in Label().Matches(sample.Groups["labels"].Value))
        {
            Assert.True(labels.Add(label.Groups["name"].Value), line);
            key.Append(labels.Count == 1 ? '{' : ',').Append($"{label.Groups["name"].Value}=\"{Unescaped(label.Groups["value"].Value)}\"");
        }

        key.Append(labels.Count > 0 ? "}" : "");
        double value = double.Parse(sample.Groups["value"].Value, NumberStyles.Float, CultureInfo.InvariantCulture);
        Assert.True(_types[family] == "gauge" || value >= 0, line);
        Assert.True(_samples.TryAdd(key.ToString(), value), $"Twice: {line}");
    }

    private void CheckHistogram(string family)
    {
        foreach (KeyValuePair<string, double> count in Of(family + "_count"))
        {
            string labels = count.Key[(family.Length + "_count".Length)..].Trim('{', '}');
            string prefix = $"{family}_bucket{{{(labels.Length > 0 ? labels + "," : "")}le=\"";
            double[] buckets = [.. _samples.Where(sample => sample.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(sample => sample.Value)];
            Assert.Equal(buckets.Order(), buckets);
            Assert.Equal(count.Value, _samples[prefix + "+Inf\"}"]);
            Assert.Contains(family + "_sum" + (labels.Length > 0 ? $"{{{labels}}}" : ""), _samples.Keys);
        }
    }

    private static string Unescaped(string value) => Escape().Replace(value, escape => escape.Value[1] == 'n' ? "\n" : escape.Value[1..]);

    [GeneratedRegex("^[a-z][a-z0-9_]*$")]
    private static partial Regex Name();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();

    [GeneratedRegex("""^(?<name>[a-z][a-z0-9_]*)(\{(?<labels>[a-z_]+="([^"\\\n]|\\["\\n])*"(,[a-z_]+="([^"\\\n]|\\["\\n])*")*)\})? (?<value>-?[0-9][0-9.]*(E[+-]?[0-9]+)?)$""")]
    private static partial Regex Sample();

    [GeneratedRegex("""(?<name>[a-z_]+)="(?<value>([^"\\]|\\.)*)"(,|$)""")]
    private static partial Regex Label();

    [GeneratedRegex("""\\["\\n]""")]
    private static partial Regex Escape();
}
