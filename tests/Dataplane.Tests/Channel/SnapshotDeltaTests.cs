using System.Collections.Immutable;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Channel;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Tests.Steering;
using NetworkingSfc.Dataplane.Tests.Steering.Model;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Channel;

/// <summary>A definition and a difference are the next definition, whatever came before.</summary>
public sealed class SnapshotDeltaTests
{
    [Fact]
    public void Random_definitions_lead_to_one_another()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            SteeringDefinition before = RandomDefinition.Make(new Random(seed), 7);
            SteeringDefinition next = RandomDefinition.Make(new Random(seed + 1000), 9);
            AssertLeads(before, next, $"seed {seed}");
            AssertLeads(next with { Generation = 1 }, before, $"seed {seed}, back");
        }
    }

    [Fact]
    public void Sequences_of_edits_applied_as_deltas_equal_the_whole()
    {
        int rounds = LongRun.Scale(10_000);
        for (int seed = 0; seed * 100 < rounds; seed++)
        {
            Random random = new(seed);
            SteeringDefinition sent = RandomDefinition.Make(random);

            // The receiver has objects of its own.
            SteeringDefinition held = SnapshotDecoder.Decode(EncodedBytes.Of(sent));
            for (int step = 0; step < 100; step++)
            {
                SteeringDefinition next = Edited(sent, random) with { Generation = sent.Generation + 1 };
                held = SnapshotDelta.Apply(held, EncodedBytes.Delta(sent, next));
                Assert.True(EncodedBytes.Of(next).AsSpan().SequenceEqual(EncodedBytes.Of(held)), $"seed {seed}, step {step}");
                sent = next;
            }
        }
    }

    [Fact]
    public void One_rule_among_many_is_a_short_delta_that_leaves_the_others_the_same_objects()
    {
        SteeringDefinition before = ManyRules(10_000);
        ImmutableArray<SteeringRule> rules = before.RuleTables[0].Rules;
        SteeringDefinition held = SnapshotDecoder.Decode(EncodedBytes.Of(before));
        SteeringDefinition next = before with
        {
            Generation = 2,
            RuleTables = [new RuleTableDefinition(rules.RemoveAt(100).Insert(7_000, rules[3] with { HopsDone = 1 }))],
        };

        byte[] delta = EncodedBytes.Delta(before, next);
        SteeringDefinition applied = SnapshotDelta.Apply(held, delta);

        Assert.InRange(delta.Length, 1, 400);
        Assert.Equal(EncodedBytes.Of(next), EncodedBytes.Of(applied));
        HashSet<SteeringRule> known = new(held.RuleTables[0].Rules, ReferenceEqualityComparer.Instance);
        Assert.Equal(9_999, applied.RuleTables[0].Rules.Count(known.Contains));
        Assert.True(held.Ports == applied.Ports && held.Paths == applied.Paths && held.Groups == applied.Groups);
    }

    [Fact]
    public void What_is_the_same_stays_the_same_object()
    {
        SteeringDefinition held = RandomDefinition.Make(new Random(5));
        SteeringDefinition same = SnapshotDecoder.Decode(EncodedBytes.Of(held)) with { Generation = 2, Ports = held.Ports.Add(held.Ports[0]) };

        // The tables are other objects with equal rules, which only a look at them shows.
        SteeringDefinition applied = SnapshotDelta.Apply(held, EncodedBytes.Delta(held, same));
        Assert.True(held.Paths == applied.Paths && held.Networks == applied.Networks && held.Groups == applied.Groups);
        Assert.Equal(held.RuleTables, applied.RuleTables);
        Assert.Equal(held.Ports, applied.Ports.Take(held.Ports.Length));
    }

    [Fact]
    public void A_delta_for_another_generation_or_of_another_kind_is_refused_and_said()
    {
        SteeringDefinition before = RandomDefinition.Make(new Random(1), 5);
        byte[] delta = EncodedBytes.Delta(before, before with { Generation = 6 });
        Assert.True(SnapshotDelta.StartsFrom(before, delta));
        Assert.False(SnapshotDelta.StartsFrom(before with { Generation = 4 }, delta));
        Refused("generation 5, and generation 4", before with { Generation = 4 }, delta);
        Refused("SFCD", before, EncodedBytes.Of(before));
        Refused("left over", before, [.. delta, 0]);
        delta[4]++;
        Refused("encoding version", before, delta);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        SteeringDefinition before = RandomDefinition.Make(new Random(2));
        byte[] delta = EncodedBytes.Delta(before, RandomDefinition.Make(new Random(3), 2));
        for (int length = 0; length < delta.Length; length++)
        {
            Assert.Throws<SnapshotFormatException>(() => SnapshotDelta.Apply(before, delta.AsMemory(0, length)));
        }
    }

    [Fact]
    public void Random_damage_is_refused_or_gives_a_definition_of_bounded_size()
    {
        int rounds = LongRun.Scale(100_000);
        int refused = 0;
        for (int seed = 0; seed * 1000 < rounds; seed++)
        {
            Random random = new(seed);
            SteeringDefinition before = RandomDefinition.Make(random);
            int known = EncodedBytes.Of(before).Length;
            byte[] delta = EncodedBytes.Delta(before, Edited(before, random) with { Generation = 2 });
            for (int round = 0; round < 1000; round++)
            {
                string what = $"seed {seed}, round {round}";
                SteeringDefinition? applied = EncodedBytes.WithinBounds(EncodedBytes.Damage(delta, random), bytes => SnapshotDelta.Apply(before, bytes), what, known);
                refused += applied is null ? 1 : 0;
            }
        }

        Assert.InRange(refused, rounds / 10, rounds - 1);
    }

    [Fact]
    public void The_digest_tells_definitions_apart_but_not_generations()
    {
        HashSet<ulong> seen = [];
        for (int seed = 0; seed < 200; seed++)
        {
            SteeringDefinition definition = RandomDefinition.Make(new Random(seed), 5);
            Assert.True(seen.Add(SnapshotDigest.Of(definition)), $"seed {seed}");
            Assert.Equal(SnapshotDigest.Of(definition), SnapshotDigest.Of(SnapshotDecoder.Decode(EncodedBytes.Of(definition with { Generation = 900 }))));
        }
    }

    private static void AssertLeads(SteeringDefinition before, SteeringDefinition next, string what) => Assert.True(
        EncodedBytes.Of(next).AsSpan().SequenceEqual(EncodedBytes.Of(SnapshotDelta.Apply(before, EncodedBytes.Delta(before, next)))), what);

    private static void Refused(string reason, SteeringDefinition before, byte[] delta) => Assert.Contains(
        reason, Assert.Throws<SnapshotFormatException>(() => SnapshotDelta.Apply(before, delta)).Message, StringComparison.Ordinal);

    private static SteeringDefinition ManyRules(int count)
    {
        SteeringDefinition chain = TestChain.Of(EncapsulationKind.Plain).Definition();
        return chain with
        {
            RuleTables = [new RuleTableDefinition([.. Enumerable.Range(0, count).Select(number => new SteeringRule(
                new FlowRule(AddressPrefix.Ipv4EtherType) { Source = new AddressPrefix((UInt128)(uint)number, 32) }, 0, 0))])],
        };
    }

    // As changes of the API do: a few things come, go, move or change, in one list or several.
    private static SteeringDefinition Edited(SteeringDefinition definition, Random random)
    {
        SteeringDefinition other = RandomDefinition.Make(random);
        SteeringDefinition next = definition with { Generation = definition.Generation + 1 };
        for (int times = random.Next(1, 4); times > 0; times--)
        {
            next = random.Next(8) switch
            {
                0 => next with { Networks = Edited(next.Networks, other.Networks, random) },
                1 => next with { Ports = Edited(next.Ports, other.Ports, random) },
                2 => next with { Groups = Edited(next.Groups, other.Groups, random) },
                3 => next with { Paths = Edited(next.Paths, other.Paths, random) },
                4 => next with { RuleTables = Edited(next.RuleTables, other.RuleTables, random) },
                5 when next.RuleTables.Length > 0 => next with { RuleTables = next.RuleTables.SetItem(0, new RuleTableDefinition(Edited(next.RuleTables[0].Rules, other.RuleTables[0].Rules, random))) },
                6 => next with { Legend = [.. next.Legend, (UInt128)random.NextInt64()] },
                _ => next with { HashSeed = other.HashSeed, ForwarderMac = other.ForwarderMac },
            };
        }

        return next;
    }

    private static ImmutableArray<T> Edited<T>(ImmutableArray<T> list, ImmutableArray<T> others, Random random)
    {
        int place = random.Next(list.Length + 1);
        bool isInside = place < list.Length;
        return random.Next(5) switch
        {
            0 when isInside => list.RemoveAt(place),
            1 when isInside => list.SetItem(place, list[random.Next(list.Length)]),
            2 when isInside => list.RemoveAt(place).Insert(random.Next(list.Length), list[place]),
            3 => list.InsertRange(place, others),
            _ => others.Length == 0 ? list : list.Insert(place, others[random.Next(others.Length)]),
        };
    }
}
