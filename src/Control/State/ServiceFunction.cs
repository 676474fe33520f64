using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.State;

/// <summary>The stand-in for the service function behind a port pair. The replacements belong to <see cref="FunctionKind.Rewrite"/>; null leaves a field alone.</summary>
/// <param name="Kind">What it does.</param>
public sealed record ServiceFunction(FunctionKind Kind)
{
    /// <summary>Replacement of the source address.</summary>
    public IpAddressValue? SourceIp { get; init; }

    /// <summary>Replacement of the destination address.</summary>
    public IpAddressValue? DestinationIp { get; init; }

    /// <summary>Replacement of the source port.</summary>
    public ushort? SourcePort { get; init; }

    /// <summary>Replacement of the destination port.</summary>
    public ushort? DestinationPort { get; init; }
}
