using System.Text.Json;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Attributes;

/// <summary>Converts and validates the value of one attribute, in that order.</summary>
/// <param name="attribute">Name of the attribute, for messages.</param>
/// <param name="value">The value sent.</param>
internal delegate Reading ReadAttribute(string attribute, JsonElement value);

/// <summary>A converted value, or why the value sent is refused.</summary>
internal readonly record struct Reading(object? Value, ApiProblem? Problem)
{
    /// <summary>The value was accepted.</summary>
    public static Reading Of(object? value) => new(value, null);

    /// <summary>The value was refused.</summary>
    public static implicit operator Reading(ApiProblem problem) => new(null, problem);
}
