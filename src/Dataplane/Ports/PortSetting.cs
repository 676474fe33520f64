namespace NetworkingSfc.Dataplane.Ports;

/// <summary>A setting that a port driver takes.</summary>
/// <param name="Name">Its name in lower case.</param>
/// <param name="IsRequired">Whether the port cannot be opened without it.</param>
/// <param name="Meaning">What it means, for people: unit, range and default where it has them.</param>
public sealed record PortSetting(string Name, bool IsRequired, string Meaning);
