namespace NetworkingSfc.Control.Store;

/// <summary>Stored state that cannot be used at start. The message is one line for the operator: what, why, and what would help. No file was changed.</summary>
/// <param name="message">The line.</param>
/// <param name="cause">What was found, if it was found by an exception.</param>
public sealed class UnusableStoreException(string message, Exception? cause = null) : Exception(message, cause);
