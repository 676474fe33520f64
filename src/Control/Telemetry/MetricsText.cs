using System.Globalization;
using System.Text;

namespace NetworkingSfc.Control.Telemetry;

/// <summary>
/// The text format of Prometheus, version 0.0.4: a family at a time, its HELP and TYPE once, then its samples with labels escaped.
/// </summary>
internal sealed class MetricsText
{
    /// <summary>The content type that scrapers go by.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    /// <summary>Begins a family.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">counter, gauge or histogram.</param>
    /// <param name="help">What it counts, in a sentence.</param>
    public void Family(string name, string type, string help) => _text
        .Append("# HELP ").Append(name).Append(' ').Append(help.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal)).Append('\n')
        .Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    /// <summary>A line for people.</summary>
    /// <param name="line">One line that begins neither with HELP nor with TYPE.</param>
    public void Comment(string line) => _text.Append("# ").Append(line).Append('\n');

    /// <summary>A sample.</summary>
    /// <param name="name">The family's name, with a suffix where it is a histogram.</param>
    /// <param name="value">The value.</param>
    /// <param name="labels">Names and values of the labels.</param>
    public void Sample(string name, double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        _text.Append(name);
        char before = '{';
        foreach ((string label, string text) in labels)
        {
            _text.Append(before).Append(label).Append("=\"").Append(Escaped(text)).Append('"');
            before = ',';
        }

        _ = labels.IsEmpty ? _text : _text.Append('}');
        _text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    /// <summary>A histogram of counts up to each bound.</summary>
    /// <param name="name">The family's name.</param>
    /// <param name="bounds">Upper bounds, ascending.</param>
    /// <param name="counts">Counts between the bounds; one more than bounds when some lie above the last.</param>
    /// <param name="sum">Sum of what was counted.</param>
    /// <param name="labels">Names and values of the labels.</param>
    public void Histogram(string name, ReadOnlySpan<double> bounds, ReadOnlySpan<long> counts, double sum, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        long below = 0;
        for (int bucket = 0; bucket < counts.Length; bucket++)
        {
            below += counts[bucket];
            if (bucket < bounds.Length)
            {
                Sample(name + "_bucket", below, [.. labels, ("le", bounds[bucket].ToString("R", CultureInfo.InvariantCulture))]);
            }
        }

        Sample(name + "_bucket", below, [.. labels, ("le", "+Inf")]);
        Sample(name + "_sum", sum, labels);
        Sample(name + "_count", below, labels);
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private static string Escaped(string value) => value
        .Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);
}
