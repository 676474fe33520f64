namespace NetworkingSfc.Control.Configuration;

/// <summary>A <c>[[port]]</c> of the configuration file that attaches nothing in the present state.</summary>
/// <param name="Port">The id or name that it gives.</param>
/// <param name="Reason">Why, as a sentence.</param>
public sealed record UnusedEntry(string Port, string Reason);
