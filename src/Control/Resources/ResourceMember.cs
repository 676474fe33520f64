using System.Text.Json;
using NetworkingSfc.Control.Attributes;

namespace NetworkingSfc.Control.Resources;

/// <summary>One member of a resource's answer.</summary>
/// <typeparam name="T">The resource.</typeparam>
/// <param name="Name">Name in JSON.</param>
/// <param name="Write">Writes the value.</param>
internal sealed record ResourceMember<T>(string Name, Action<Utf8JsonWriter, T> Write) where T : Resource
{
    /// <summary>The value as text, for list filters and sorting; null for members that no filter looks at.</summary>
    public Func<T, string?>? Key { get; init; }

    /// <summary>Converts a filter value as input of this attribute is converted; null when filters compare the text as it is.</summary>
    public ReadAttribute? ConvertFilter { get; init; }

    /// <summary>Whether the member is part of the answer at all; null for always.</summary>
    public Func<T, bool>? Shown { get; init; }

    /// <summary>Whether the member is part of a state document, where that is not when it is <see cref="Shown"/>.</summary>
    public Func<T, bool>? Stored { get; init; }

    /// <summary>A text member.</summary>
    public static ResourceMember<T> Text(string name, Func<T, string?> value) =>
        new(name, (writer, resource) => writer.WriteStringValue(value(resource))) { Key = value };

    /// <summary>An optional id member.</summary>
    public static ResourceMember<T> Id(string name, Func<T, Guid?> value) => Text(name, resource => value(resource)?.ToString());

    /// <summary>A list of ids.</summary>
    public static ResourceMember<T> Ids(string name, Func<T, IEnumerable<Guid>> value) => new(name, (writer, resource) =>
    {
        writer.WriteStartArray();
        foreach (Guid id in value(resource))
        {
            writer.WriteStringValue(id);
        }

        writer.WriteEndArray();
    });

    /// <summary>An optional number member.</summary>
    public static ResourceMember<T> Number(string name, Func<T, int?> value) => new(name, (writer, resource) =>
    {
        if (value(resource) is { } number)
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteNullValue();
        }
    })
    { Key = resource => value(resource)?.ToString(System.Globalization.CultureInfo.InvariantCulture) };

    /// <summary>A truth member; filters accept every spelling that input accepts.</summary>
    public static ResourceMember<T> Boolean(string name, Func<T, bool> value) =>
        new(name, (writer, resource) => writer.WriteBooleanValue(value(resource)))
        {
            Key = resource => value(resource).ToString(),
            ConvertFilter = Texts.Boolean,
        };

    /// <summary>A member that is kept as JSON text.</summary>
    public static ResourceMember<T> Json(string name, Func<T, string> value) =>
        new(name, (writer, resource) => writer.WriteRawValue(value(resource), skipInputValidation: true));
}
