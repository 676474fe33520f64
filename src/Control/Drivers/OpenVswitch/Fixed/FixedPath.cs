using System.Collections.Immutable;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Control.Drivers.OpenVswitch.Fixed;

/// <summary>A compiled path, and what its numbers stand for.</summary>
/// <param name="Chain">The chain it belongs to.</param>
/// <param name="Definition">The path.</param>
/// <param name="Groups">The port pair groups of its hops.</param>
internal sealed record FixedPath(PortChain Chain, PathDefinition Definition, ImmutableArray<PortPairGroup> Groups)
{
    private const int InitialIndex = 255;
    private const string RestoreBySanity = "pop_mpls:0x0800,resubmit(,8),";

    /// <summary>Actions that take an MPLS label off and say again what is inside, which the label does not tell.</summary>
    public string PopLabel { get; private init; } = RestoreBySanity;

    /// <summary>The paths of a state, in the order of its definition: one for each chain, and behind it one for the way back.</summary>
    public static ImmutableArray<FixedPath> Of(CompiledState state)
    {
        ImmutableArray<FixedPath>.Builder paths = ImmutableArray.CreateBuilder<FixedPath>();
        foreach (PortChain chain in state.Resources.PortChains)
        {
            ImmutableArray<PortPairGroup> groups = [.. chain.PortPairGroups.Select(id => state.Resources.PortPairGroups[id]).Where(group => !group.TapEnabled)];
            string pop = PopFor([.. chain.FlowClassifiers.Select(id => state.Resources.FlowClassifiers[id].Ethertype).Distinct()]);
            paths.Add(new FixedPath(chain, state.Definition.Paths[paths.Count], groups) { PopLabel = pop });
            if (chain.Symmetric)
            {
                paths.Add(new FixedPath(chain, state.Definition.Paths[paths.Count], [.. groups.Reverse()]) { PopLabel = pop });
            }
        }

        return paths.ToImmutable();
    }

    /// <summary>The index in the header of frames on their way to a hop.</summary>
    /// <param name="hop">The hop, from 0.</param>
    public static int IndexTo(int hop) => InitialIndex - hop;

    /// <summary>Actions that take a header off.</summary>
    public string Pop(EncapsulationKind kind) => kind == EncapsulationKind.Nsh ? "decap(),decap()," : PopLabel;

    private static string PopFor(List<IpFamily> families) => families switch
    {
        [IpFamily.IPv4] => "pop_mpls:0x0800,",
        [IpFamily.IPv6] => "pop_mpls:0x86dd,",
        _ => RestoreBySanity,
    };
}
