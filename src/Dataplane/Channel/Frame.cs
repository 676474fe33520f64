namespace NetworkingSfc.Dataplane.Channel;

/// <summary>A message between the two roles.</summary>
/// <param name="Type">What it says.</param>
/// <param name="Payload">Its content, in the encoding of the type.</param>
public readonly record struct Frame(FrameType Type, ReadOnlyMemory<byte> Payload);
