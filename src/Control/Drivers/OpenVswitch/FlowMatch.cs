using System.Globalization;

namespace NetworkingSfc.Control.Drivers.OpenVswitch;

/// <summary>Puts the match of a flow together, field by field, in the order given. What a field needs before it must be given before it.</summary>
internal readonly record struct FlowMatch
{
    private readonly string? _text;

    private FlowMatch(string text) => _text = text;

    /// <summary>Matches everything.</summary>
    public static FlowMatch Any => default;

    /// <summary>One of the words of ovs-ofctl that need no value, for example <c>ipv6</c>.</summary>
    public FlowMatch With(string word) => new(string.IsNullOrEmpty(_text) ? word : _text + "," + word);

    /// <summary>A field with a value.</summary>
    public FlowMatch With(string field, string value) => With(field + "=" + value);

    /// <summary>A field with a number.</summary>
    public FlowMatch With(string field, long value) => With(field, value.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public override string ToString() => _text ?? "";
}
