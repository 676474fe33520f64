using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Suite.Rows;

/// <summary>Behaviours 11 and 12: shares, weights, and what moves when a member comes or goes; also behind a label and behind NSH.</summary>
internal static class SpreadRows
{
    private const int Flows = 2_000;
    private const int FirstPort = 5_000;

    // A share of the flows may be off by this part of it: more than three times the deviation to be expected.
    private const double Off = 0.2;

    // Of the flows on members that stay, at most so many change members: one slot in a hundred of the tables.
    private const double MovedBetweenOthers = 0.01;

    public static IEnumerable<ConformanceRow> All => from letter in "pmn" from flavour in Flavour.All from row in Of(letter, flavour) select row;

    private static IEnumerable<ConformanceRow> Of(char letter, Flavour flavour)
    {
        SpreadRow Row(string what, string behaviours, Action count) => new($"spread over {letter}, {flavour}: {what}", behaviours, count);
        yield return Row("equal weights, equal shares, and one member for a flow", "11 12", () =>
        {
            string[] members = MembersOf(letter, flavour, twice: true, 1, 1, 1, 1);
            Assert.Equal(members[..Flows], members[Flows..]);
            AssertShares([0.25, 0.25, 0.25, 0.25], members[..Flows]);
        });
        yield return Row("shares as the weights say, and none for weight 0", "12", () => AssertShares([0.2, 0.6, 0, 0.2], MembersOf(letter, flavour, twice: false, 1, 3, 0, 1)));
        yield return Row("a fifth member takes its share from all and moves nothing between them", "11", () =>
        {
            (string[] before, string[] after) = (MembersOf(letter, flavour, twice: false, 1, 1, 1, 1), MembersOf(letter, flavour, twice: false, 1, 1, 1, 1, 1));
            AssertMoved(before, after, flow => after[flow] == "f4", 0.2);
        });
        yield return Row("of five one goes, and only its flows move", "11", () =>
        {
            (string[] before, string[] after) = (MembersOf(letter, flavour, twice: false, 1, 1, 1, 1, 1), MembersOf(letter, flavour, twice: false, 1, 1, 1, 1));
            AssertMoved(before, after, flow => before[flow] == "f4", 0.2);
        });
        yield return Row("of four one is drained, and only its flows move", "11 12", () =>
        {
            (string[] before, string[] after) = (MembersOf(letter, flavour, twice: false, 1, 1, 1, 1), MembersOf(letter, flavour, twice: false, 1, 0, 1, 1));
            AssertMoved(before, after, flow => before[flow] == "f1", 0.25);
        });
    }

    // A chain of one function and a group behind it: the group is reached with the header of the first, where it has one.
    private static string[] MembersOf(char letter, Flavour flavour, bool twice, params int[] weights)
    {
        Node first = Node.Of(letter, 99);
        Lab lab = Lab.Usual().With(first);
        for (int member = 0; member < weights.Length; member++)
        {
            lab.Function($"f{member}", first.Correlation, $"02:00:00:00:03:{member:x2}", weight: weights[member]);
        }

        lab.Group("members", [.. weights.Select((_, member) => $"f{member}")])
            .Takes("all", "src", null, ("protocol", null)).Chain("all", 3, first.Correlation ?? "nsh", [SuiteLabs.GroupOf(first), "members"], ["all4", "all6"]);
        PacketBuilder[] flows = [.. Enumerable.Range(0, Flows).Select(flow => flow % 2 == 0 ? flavour.Web((ushort)(flow + FirstPort), 443) : flavour.Udp((ushort)(flow + FirstPort), 443))];
        return [.. Replayed.Run(lab, "src", twice ? [.. flows, .. flows] : flows).Output.Crossings.Where(crossing => !crossing.IsInbound && crossing.Port[0] == 'f').Select(crossing => crossing.Port)];
    }

    private static void AssertShares(double[] shares, string[] members)
    {
        Assert.Equal(Flows, members.Length);
        for (int member = 0; member < shares.Length; member++)
        {
            Assert.InRange(members.Count(name => name == $"f{member}"), shares[member] * (1 - Off) * Flows, shares[member] * (1 + Off) * Flows);
        }
    }

    private static void AssertMoved(string[] before, string[] after, Func<int, bool> hasTo, double share)
    {
        int[] moved = [.. Enumerable.Range(0, Flows).Where(flow => before[flow] != after[flow])];
        Assert.InRange(moved.Count(hasTo), share * (1 - Off) * Flows, share * (1 + Off) * Flows);
        Assert.InRange(moved.Count(flow => !hasTo(flow)), 0, MovedBetweenOthers * Flows);
    }
}
