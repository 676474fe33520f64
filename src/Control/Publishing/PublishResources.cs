using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Publishing;

/// <summary>Receives every set that became current with what it was compiled to. Must not block for long: changes wait for it.</summary>
/// <param name="current">The set that is now current.</param>
/// <param name="compiled">What the compiler made of it.</param>
public delegate void PublishResources(ResourceSet current, object compiled);
