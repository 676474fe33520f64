using NetworkingSfc.Dataplane.Ports;

namespace NetworkingSfc.Dataplane.Attachments;

/// <summary>A port that a definition wants attached.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Attachment">To what.</param>
/// <param name="Device">What it is attached to.</param>
/// <param name="Conflict">Why it cannot be, whatever the device does; null when it can.</param>
internal sealed record WantedPort(int Number, PortAttachment Attachment, AttachedDevice Device, string? Conflict)
{
    private PortCondition Condition => Conflict is null ? Device.Condition : PortCondition.Failed;

    private string? Reason => Conflict ?? Device.Reason;

    /// <summary>True when a state says of this port what is so.</summary>
    public bool IsAsIn(PortState state) => IsSame(state) && state.Reason == Reason;

    /// <summary>The state now.</summary>
    /// <param name="before">The one before, or null.</param>
    /// <param name="now">When a new condition has begun.</param>
    public PortState State(PortState? before, DateTimeOffset now) =>
        new(Number, Attachment, Condition, Reason, before is not null && IsSame(before) ? before.Since : now);

    private bool IsSame(PortState state) => state.Number == Number && state.Condition == Condition && state.Attachment == Attachment;
}
