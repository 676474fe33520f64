using System.Collections.Immutable;
using Xunit;

namespace NetworkingSfc.Architecture.Tests;

/// <summary>Rule 5: nothing that workers read through the published snapshot changes afterwards.</summary>
public sealed class SnapshotRules
{
    [Fact]
    public void Everything_reachable_from_the_snapshot_is_immutable()
    {
        Type root = Rooms.Find(Rooms.Dataplane, "NetworkingSfc.Dataplane.Steering.SteeringSnapshot");

        var (breaches, reached) = Immutability.Check(
            root,
            Rooms.Owns,
            contract => Rooms.All.SelectMany(room => Rooms.Implementations(room, contract)),
            mayHaveOneRoot: _ => false);

        RuleAssert.Kept("Reachable from SteeringSnapshot and changeable:", breaches);
        Assert.True(reached.Count > 1, "The snapshot reaches no other type of ours: the walk proves nothing.");
    }

    [Theory]
    [InlineData(typeof(Sound), null)]
    [InlineData(typeof(WithAssignableField), "WithAssignableField.Number can be assigned")]
    [InlineData(typeof(WithSetter), "WithSetter.Number has a setter")]
    [InlineData(typeof(WithExposedArray), "WithExposedArray.Numbers exposes an array")]
    [InlineData(typeof(WithInternalArray), "WithInternalArray.Numbers exposes an array")]
    [InlineData(typeof(WithList), "List`1 can change")]
    [InlineData(typeof(Inheriting), "WithAssignableField.Number can be assigned")]
    [InlineData(typeof(BehindArray), "WithAssignableField.Number can be assigned")]
    [InlineData(typeof(BehindImmutableArray), "WithAssignableField.Number can be assigned")]
    [InlineData(typeof(BehindInterface), "Implementation._number can be assigned")]
    public void The_walk_finds_what_it_should(Type root, string? expected)
    {
        IReadOnlyList<string> breaches = Breaches(root, mayHaveOneRoot: _ => false);

        if (expected is null)
        {
            Assert.Empty(breaches);
        }
        else
        {
            Assert.Contains(breaches, breach => breach.EndsWith(expected, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void One_root_may_be_swapped_but_not_two()
    {
        Assert.Empty(Breaches(typeof(Implementation), mayHaveOneRoot: type => type == typeof(Implementation)));
        Assert.Equal(2, Breaches(typeof(TwoRoots), mayHaveOneRoot: type => type == typeof(TwoRoots)).Count);
    }

    private static IReadOnlyList<string> Breaches(Type root, Func<Type, bool> mayHaveOneRoot) =>
        Immutability.Check(
            root,
            type => type.DeclaringType == typeof(SnapshotRules),
            contract => typeof(SnapshotRules).GetNestedTypes(System.Reflection.BindingFlags.NonPublic)
                .Where(type => !type.IsInterface && contract.IsAssignableFrom(type)),
            mayHaveOneRoot).Breaches;

    private sealed record Sound(int Number, ImmutableArray<string> Names, Sound? Next)
    {
        private readonly int[] _hidden = [Number];

        public int this[int index] => _hidden[index];

        public required string Text { get; init; }
    }

    private class WithAssignableField
    {
        public int Number = 1;
    }

    private sealed class WithSetter
    {
        public int Number { get; set; }
    }

    private sealed class WithExposedArray
    {
        public int[] Numbers { get; } = [];
    }

    private sealed class WithInternalArray
    {
        internal readonly int[] Numbers = [];
    }

    private sealed record WithList(List<int> Numbers);

    private sealed class Inheriting : WithAssignableField;

    private sealed class BehindArray(WithAssignableField[] rows)
    {
        private readonly WithAssignableField[] _rows = rows;

        public int Count => _rows.Length;
    }

    private sealed record BehindImmutableArray(ImmutableArray<WithAssignableField> Rows);

    private interface IContract
    {
        int Number { get; }
    }

    private sealed class Implementation : IContract
    {
        private int _number;

        public int Number => _number;

        public void Swap(int number) => _number = number;
    }

    private sealed record BehindInterface(IContract Contract);

    private sealed class TwoRoots
    {
        public int First = 1;
        public int Second = 2;
    }
}
