using System.Collections.Immutable;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Control.Compilation;

/// <summary>A set of resources in the dataplane's terms, and the key to read its numbers by.</summary>
/// <param name="Resources">What was compiled.</param>
/// <param name="Definition">What the dataplane is to do.</param>
/// <param name="Numbers">Which number stands for which resource.</param>
public sealed record CompiledState(ResourceSet Resources, SteeringDefinition Definition, StableNumbers Numbers)
{
    /// <summary>What the next compilation need not do again.</summary>
    internal CompiledRules Rules { get; init; } = CompiledRules.None;

    /// <summary>What the ports are bound to by the API, by port id.</summary>
    internal ImmutableDictionary<Guid, PortAttachment> Bindings { get; init; } = ImmutableDictionary<Guid, PortAttachment>.Empty;
}
