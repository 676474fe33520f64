using System.Collections.Immutable;

namespace NetworkingSfc.Control.Drivers;

/// <summary>How far a driver is. Immutable.</summary>
/// <param name="Driver">Its name.</param>
/// <param name="Wanted">Revision of the state that is current; 0 before the first.</param>
/// <param name="Applied">Revision of the state that it applied last, or null for none yet.</param>
public sealed record DriverReport(string Driver, long Wanted, long? Applied)
{
    /// <summary>Why the last attempt failed; null when it did not.</summary>
    public string? Failure { get; init; }

    /// <summary>When the failure began; later attempts that failed do not move it.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>When the next attempt is made after a failure.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>By id of the port chain, what could not be carried out as asked for in the state that was applied.</summary>
    public ImmutableDictionary<Guid, ImmutableArray<string>> Problems { get; init; } = ImmutableDictionary<Guid, ImmutableArray<string>>.Empty;
}
