namespace NetworkingSfc.Dataplane.Ports.Tap;

/// <summary>How a <see cref="TapPort"/> was asked for.</summary>
/// <param name="Interface">Name of the interface.</param>
/// <param name="Queues">Queues each way.</param>
/// <param name="MtuBytes">MTU to set, or 0 to leave it as it is.</param>
internal sealed record TapSettings(string Interface, int Queues, int MtuBytes);
