using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// What a function may send: a header from a port. The port is part of the key, because a function may send only the index
/// that its own hop produces, also when another would be valid elsewhere on the path.
/// </summary>
/// <param name="Port">Port the frame came from.</param>
/// <param name="Carries">NSH or MPLS.</param>
/// <param name="ServicePath">SPI shifted left by 8, and SI; for MPLS the label, which has the same form.</param>
internal readonly record struct ServicePathKey(int Port, EncapsulationKind Carries, uint ServicePath) : ILookupKey
{
    public ulong Folded => ((ulong)Carries << 60) ^ ((ulong)(uint)Port << 32) ^ ServicePath;
}
