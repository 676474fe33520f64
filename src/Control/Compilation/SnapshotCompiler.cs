using System.Collections.Immutable;
using NetworkingSfc.Control.Networks;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Control.Compilation;

/// <summary>Desired state to the dataplane's terms. Pure: same input, same result; nothing is changed when it fails.</summary>
public static class SnapshotCompiler
{
    /// <summary>Compiles a set.</summary>
    /// <param name="set">The resources; references between them exist.</param>
    /// <param name="previous">The compilation before, whose numbers stay and from which is taken what has not changed; null for none.</param>
    /// <param name="generation">Generation of the snapshot to come.</param>
    /// <param name="problems">Every reason why the set cannot be compiled, in creation order of the chains.</param>
    /// <param name="configured">What ports are attached to by id, where that is not for their binding to say; null for none.</param>
    /// <param name="onEmpty">What becomes of packets at groups without members that say nothing of it themselves.</param>
    /// <returns>The compiled state, or null when there are problems.</returns>
    public static CompiledState? Compile(
        ResourceSet set, CompiledState? previous, ulong generation, out ImmutableArray<ApiProblem> problems,
        IReadOnlyDictionary<Guid, PortAttachment>? configured = null, EmptyGroupAction onEmpty = EmptyGroupAction.Drop)
    {
        problems = ChainChecks.Check(set);
        if (!problems.IsEmpty)
        {
            return null;
        }

        StableNumbers numbers = GiveNumbers(set, previous?.Numbers ?? StableNumbers.None);
        ChainJoins joins = new(set);
        PathCompiler paths = new(set, numbers, joins, onEmpty);
        foreach (PortChain chain in set.PortChains)
        {
            paths.Add(chain);
        }

        ImmutableDictionary<Guid, PortAttachment> bindings = Bindings(set, previous);
        RuleTableCompiler rules = new(set, numbers, paths.Compiled, joins, previous);
        return new CompiledState(set, new SteeringDefinition
        {
            Generation = generation,
            Networks = [.. set.Networks.Select(network => new NetworkDefinition(
                set.Uplinks.TryGetValue(network.Id, out Guid uplink) ? numbers.Ports[uplink] : -1, network.Learns))],
            Ports = CompilePorts(set, numbers, rules, port => configured?.GetValueOrDefault(port) ?? bindings.GetValueOrDefault(port)),
            Groups = paths.Groups,
            Paths = [.. paths.Paths.Zip(paths.Compiled, (path, from) => from.IsReverse ? path
                : path with { NextRules = rules.TableBehind(from.Chain.Id, numbers.Chains[from.Chain.Id], joins) })],
            RuleTables = rules.Tables,
            Legend = numbers.Legend,
        }, numbers)
        {
            Rules = rules.Compiled,
            Bindings = bindings,
        };
    }

    private static StableNumbers GiveNumbers(ResourceSet set, StableNumbers numbers)
    {
        foreach (Port port in set.Ports)
        {
            numbers = numbers.WithPort(port.Id);
        }

        foreach (PortChain chain in set.PortChains)
        {
            numbers = numbers.WithChain(chain.Id);
            foreach (Guid group in chain.PortPairGroups)
            {
                foreach (Guid pair in set.PortPairGroups[group].PortPairs)
                {
                    numbers = numbers.WithMember(new StableNumbers.MemberKey(chain.Id, group, pair));
                }
            }
        }

        return numbers;
    }

    // A port that was deleted leaves its number behind, with no network.
    private static ImmutableArray<PortDefinition> CompilePorts(
        ResourceSet set, StableNumbers numbers, RuleTableCompiler rules, Func<Guid, PortAttachment?> attachmentOf)
    {
        PortDefinition[] ports = new PortDefinition[numbers.Ports.Count];
        Array.Fill(ports, new PortDefinition(-1, default, [], 0, -1));
        Dictionary<Guid, (int Index, Network Network)> networks = set.Networks
            .Select((network, index) => (network, index))
            .ToDictionary(entry => entry.network.Id, entry => (entry.index, entry.network));
        HashSet<Guid> ofPairs = [.. set.PortPairs.SelectMany(PortsOf)];
        HashSet<Guid> awareEgress = [.. set.PortPairs.Where(pair => pair.Parameters.Correlation != Correlation.None).Select(pair => pair.Egress)];
        foreach (Port port in set.Ports)
        {
            (int index, Network network) = networks[port.NetworkId];
            int number = numbers.Ports[port.Id];
            ports[number] = new PortDefinition(
                index,
                port.MacAddress,
                [.. port.FixedIps.Select(ip => new PortAddress(ip.Address.Value, ip.Address.Family == IpFamily.IPv6))],
                network.Mtu,
                rules.TableFor(number, isOfPair: ofPairs.Contains(port.Id)))
            {
                SendsEncapsulated = awareEgress.Contains(port.Id),
                IsOfPair = ofPairs.Contains(port.Id),
                Attachment = attachmentOf(port.Id),
            };
        }

        return [.. ports];
    }

    // Ports are many and their details are JSON: what has not changed is not read again.
    private static ImmutableDictionary<Guid, PortAttachment> Bindings(ResourceSet set, CompiledState? previous)
    {
        ImmutableDictionary<Guid, PortAttachment>.Builder bindings = ImmutableDictionary.CreateBuilder<Guid, PortAttachment>();
        foreach (Port port in set.Ports)
        {
            bool isAsBefore = previous is not null && ReferenceEquals(previous.Resources.Ports.Find(port.Id), port);
            if ((isAsBefore ? previous!.Bindings.GetValueOrDefault(port.Id) : PortBinding.AttachmentOf(port)) is { } attachment)
            {
                bindings.Add(port.Id, attachment);
            }
        }

        return bindings.ToImmutable();
    }

    private static IEnumerable<Guid> PortsOf(PortPair pair) => [pair.Ingress, pair.Egress];
}
