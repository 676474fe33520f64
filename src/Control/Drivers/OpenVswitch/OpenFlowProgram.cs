using System.Collections.Immutable;

namespace NetworkingSfc.Control.Drivers.OpenVswitch;

/// <summary>All that a bridge is to hold of ours. The same state and the same bridge give the same program.</summary>
/// <param name="Groups">The groups, by number.</param>
/// <param name="Flows">The flows, by table, then the highest priority first, then by match; no two with the same three.</param>
/// <param name="NotRendered">By id of the chain, why it is not steered, or not as asked for: whole sentences.</param>
public sealed record OpenFlowProgram(
    ImmutableArray<GroupEntry> Groups, ImmutableArray<FlowEntry> Flows, ImmutableDictionary<Guid, ImmutableArray<string>> NotRendered);
