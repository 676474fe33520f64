using NetworkingSfc.Dataplane.LoadBalancing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.LoadBalancing;

public sealed class MaglevTableBuilderTests
{
    private const int Slots = MaglevTable.SlotCount;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(128)]
    [InlineData(300)]
    public void Equal_weights_differ_by_at_most_one_slot_and_leave_none_empty(int count)
    {
        Random random = new(count);
        MaglevMember[] members = [.. Enumerable.Range(0, count).Select(_ => new MaglevMember(Id(random), 3))];
        using MaglevTable table = MaglevTableBuilder.Build(members);

        int[] shares = Shares(table, count);
        Assert.Equal(Slots, shares.Sum());
        Assert.InRange(shares.Max() - shares.Min(), 0, 1);
    }

    [Theory]
    [InlineData(1, 2, 5)]
    [InlineData(1, 1, 1000)]
    [InlineData(7, 11, 13)]
    [InlineData(4_294_967_295, 4_294_967_295, 1_073_741_824)]
    public void Share_of_each_is_within_one_slot_of_its_weight(uint first, uint second, uint third)
    {
        uint[] weights = [first, second, third];
        using MaglevTable table = MaglevTableBuilder.Build([.. weights.Select((weight, i) => new MaglevMember((UInt128)(i + 1), weight))]);

        AssertWithinOneSlot(weights, Shares(table, 3));
    }

    [Fact]
    public void Share_is_within_one_slot_for_random_weights_also_where_they_give_less_than_one()
    {
        Random random = new(11);
        for (int round = 0; round < 60; round++)
        {
            uint[] weights = [.. Enumerable.Range(0, random.Next(2, 40)).Select(_ => (uint)random.Next(1, round % 2 == 0 ? 20 : 2000))];
            using MaglevTable table = MaglevTableBuilder.Build([.. weights.Select(weight => new MaglevMember(Id(random), weight))]);
            int[] shares = Shares(table, weights.Length);

            AssertWithinOneSlot(weights, shares);
            Assert.All(shares, share => Assert.True(share > 0, "a member with weight has no slot"));
        }
    }

    [Fact]
    public void Weight_so_small_that_no_slot_is_due_gets_one()
    {
        using MaglevTable table = MaglevTableBuilder.Build([new MaglevMember(1, 1), new MaglevMember(2, uint.MaxValue), new MaglevMember(3, 1)]);

        Assert.Equal([1, Slots - 2, 1], Shares(table, 3));
    }

    // 0.74 slots are due to the first: it is raised to one and must not get the next free one as well, though its
    // remainder is the largest.
    [Fact]
    public void Member_raised_to_one_slot_does_not_get_a_second()
    {
        uint[] weights = [1, 4874, 7842, 3837, 5600];
        using MaglevTable table = MaglevTableBuilder.Build([.. weights.Select((weight, i) => new MaglevMember((UInt128)(i + 1), weight))]);

        Assert.Equal([1, 3604, 5798, 2837, 4141], Shares(table, weights.Length));
    }

    [Fact]
    public void Many_members_due_less_than_one_slot_get_one_each()
    {
        MaglevMember[] members = [.. Enumerable.Range(1, 9000).Select(id => new MaglevMember((UInt128)id, 1)), new MaglevMember(100_000, 9000)];
        using MaglevTable table = MaglevTableBuilder.Build(members);
        int[] shares = Shares(table, members.Length);

        Assert.All(shares[..9000], share => Assert.Equal(1, share));
        Assert.Equal(Slots - 9000, shares[9000]);
    }

    [Fact]
    public void Weight_0_gets_nothing()
    {
        using MaglevTable table = MaglevTableBuilder.Build([new MaglevMember(1, 0), new MaglevMember(2, 5), new MaglevMember(3, 0)]);

        Assert.False(table.IsEmpty);
        Assert.Equal([0, Slots, 0], Shares(table, 3));
    }

    [Fact]
    public void Member_of_weight_0_makes_no_difference_to_the_others()
    {
        using MaglevTable with = MaglevTableBuilder.Build([new MaglevMember(1, 1), new MaglevMember(9, 0), new MaglevMember(2, 1)]);
        using MaglevTable without = MaglevTableBuilder.Build([new MaglevMember(1, 1), new MaglevMember(2, 1)]);

        for (int slot = 0; slot < Slots; slot++)
        {
            Assert.Equal(without.Slots[slot] == 0 ? 0 : 2, with.Slots[slot]);
        }
    }

    [Fact]
    public void Table_without_weight_is_empty()
    {
        using MaglevTable nobody = MaglevTableBuilder.Build([]);
        using MaglevTable allZero = MaglevTableBuilder.Build([new MaglevMember(1, 0), new MaglevMember(2, 0)]);

        Assert.True(nobody.IsEmpty);
        Assert.True(allZero.IsEmpty);
    }

    [Fact]
    public void Order_of_members_is_irrelevant()
    {
        Random random = new(5);
        for (int round = 0; round < 20; round++)
        {
            MaglevMember[] members = [.. Enumerable.Range(0, random.Next(1, 50)).Select(_ => new MaglevMember(Id(random), (uint)random.Next(4)))];
            UInt128[] expected = Names(members);
            for (int shuffle = 0; shuffle < 4; shuffle++)
            {
                random.Shuffle(members);
                Assert.Equal(expected, Names(members));
            }
        }
    }

    [Fact]
    public void Same_members_give_the_same_table_whenever_it_is_built()
    {
        MaglevMember[] members = [.. Enumerable.Range(1, 10).Select(id => new MaglevMember((UInt128)id, (uint)id))];

        Assert.Equal(Names(members), Names([.. members]));
    }

    // The table is part of the contract between hosts and releases: a member must not change because of an upgrade.
    [Fact]
    public void Table_of_four_known_members_has_not_changed()
    {
        using MaglevTable table = MaglevTableBuilder.Build([.. Enumerable.Range(1, 4).Select(id => new MaglevMember((UInt128)id, 1))]);
        ulong digest = 14_695_981_039_346_656_037;
        foreach (ushort slot in table.Slots)
        {
            digest = (digest ^ slot) * 1_099_511_628_211;
        }

        Assert.Equal(PinnedDigest, digest);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Coming_or_going_of_one_moves_at_most_one_percent_of_the_slots_between_others(int larger)
    {
        Random random = new(larger);
        double worst = 0;
        for (int round = 0; round < 40; round++)
        {
            MaglevMember[] all = [.. Enumerable.Range(0, larger).Select(_ => new MaglevMember(Id(random), 1))];
            foreach (MaglevMember gone in all)
            {
                worst = Math.Max(worst, MovedBetweenOthers(Names(all), Names([.. all.Where(member => member != gone)]), gone.StableId));
            }
        }

        Assert.True(worst <= 0.01, $"{worst:p2} of the other members' slots moved");
    }

    [Fact]
    public void Change_of_weight_moves_few_slots_between_others()
    {
        MaglevMember[] before = [.. Enumerable.Range(1, 4).Select(id => new MaglevMember((UInt128)id, 10))];
        MaglevMember[] after = [before[0] with { Weight = 20 }, .. before[1..]];

        Assert.InRange(MovedBetweenOthers(Names(after), Names(before), before[0].StableId), 0, 0.02);
    }

    [Fact]
    public void Id_used_twice_is_refused()
    {
        Assert.Throws<ArgumentException>(() => MaglevTableBuilder.Build([new MaglevMember(7, 1), new MaglevMember(8, 1), new MaglevMember(7, 2)]));
    }

    [Fact]
    public void Member_at_the_highest_number_of_a_list_is_found_and_more_are_refused()
    {
        MaglevMember[] members = [.. Enumerable.Range(1, MaglevTableBuilder.ListLimit).Select(id => new MaglevMember((UInt128)id, 0))];
        members[^1] = members[^1] with { Weight = 1 };
        using MaglevTable table = MaglevTableBuilder.Build(members);

        Assert.Equal(members.Length - 1, table.Lookup(0));
        Assert.Throws<ArgumentException>(() => MaglevTableBuilder.Build([.. members, new MaglevMember(100_000, 1)]));
    }

    [Fact]
    public void Every_hash_falls_on_a_slot_and_every_slot_is_reached()
    {
        Assert.Equal(0, MaglevTable.SlotOf(0));
        Assert.Equal(0, MaglevTable.SlotOf(uint.MaxValue));
        Assert.Equal(Slots - 1, MaglevTable.SlotOf(ulong.MaxValue));
        HashSet<int> reached = [];
        for (ulong step = 0; step < 1 << 18; step++)
        {
            reached.Add(MaglevTable.SlotOf(step << 46));
        }

        Assert.Equal(Slots, reached.Count);
    }

    private const ulong PinnedDigest = 5_484_288_990_352_777_665;

    private static UInt128 Id(Random random) => new((ulong)random.NextInt64(), (ulong)random.NextInt64());

    private static UInt128[] Names(MaglevMember[] members)
    {
        using MaglevTable table = MaglevTableBuilder.Build(members);
        return table.IsEmpty ? [] : [.. table.Slots.ToArray().Select(index => members[index].StableId)];
    }

    private static int[] Shares(MaglevTable table, int count)
    {
        int[] shares = new int[count];
        foreach (ushort slot in table.Slots)
        {
            shares[slot]++;
        }

        return shares;
    }

    private static void AssertWithinOneSlot(uint[] weights, int[] shares)
    {
        double total = weights.Sum(weight => (double)weight);
        for (int i = 0; i < weights.Length; i++)
        {
            double exact = weights[i] * (double)Slots / total;
            Assert.True(Math.Abs(shares[i] - exact) <= 1, $"{shares[i]} slots, {exact:f2} due, weights {string.Join(':', weights)}");
        }
    }

    // Of the slots that others than the one had before it left (or came), the part that changed hands.
    private static double MovedBetweenOthers(UInt128[] with, UInt128[] without, UInt128 one)
    {
        int others = 0;
        int moved = 0;
        for (int slot = 0; slot < Slots; slot++)
        {
            if (with[slot] != one)
            {
                others++;
                moved += with[slot] != without[slot] ? 1 : 0;
            }
        }

        return (double)moved / others;
    }
}
