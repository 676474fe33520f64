using System.Collections.Immutable;

namespace NetworkingSfc.Control.State;

/// <summary>Outcome of reading a state document: the document, or everything found wrong with it.</summary>
/// <param name="Document">The document; null when there are errors.</param>
/// <param name="Errors">What is wrong, in the order of the document.</param>
public sealed record StateReading(StateDocument? Document, ImmutableArray<StateError> Errors);
