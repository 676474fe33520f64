using System.Globalization;

namespace NetworkingSfc.Dataplane.Ports;

/// <summary>The settings of one port as numbers and texts, with the sentence for a value that cannot be used.</summary>
/// <param name="kind">Kind of the port, for the sentences.</param>
/// <param name="values">Values by setting name.</param>
internal readonly struct PortSettingValues(string kind, IReadOnlyDictionary<string, string> values)
{
    private readonly string _kind = kind;
    private readonly IReadOnlyDictionary<string, string> _values = values;

    /// <summary>A text, or null when the setting is not given.</summary>
    /// <exception cref="PortOpenException">It is given and empty, or has a character that ends texts in the kernel.</exception>
    public string? Text(string name)
    {
        if (!_values.TryGetValue(name, out string? text))
        {
            return null;
        }

        return text.Length == 0
                ? throw new PortOpenException($"The setting '{name}' of a {_kind} port is empty; accepted is a text of at least one character.")
            : text.Contains('\0', StringComparison.Ordinal)
                ? throw new PortOpenException($"The setting '{name}' of a {_kind} port has a zero character; accepted is a text without one.")
            : text;
    }

    /// <summary>A whole number.</summary>
    /// <param name="name">Name of the setting.</param>
    /// <param name="unset">Value when the setting is not given.</param>
    /// <param name="smallest">Smallest value accepted.</param>
    /// <param name="largest">Largest value accepted.</param>
    /// <exception cref="PortOpenException">It is no number or out of range.</exception>
    public int Number(string name, int unset, int smallest, int largest)
    {
        if (!_values.TryGetValue(name, out string? text))
        {
            return unset;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= smallest && number <= largest
            ? number
            : throw new PortOpenException(
                $"The setting '{name}' of a {_kind} port is '{text}'; accepted are whole numbers from {smallest} to {largest}.");
    }

    /// <summary>One of several words.</summary>
    /// <param name="name">Name of the setting.</param>
    /// <param name="accepted">The words accepted; the first is what an absent setting means.</param>
    /// <exception cref="PortOpenException">It is another word.</exception>
    public string Word(string name, params ReadOnlySpan<string> accepted)
    {
        if (!_values.TryGetValue(name, out string? text))
        {
            return accepted[0];
        }

        return accepted.Contains(text)
            ? text
            : throw new PortOpenException($"The setting '{name}' of a {_kind} port is '{text}'; accepted are {string.Join(", ", accepted.ToArray())}.");
    }
}
