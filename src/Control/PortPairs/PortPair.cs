using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.PortPairs;

/// <summary>One instance of a service function with its attachment.</summary>
public sealed record PortPair : Resource
{
    /// <summary>Port into the service function.</summary>
    public required Guid Ingress { get; init; }

    /// <summary>Port out of the service function; may be the same.</summary>
    public required Guid Egress { get; init; }

    /// <summary>Encapsulation and weight.</summary>
    public ServiceFunctionParameters Parameters { get; init; } = ServiceFunctionParameters.Default;
}
