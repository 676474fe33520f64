using NetworkingSfc.Classifier.CutTree;
using NetworkingSfc.Classifier.Memory;
using Xunit;

namespace NetworkingSfc.Classifier.Tests.CutTree;

/// <summary>What versions know of the changes before them: all of the last ones, and for as long as anybody looks.</summary>
public sealed class JournalTests
{
    // Versions are 64 bits wide; here they pass the end of 32.
    private const long FirstVersion = uint.MaxValue - 100L;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Every_view_shows_the_last_changes_and_goes_on_showing_them(int addressWords)
    {
        Random random = new(addressWords);
        Dimensions dimensions = addressWords == 1 ? Dimensions.Ipv4 : Dimensions.Ipv6;
        RuleStore store = new(dimensions);
        using NodeArena arena = new();
        TreeWriter writer = new(store, arena);
        Journal journal = new(writer, addressWords);
        List<(JournalView View, uint[] Words)> views = [];
        List<(long Version, ulong Order)> noted = [];
        long whole = 0;
        for (long version = FirstVersion; version < FirstVersion + 500; version++)
        {
            writer.Version = version;
            if (random.Next(100) == 0)
            {
                journal.Restart();
                noted.Clear();
                whole = version;
            }

            for (int changes = random.Next(4) switch { 0 => 0, 1 => random.Next(70), _ => 1 }; changes > 0; changes--)
            {
                RankedRule rule = new(random.Next(), (uint)random.Next(), new FlowRule(dimensions.EtherType));
                int slot = store.Add(rule);
                journal.Note(slot);
                store.Remove(slot);
                noted.Add((version, rule.Order));
            }

            whole = noted.Count > Journal.Most ? noted[^(Journal.Most + 1)].Version : whole;
            JournalView view = journal.View;
            Assert.Equal(whole, view.Whole);
            AssertShows(view, noted, addressWords, view.Whole);
            AssertShows(view, noted, addressWords, view.Newest);
            AssertShows(view, noted, addressWords, random.NextInt64(view.Whole, view.Newest + 1));
            views.Add((view, view.After(view.Whole, out _).ToArray()));
        }

        Assert.All(views, seen => Assert.Equal(seen.Words, seen.View.After(seen.View.Whole, out _).ToArray()));
    }

    private static void AssertShows(JournalView view, List<(long Version, ulong Order)> noted, int addressWords, long checkedBy)
    {
        uint[] words = view.After(checkedBy, out int rules).ToArray();
        int stride = NodeLayout.WideWords(addressWords);
        ulong Word(int rule, int word) => words[((rule + 1) * stride) + word] | ((ulong)words[((rule + 1) * stride) + word + 1] << 32);
        Assert.Equal(
            noted.Where(change => change.Version > checkedBy),
            Enumerable.Range(0, rules).Select(rule =>
                ((long)Word(rule, NodeLayout.WideVersion(addressWords)), Word(rule, NodeLayout.WideOrder(addressWords)))));
    }
}
