using System.Collections.Immutable;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Control.Drivers.OpenVswitch.Fixed;

/// <summary>A compiled path, and what its numbers stand for.</summary>
/// <param name="Chain">The chain it belongs to.</param>
/// <param name="Definition">The path.</param>
/// <param name="Groups">The port pair groups of its hops.</param>
internal sealed record FixedPath(PortChain Chain, PathDefinition Definition, ImmutableArray<PortPairGroup> Groups)
{
    private const int InitialIndex = 255;

    /// <summary>The EtherType that what is behind a label most likely has, which the label does not tell: <see cref="FixedTables.EtherType"/> looks.</summary>
    public string LikelyEtherType { get; private init; } = "0x0800";

    /// <summary>The paths of a state, in the order of its definition: one for each chain, and behind it one for the way back.</summary>
    public static ImmutableArray<FixedPath> Of(CompiledState state)
    {
        ImmutableArray<FixedPath>.Builder paths = ImmutableArray.CreateBuilder<FixedPath>();
        foreach (PortChain chain in state.Resources.PortChains)
        {
            ImmutableArray<PortPairGroup> groups = [.. chain.PortPairGroups.Select(id => state.Resources.PortPairGroups[id]).Where(group => !group.TapEnabled)];
            bool isIpv6 = chain.FlowClassifiers.All(id => state.Resources.FlowClassifiers[id].Ethertype == IpFamily.IPv6);
            string likely = isIpv6 ? "0x86dd" : "0x0800";
            paths.Add(new FixedPath(chain, state.Definition.Paths[paths.Count], groups) { LikelyEtherType = likely });
            if (chain.Symmetric)
            {
                paths.Add(new FixedPath(chain, state.Definition.Paths[paths.Count], [.. groups.Reverse()]) { LikelyEtherType = likely });
            }
        }

        return paths.ToImmutable();
    }

    /// <summary>The index in the header of frames on their way to a hop.</summary>
    /// <param name="hop">The hop, from 0.</param>
    public static int IndexTo(int hop) => InitialIndex - hop;
}
