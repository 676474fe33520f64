namespace NetworkingSfc.Control.Tests.Conformance;

/// <summary>An answer that is not the recorded one.</summary>
internal sealed class Mismatch(string message) : Exception(message);
