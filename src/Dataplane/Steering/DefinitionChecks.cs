using System.Runtime.CompilerServices;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>Checks every index and limit of a definition before tables are built from it.</summary>
internal static class DefinitionChecks
{
    /// <summary>Most hops of a path: the index behind the last one must be at least 1.</summary>
    public const int MaxHops = 254;

    /// <summary>Largest path id that fits an MPLS label beside the index.</summary>
    public const int MaxMplsPathId = 0xfff;

    /// <summary>
    /// Counter rows that a definition may name: numbers are never given again, so they grow with what ever existed, and every
    /// worker makes room up to the highest.
    /// </summary>
    public const int MaxCounterRows = 1 << 24;

    /// <summary>Throws at the first thing that is wrong.</summary>
    /// <param name="definition">The definition.</param>
    /// <exception cref="SteeringDefinitionException">An index or a limit is exceeded.</exception>
    public static void Check(SteeringDefinition definition)
    {
        Require(definition.ForwarderMac.Value >> 48 == 0 && !definition.ForwarderMac.IsMulticast,
            $"the forwarder's MAC address {definition.ForwarderMac} is not a unicast address");
        Require(definition.Networks.Length <= SteeringDefinition.MaxNetworks, $"{definition.Networks.Length} networks; at most {SteeringDefinition.MaxNetworks} are accepted");
        foreach (NetworkDefinition network in definition.Networks)
        {
            Require(network.UplinkPort == -1 || IsIndex(network.UplinkPort, definition.Ports.Length), $"uplink port {network.UplinkPort} does not exist");
        }

        CheckPorts(definition);
        CheckGroups(definition);
        for (int path = 0; path < definition.Paths.Length; path++)
        {
            CheckPath(definition, path);
        }

        foreach (RuleTableDefinition table in definition.RuleTables)
        {
            foreach (SteeringRule rule in table.Rules)
            {
                Require(IsIndex(rule.Path, definition.Paths.Length), $"a rule names path {rule.Path}, which does not exist");
                Require(rule.HopsDone >= 0 && rule.HopsDone <= definition.Paths[rule.Path].Hops.Length,
                    $"a rule is behind hop {rule.HopsDone} of path {rule.Path}, which has {definition.Paths[rule.Path].Hops.Length} hops");
            }
        }
    }

    private static void CheckPorts(SteeringDefinition definition)
    {
        for (int port = 0; port < definition.Ports.Length; port++)
        {
            PortDefinition entry = definition.Ports[port];
            Require(entry.Network == -1 || IsIndex(entry.Network, definition.Networks.Length), $"port {port} is in network {entry.Network}, which does not exist");
            Require(entry.RuleTable == -1 || IsIndex(entry.RuleTable, definition.RuleTables.Length), $"port {port} uses rule table {entry.RuleTable}, which does not exist");
            Require(entry.MtuBytes >= 0, $"port {port} has an MTU of {entry.MtuBytes}; 0 (no limit) or more is accepted");
            Require(entry.Mac.Value >> 48 == 0, $"port {port} has a MAC address of more than 48 bits");
        }
    }

    private static void CheckGroups(SteeringDefinition definition)
    {
        for (int group = 0; group < definition.Groups.Length; group++)
        {
            foreach (MemberDefinition member in definition.Groups[group].Members)
            {
                Require(IsIndex(member.InputPort, definition.Ports.Length) && IsIndex(member.OutputPort, definition.Ports.Length),
                    $"a member of group {group} has ports {member.InputPort} and {member.OutputPort}; there are {definition.Ports.Length} ports");
            }
        }
    }

    private static void CheckPath(SteeringDefinition definition, int index)
    {
        PathDefinition path = definition.Paths[index];
        Require(path.Hops.Length <= MaxHops, $"path {index} has {path.Hops.Length} hops; at most {MaxHops} are accepted");
        Require(path.MplsPathId is >= -1 and <= MaxMplsPathId, $"path {index} has the MPLS path id {path.MplsPathId}; 0 to {MaxMplsPathId} fit a label, -1 means none");
        Require(IsIndex(path.Counter, MaxCounterRows), $"path {index} has counter row {path.Counter}; 0 to {MaxCounterRows - 1} are accepted");
        Require(path.NextRules == -1 || IsIndex(path.NextRules, definition.RuleTables.Length), $"path {index} goes on by rule table {path.NextRules}, which does not exist");
        foreach (int port in path.ChainPorts)
        {
            Require(IsIndex(port, definition.Ports.Length), $"path {index} names port {port}, which does not exist");
        }

        foreach (HopDefinition hop in path.Hops)
        {
            CheckHop(definition, index, hop);
        }

        CheckTaps(definition, index);
    }

    private static void CheckTaps(SteeringDefinition definition, int index)
    {
        PathDefinition path = definition.Paths[index];
        Require(path.Hops.Length + path.Taps.Length <= MaxHops, $"path {index} has {path.Hops.Length} hops and {path.Taps.Length} taps; at most {MaxHops} together are accepted");
        int before = 0;
        foreach (TapDefinition tap in path.Taps)
        {
            Require(tap.HopsDone >= before && tap.HopsDone <= path.Hops.Length,
                $"path {index} has a tap behind hop {tap.HopsDone}; {before} to {path.Hops.Length} are accepted there, because taps are listed in the order of the path");
            before = tap.HopsDone;
            CheckHop(definition, index, tap.Hop);
        }
    }

    private static void CheckHop(SteeringDefinition definition, int index, HopDefinition hop)
    {
        Require(IsIndex(hop.Group, definition.Groups.Length), $"path {index} names group {hop.Group}, which does not exist");
        Require(hop.MemberCounters.Length == definition.Groups[hop.Group].Members.Length && hop.MemberCounters.All(row => IsIndex(row, MaxCounterRows)),
            $"path {index} has {hop.MemberCounters.Length} member counters for group {hop.Group}, which has {definition.Groups[hop.Group].Members.Length} members, or one outside 0 to {MaxCounterRows - 1}");
        Require(Enum.IsDefined(hop.Wants), $"path {index} has a hop of unknown encapsulation {(int)hop.Wants}");
        Require(Enum.IsDefined(hop.OnEmpty), $"path {index} has a hop of unknown policy {(int)hop.OnEmpty} for an empty group");
        Require(hop.Wants != EncapsulationKind.Mpls || definition.Paths[index].MplsPathId >= 0, $"path {index} has an MPLS-aware hop and no path id that fits a label");
    }

    private static bool IsIndex(int index, int length) => (uint)index < (uint)length;

    private static void Require(bool condition, [InterpolatedStringHandlerArgument(nameof(condition))] ref Sentence sentence)
    {
        if (!condition)
        {
            throw new SteeringDefinitionException($"No snapshot can be built: {sentence.ToString()}.");
        }
    }

    /// <summary>What is wrong, written only when it is: definitions have rules by the ten thousand.</summary>
    [InterpolatedStringHandler]
    private ref struct Sentence
    {
        private DefaultInterpolatedStringHandler _text;

        public Sentence(int literalLength, int formattedCount, bool isFulfilled, out bool isNeeded)
        {
            isNeeded = !isFulfilled;
            _text = isFulfilled ? default : new DefaultInterpolatedStringHandler(literalLength, formattedCount);
        }

        public void AppendLiteral(string literal) => _text.AppendLiteral(literal);

        public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

        public override readonly string ToString() => _text.ToString();
    }
}
