using NetworkingSfc.Dataplane.Ports;

namespace NetworkingSfc.Dataplane.Attachments;

/// <summary>The state of one attached port.</summary>
/// <param name="Number">Its number in the snapshot.</param>
/// <param name="Attachment">What it is attached to.</param>
/// <param name="Condition">How it stands.</param>
/// <param name="Reason">Why it is not up: a sentence for people; null when it is.</param>
/// <param name="Since">When the condition began, UTC.</param>
public sealed record PortState(int Number, PortAttachment Attachment, PortCondition Condition, string? Reason, DateTimeOffset Since);
