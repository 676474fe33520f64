using System.Collections.Immutable;

namespace NetworkingSfc.Control.Drivers.OpenVswitch;

/// <summary>Collects flows as a switch does: of two with the same table, priority and match, the later one stays.</summary>
internal sealed class OpenFlowProgramBuilder
{
    private readonly Dictionary<(int Table, int Priority, string Match), FlowEntry> _flows = [];
    private readonly SortedDictionary<uint, GroupEntry> _groups = [];
    private readonly Dictionary<Guid, List<string>> _notRendered = [];

    /// <summary>Adds a flow.</summary>
    public void Add(FlowEntry flow) => _flows[(flow.Table, flow.Priority, flow.Match)] = flow;

    /// <summary>Takes a flow away, if it is there.</summary>
    public void Remove(int table, int priority, string match) => _flows.Remove((table, priority, match));

    /// <summary>Adds a group, or puts it in the place of the one with its number.</summary>
    public void Add(GroupEntry group) => _groups[group.Id] = group;

    /// <summary>Notes once that something of a chain is not rendered.</summary>
    public void NotRendered(Guid chain, string sentence)
    {
        if (!_notRendered.TryGetValue(chain, out List<string>? sentences))
        {
            _notRendered.Add(chain, sentences = []);
        }

        if (!sentences.Contains(sentence))
        {
            sentences.Add(sentence);
        }
    }

    /// <summary>What was collected.</summary>
    public OpenFlowProgram ToProgram() => new(
        [.. _groups.Values],
        [.. _flows.Values.OrderBy(flow => flow.Table).ThenByDescending(flow => flow.Priority).ThenBy(flow => flow.Match, StringComparer.Ordinal)],
        _notRendered.ToImmutableDictionary(chain => chain.Key, chain => chain.Value.ToImmutableArray()));
}
