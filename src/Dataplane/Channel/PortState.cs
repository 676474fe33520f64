namespace NetworkingSfc.Dataplane.Channel;

/// <summary>How a port of the forwarder is.</summary>
/// <param name="Number">Its number in the definition.</param>
/// <param name="Reason">Why no frame can move, as a sentence; null while they can.</param>
/// <param name="Since">Since when it is like this.</param>
public sealed record PortState(int Number, string? Reason, DateTimeOffset Since);
