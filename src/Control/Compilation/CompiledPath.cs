using System.Collections.Immutable;
using NetworkingSfc.Control.PortChains;

namespace NetworkingSfc.Control.Compilation;

/// <summary>A path and where its rules are needed.</summary>
/// <param name="Index">Index in the definition.</param>
/// <param name="Chain">The chain it belongs to.</param>
/// <param name="IsReverse">True for the way back of a symmetric chain.</param>
/// <param name="UnawareHops">Hops behind which frames are classified again.</param>
/// <param name="Mappings">What the chain's functions make of the classifiers' fields.</param>
internal sealed record CompiledPath(
    int Index, PortChain Chain, bool IsReverse, ImmutableArray<UnawareHop> UnawareHops, NTupleMappings Mappings)
{
    /// <summary>Numbers of the ports of the chain's taps: what they send never enters it.</summary>
    public ImmutableArray<int> TapPorts { get; init; } = [];

    /// <summary>A service graph joins the chain to others: frames enter it from their ends only (behaviour 17).</summary>
    public bool IsJoined { get; init; }
}

/// <summary>A hop whose functions know no encapsulation.</summary>
/// <param name="HopsDone">Hops behind a frame that comes out of it.</param>
/// <param name="OutputPorts">Numbers of the ports its functions send from.</param>
internal sealed record UnawareHop(int HopsDone, ImmutableArray<int> OutputPorts)
{
    /// <summary>What no classifier takes at those ports is behind the hop all the same: functions of the path write addresses as they like.</summary>
    public bool TakesRest { get; init; }

    /// <inheritdoc/>
    public bool Equals(UnawareHop? other) =>
        other is not null && HopsDone == other.HopsDone && TakesRest == other.TakesRest && OutputPorts.AsSpan().SequenceEqual(other.OutputPorts.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HopsDone;
}
