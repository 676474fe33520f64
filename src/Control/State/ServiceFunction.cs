using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.State;

/// <summary>The stand-in for the service function behind a port pair. The replacements belong to <see cref="FunctionKind.Rewrite"/>; null leaves a field alone.</summary>
/// <param name="Kind">What it does.</param>
public sealed record ServiceFunction(FunctionKind Kind)
{
    /// <summary>What stands behind a pair of which nothing is said: a function that does what its correlation calls for.</summary>
    /// <param name="pair">The pair.</param>
    public static ServiceFunction DefaultFor(PortPair pair) =>
        new(pair.Parameters.Correlation == Correlation.None ? FunctionKind.Forward : FunctionKind.Aware);

    /// <summary>Replacement of the source address.</summary>
    public IpAddressValue? SourceIp { get; init; }

    /// <summary>Replacement of the destination address.</summary>
    public IpAddressValue? DestinationIp { get; init; }

    /// <summary>Replacement of the source port.</summary>
    public ushort? SourcePort { get; init; }

    /// <summary>Replacement of the destination port.</summary>
    public ushort? DestinationPort { get; init; }
}
