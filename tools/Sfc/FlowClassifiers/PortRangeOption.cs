using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using NetworkingSfc.Sfc.Resources;

namespace NetworkingSfc.Sfc.FlowClassifiers;

/// <summary>A range of ports as the stock client takes it: one option, two attributes.</summary>
internal sealed class PortRangeOption : AttributeOption
{
    private readonly Option<string> _option;
    private readonly string _attribute;

    /// <summary>The option of one end.</summary>
    /// <param name="name">Name of the option.</param>
    /// <param name="attribute">What the names of the two attributes begin with.</param>
    /// <param name="description">For the help.</param>
    public PortRangeOption(string name, string attribute, string description)
    {
        _attribute = attribute;
        _option = ValueOption.New<string>(name, description, "MIN:MAX");
        _option.Validators.Add(result =>
        {
            string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (!TryRead(text, out _, out _))
            {
                result.AddError($"{name} '{text}' is not a range of ports. Accepted is PORT, MIN:MAX, MIN: or :MAX.");
            }
        });
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => [_option];

    /// <inheritdoc/>
    public override Task FillAsync(BodyFilling filling)
    {
        TryRead(filling.Arguments.GetRequiredValue(_option), out long? lowest, out long? highest);
        Put(filling, "min", lowest);
        Put(filling, "max", highest);
        return Task.CompletedTask;
    }

    private void Put(BodyFilling filling, string bound, long? port)
    {
        if (port is { } number)
        {
            filling.Put($"{_attribute}_{bound}", JsonValue.Create(number));
        }
    }

    // Whether the numbers are ports is the server's to say.
    private static bool TryRead(string text, out long? lowest, out long? highest)
    {
        string[] bounds = text.Split(':');
        highest = null;
        bool read = TryRead(bounds[0], out lowest) && bounds.Length <= 2 && TryRead(bounds[^1], out highest);
        return read && (lowest is not null || highest is not null);
    }

    private static bool TryRead(string text, out long? bound)
    {
        bound = null;
        if (text.Length == 0)
        {
            return true;
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            return false;
        }

        bound = number;
        return true;
    }
}
