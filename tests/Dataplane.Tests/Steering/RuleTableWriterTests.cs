using System.Collections.Immutable;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Steering;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Steering;

/// <summary>When a classifier is changed rather than built, and that it is then the one for the new rules.</summary>
public sealed class RuleTableWriterTests
{
    [Fact]
    public void Rules_that_stay_keep_their_ids_and_ids_of_deleted_ones_are_used_again()
    {
        RuleTableWriter writer = new(Table(Enumerable.Range(0, 100)));
        IFlowClassifier before = writer.Newest;
        int[] ids = writer.Ids.ToArray();

        Assert.True(writer.TryFollow(Table([.. Enumerable.Range(0, 40), .. Enumerable.Range(50, 50)])));
        Assert.Equal([.. ids[..40], .. ids[50..]], writer.Ids.ToArray());
        Assert.True(writer.TryFollow(Table([.. Enumerable.Range(0, 40), .. Enumerable.Range(200, 10), .. Enumerable.Range(50, 50)])));

        Assert.Equal(ids[40..50].Order(), writer.Ids[40..50].ToArray().Order());
        Assert.Equal(100, writer.IdLimit);
        AssertAnswers(writer, [.. Enumerable.Range(0, 250)]);
        Assert.Equal(ids[45], Answer(before, 45));
        Assert.Equal(IFlowClassifier.NoMatch, Answer(before, 205));
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(30, false)]
    public void Many_changes_are_left_to_building(int replaced, bool follows)
    {
        RuleTableWriter writer = new(Table(Enumerable.Range(0, 100)));
        IFlowClassifier before = writer.Newest;

        Assert.Equal(follows, writer.TryFollow(Table([.. Enumerable.Range(500, replaced), .. Enumerable.Range(replaced, 100 - replaced)])));
        Assert.Equal(!follows, ReferenceEquals(before, writer.Newest));
        AssertAnswers(writer, [.. Enumerable.Range(0, 100), .. Enumerable.Range(500, replaced)]);
    }

    [Fact]
    public void Table_that_slides_on_is_followed_until_nothing_of_the_first_is_left()
    {
        RuleTableWriter writer = new(Table(Enumerable.Range(0, 100)));
        for (int first = 1; first <= 150; first++)
        {
            Assert.True(writer.TryFollow(Table(Enumerable.Range(first, 100))), $"from {first} on");
        }

        AssertAnswers(writer, [.. Enumerable.Range(0, 300)]);
        Assert.InRange(writer.IdLimit, 100, 101);
    }

    [Fact]
    public void Rule_that_moves_to_the_front_wins_there_and_is_the_only_change()
    {
        ImmutableArray<SteeringRule> rules = [.. Enumerable.Range(0, 50).Select(Rule), new SteeringRule(new FlowRule(0x0800), 0, 0)];
        RuleTableWriter writer = new(new RuleTableDefinition(rules));
        int[] ids = writer.Ids.ToArray();

        Assert.True(writer.TryFollow(new RuleTableDefinition([rules[^1], .. rules[..^1]])));
        Assert.Equal(ids[..^1], writer.Ids[1..].ToArray());
        AssertAnswers(writer, [0, 7, 49]);
    }

    [Fact]
    public void Equal_rules_are_told_apart_by_their_order()
    {
        ImmutableArray<SteeringRule> rules = [.. Enumerable.Range(0, 40).Select(Rule), Rule(3), Rule(3)];
        RuleTableWriter writer = new(new RuleTableDefinition(rules));

        Assert.True(writer.TryFollow(new RuleTableDefinition(rules.RemoveAt(3))));
        AssertAnswers(writer, [.. Enumerable.Range(0, 50)]);
        Assert.True(writer.TryFollow(new RuleTableDefinition([.. rules.RemoveAt(3).RemoveRange(39, 2)])));
        AssertAnswers(writer, [.. Enumerable.Range(0, 50)]);
    }

    /// <summary>Between two rules there is room for so many: then the writer says so and is still what it was.</summary>
    [Fact]
    public void Rules_put_between_the_same_two_follow_until_ranks_are_used_up()
    {
        List<SteeringRule> rules = [.. Enumerable.Range(0, 200).Select(Rule)];
        RuleTableWriter writer = new(new RuleTableDefinition([.. rules]));
        int followed = 0;
        while (followed < 16)
        {
            rules.Insert(1, Rule(1000 + followed));
            if (!writer.TryFollow(new RuleTableDefinition([.. rules])))
            {
                break;
            }

            followed++;
        }

        // Far fewer than what would be built anew for their number.
        Assert.InRange(followed, 3, 15);
        Assert.Equal(followed + 200, writer.Table.Rules.Length);
        AssertAnswers(writer, [.. Enumerable.Range(0, 200), .. Enumerable.Range(1000, followed + 1)]);
    }

    /// <summary>How tables of many chains grow: in two places at once, neither of which is the end of the ranks.</summary>
    [Fact]
    public void Blocks_put_at_two_growing_ends_follow_a_long_time()
    {
        List<int> front = [.. Enumerable.Range(0, 2_000)];
        List<int> back = [.. Enumerable.Range(20_000, 2_000)];
        RuleTableWriter writer = new(Table([.. front, .. back]));
        for (int chain = 0; chain < 20; chain++)
        {
            front.AddRange(Enumerable.Range(2_000 + (chain * 20), 20));
            back.AddRange(Enumerable.Range(22_000 + (chain * 20), 20));
            Assert.True(writer.TryFollow(Table([.. front, .. back])), $"Chain {chain} was not followed.");
        }

        AssertAnswers(writer, [.. front, .. back]);
    }

    private static RuleTableDefinition Table(IEnumerable<int> sources) => new([.. sources.Select(Rule)]);

    private static SteeringRule Rule(int source) => new(new FlowRule(0x0800) { Source = new AddressPrefix((UInt128)source, 32) }, 0, 0);

    private static void AssertAnswers(RuleTableWriter writer, ImmutableArray<int> sources)
    {
        foreach (int source in sources)
        {
            int place = 0;
            while (place < writer.Table.Rules.Length && !writer.Table.Rules[place].Rule.Matches(Key(source)))
            {
                place++;
            }

            Assert.Equal(place == writer.Table.Rules.Length ? IFlowClassifier.NoMatch : writer.Ids[place], Answer(writer.Newest, source));
        }
    }

    private static int Answer(IFlowClassifier classifier, int source)
    {
        FlowKeyBatch keys = new(1);
        keys.Add(Key(source));
        int[] results = new int[keys.Capacity];
        classifier.Classify(keys, results);
        return results[0];
    }

    private static FlowKey Key(int source) => new() { EtherType = 0x0800, SourceAddress = (UInt128)source };
}
