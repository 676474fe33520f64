using System.Collections.Immutable;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.LoadBalancing;

namespace NetworkingSfc.Control.Planning;

/// <summary>A group of which flows would change members.</summary>
/// <param name="Group">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Share">Share of all flows, 0 to 1, that would come to another member, or to none.</param>
/// <param name="ShareOfLost">Part of <paramref name="Share"/> that was on members that go or lose their weight: it cannot stay.</param>
/// <param name="IsRehashed">Whether other header fields decide, so that members are chosen anew; the shares are what is to be expected then.</param>
public sealed record MovedFlows(Guid Group, string Name, double Share, double ShareOfLost, bool IsRehashed);

/// <summary>Compares the very tables that choose members. Flows that the flow table keeps on their member move later, or never.</summary>
internal static class FlowMoves
{
    public static ImmutableArray<MovedFlows> Between(ResourceSet before, ResourceSet after)
    {
        HashSet<Guid> inChains = [.. before.PortChains.SelectMany(chain => chain.PortPairGroups)];
        ImmutableArray<MovedFlows>.Builder moves = ImmutableArray.CreateBuilder<MovedFlows>();
        foreach (PortPairGroup group in after.PortPairGroups.Where(group => inChains.Contains(group.Id)))
        {
            if (before.PortPairGroups.Find(group.Id) is { } old && Between(before, old, after, group) is { Share: > 0 } moved)
            {
                moves.Add(moved);
            }
        }

        return moves.ToImmutable();
    }

    private static MovedFlows? Between(ResourceSet before, PortPairGroup old, ResourceSet after, PortPairGroup group)
    {
        (Guid Id, uint Weight)[] were = Members(before, old);
        (Guid Id, uint Weight)[] are = Members(after, group);
        bool rehashed = HashFieldsOf.Group(old) != HashFieldsOf.Group(group);
        if (!rehashed && were.Order().SequenceEqual(are.Order()))
        {
            return null;
        }

        Guid[] was = Slots(were);
        Guid[] becomes = Slots(are);
        if (was.Length == 0)
        {
            return null;
        }

        HashSet<Guid> staying = [.. are.Where(member => member.Weight > 0).Select(member => member.Id)];
        double lost = Share(was.Count(member => !staying.Contains(member)));
        double moved = rehashed ? 1 - Meeting(was, becomes) : Share(was.Where((member, slot) => becomes.Length == 0 || member != becomes[slot]).Count());
        return new MovedFlows(group.Id, group.Name, moved, lost, rehashed);
    }

    private static (Guid Id, uint Weight)[] Members(ResourceSet set, PortPairGroup group) =>
        [.. group.PortPairs.Select(id => set.PortPairs[id]).Select(pair => (pair.Id, (uint)pair.Parameters.Weight))];

    private static Guid[] Slots((Guid Id, uint Weight)[] members)
    {
        using MaglevTable table = MaglevTableBuilder.Build([.. members.Select(member => new MaglevMember(StableNumbers.StableId(member.Id), member.Weight))]);
        return table.IsEmpty ? [] : [.. table.Slots.ToArray().Select(index => members[index].Id)];
    }

    // Two choices that know nothing of each other meet by chance.
    private static double Meeting(Guid[] was, Guid[] becomes)
    {
        Dictionary<Guid, int> slots = becomes.CountBy(member => member).ToDictionary();
        return was.CountBy(member => member).Sum(member => Share(member.Value) * Share(slots.GetValueOrDefault(member.Key)));
    }

    private static double Share(int slots) => (double)slots / MaglevTable.SlotCount;
}
