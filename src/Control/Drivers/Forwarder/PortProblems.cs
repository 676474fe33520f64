using System.Collections.Immutable;
using System.Globalization;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Channel;

namespace NetworkingSfc.Control.Drivers.Forwarder;

/// <summary>What ports through which no frame can move mean for the port chains: a sentence on each chain that needs one.</summary>
internal static class PortProblems
{
    /// <summary>The sentences by id of the port chain.</summary>
    /// <param name="state">What the forwarder holds.</param>
    /// <param name="ports">How its ports are.</param>
    public static ImmutableDictionary<Guid, ImmutableArray<string>> Of(CompiledState state, ImmutableArray<PortReport> ports)
    {
        Dictionary<int, PortReport> notUp = ports.Where(port => port.Reason is not null).ToDictionary(port => port.Number);
        ImmutableDictionary<Guid, ImmutableArray<string>>.Builder problems = ImmutableDictionary.CreateBuilder<Guid, ImmutableArray<string>>();
        foreach (PortChain chain in notUp.Count == 0 ? [] : state.Resources.PortChains.AsEnumerable())
        {
            ImmutableArray<string> sentences = [.. PortsOf(chain, state.Resources).Distinct()
                .Where(port => notUp.ContainsKey(state.Numbers.Ports[port]))
                .Select(port => Sentence(state.Resources.Ports[port], notUp[state.Numbers.Ports[port]]))];
            if (!sentences.IsEmpty)
            {
                problems.Add(chain.Id, sentences);
            }
        }

        return problems.ToImmutable();
    }

    private static IEnumerable<Guid> PortsOf(PortChain chain, ResourceSet set) =>
        chain.PortPairGroups.SelectMany(group => set.PortPairGroups[group].PortPairs).SelectMany(pair => PortsOf(set.PortPairs[pair]))
            .Concat(chain.FlowClassifiers.Select(classifier => set.FlowClassifiers[classifier].LogicalSourcePort).OfType<Guid>());

    private static IEnumerable<Guid> PortsOf(PortPair pair) => [pair.Ingress, pair.Egress];

    private static string Sentence(Port port, PortReport report) => string.Create(CultureInfo.InvariantCulture,
        $"Port {(port.Name.Length > 0 ? port.Name : port.Id)} has been {report.Condition.ToString().ToLowerInvariant()} since {report.Since:yyyy-MM-dd HH:mm:ss}Z: {report.Reason}");
}
