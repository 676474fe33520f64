using System.Collections.Immutable;

namespace NetworkingSfc.Control.Planning;

/// <summary>What happens to an object.</summary>
public enum ChangeAction
{
    /// <summary>It is new.</summary>
    Add,

    /// <summary>Some of its attributes are others.</summary>
    Change,

    /// <summary>It is gone.</summary>
    Remove,
}

/// <summary>One object that differs between two states, or the uplink of a network or the function of a port pair, which have the id and name of that.</summary>
/// <param name="Action">What happens to it.</param>
/// <param name="Kind">Its kind, for example <c>port_pair</c>; <c>uplink</c> or <c>function</c>.</param>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name, the new one when that changes.</param>
/// <param name="Attributes">The attributes that change; none when the object is added or removed.</param>
public sealed record PlannedChange(ChangeAction Action, string Kind, Guid Id, string Name, ImmutableArray<AttributeChange> Attributes);

/// <summary>One attribute that changes.</summary>
/// <param name="Name">Its name in the API.</param>
/// <param name="Before">Its value as JSON, null when it was not shown.</param>
/// <param name="After">Its new value as JSON, null when it will not be shown.</param>
public sealed record AttributeChange(string Name, string? Before, string? After);
