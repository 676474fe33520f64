using NetworkingSfc.Dataplane.Attachments;

namespace NetworkingSfc.Dataplane.Channel;

/// <summary>What the control role is told of a port: a <see cref="PortState"/> without what it knows itself.</summary>
/// <param name="Number">Its number in the definition.</param>
/// <param name="Condition">How it stands.</param>
/// <param name="Reason">Why it is not up, as a sentence; null when it is.</param>
/// <param name="Since">When the condition began.</param>
public sealed record PortReport(int Number, PortCondition Condition, string? Reason, DateTimeOffset Since)
{
    /// <summary>What is told of a state.</summary>
    /// <param name="state">The state.</param>
    public static PortReport Of(PortState state) => new(state.Number, state.Condition, state.Reason, state.Since);
}
