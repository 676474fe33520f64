using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Publishing;

/// <summary>One change: looks at the current set and gives the next one, or refuses. Pure, and run by the control loop alone.</summary>
/// <param name="current">The set at that moment.</param>
internal delegate ChangeResult Change(ResourceSet current);
