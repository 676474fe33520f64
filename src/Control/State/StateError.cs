namespace NetworkingSfc.Control.State;

/// <summary>One thing wrong with a state document.</summary>
/// <param name="Where">JSON path such as <c>port_chains[0].flow_classifiers[1]</c>; line and column when the text is not JSON at all.</param>
/// <param name="Message">What is wrong and what would be accepted.</param>
public sealed record StateError(string Where, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Where}: {Message}";
}
