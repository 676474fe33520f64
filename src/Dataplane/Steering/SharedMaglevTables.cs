using System.Collections.Immutable;
using NetworkingSfc.Dataplane.LoadBalancing;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>Maglev tables by what they were built from, so that a new snapshot builds only those that changed.</summary>
internal sealed class SharedMaglevTables
{
    private readonly Dictionary<ImmutableArray<MaglevMember>, MaglevTable> _tables = new(ByElements.Instance);

    /// <summary>Offers the tables of a snapshot.</summary>
    /// <param name="previous">The snapshot, or null for none.</param>
    public SharedMaglevTables(SteeringSnapshot? previous)
    {
        for (int group = 0; group < (previous?.MaglevTables.Length ?? 0); group++)
        {
            _tables.TryAdd(MembersOf(previous!.Definition.Groups[group]), previous.MaglevTables[group]);
        }
    }

    /// <summary>The Maglev table for a group's members.</summary>
    /// <param name="group">The group.</param>
    public MaglevTable For(GroupDefinition group)
    {
        ImmutableArray<MaglevMember> members = MembersOf(group);
        if (!_tables.TryGetValue(members, out MaglevTable? table))
        {
            try
            {
                table = MaglevTableBuilder.Build(members.AsSpan());
            }
            catch (ArgumentException exception)
            {
                throw new SteeringDefinitionException($"No snapshot can be built: {exception.Message}", exception);
            }

            _tables.Add(members, table);
        }

        return table;
    }

    private static ImmutableArray<MaglevMember> MembersOf(GroupDefinition group) =>
        [.. group.Members.Select(member => new MaglevMember(member.StableId, member.Weight))];

    private sealed class ByElements : IEqualityComparer<ImmutableArray<MaglevMember>>
    {
        public static readonly ByElements Instance = new();

        public bool Equals(ImmutableArray<MaglevMember> x, ImmutableArray<MaglevMember> y) => x.AsSpan().SequenceEqual(y.AsSpan());

        public int GetHashCode(ImmutableArray<MaglevMember> members)
        {
            HashCode hash = default;
            foreach (MaglevMember member in members)
            {
                hash.Add(member);
            }

            return hash.ToHashCode();
        }
    }
}
