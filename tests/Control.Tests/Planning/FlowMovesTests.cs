using System.Collections.Immutable;
using NetworkingSfc.Control.Planning;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Tests.Planning;

public sealed class FlowMovesTests
{
    private static readonly string[] _four = ["p1", "p2", "p3", "p4"];

    [Fact]
    public void Nothing_moves_when_members_are_listed_in_another_order() =>
        Assert.Empty(Between(Build(_four), Build(["p4", "p2", "p1", "p3"])));

    [Fact]
    public void A_member_taken_out_moves_its_own_flows_and_hardly_another()
    {
        MovedFlows moved = Assert.Single(Between(Build(_four), Build(["p1", "p2", "p3"])));
        Assert.InRange(moved.ShareOfLost, 0.2499, 0.2501);
        Assert.InRange(moved.Share - moved.ShareOfLost, 0, 0.01);
        Assert.False(moved.IsRehashed);
    }

    [Fact]
    public void A_member_added_takes_its_share()
    {
        MovedFlows moved = Assert.Single(Between(Build(["p1", "p2", "p3"]), Build(_four)));
        Assert.Equal(0, moved.ShareOfLost);
        Assert.InRange(moved.Share, 0.25, 0.26);
    }

    [Fact]
    public void A_weight_of_nought_is_a_member_that_goes() =>
        Assert.InRange(Assert.Single(Between(Build(_four), Build(_four, lastWeight: 0))).ShareOfLost, 0.2499, 0.2501);

    [Fact]
    public void Without_a_member_all_flows_are_lost()
    {
        MovedFlows moved = Assert.Single(Between(Build(_four), Build([])));
        Assert.Equal((1.0, 1.0), (moved.Share, moved.ShareOfLost));
        Assert.Empty(Between(Build([]), Build(_four)));
    }

    [Fact]
    public void Other_fields_choose_anew()
    {
        MovedFlows moved = Assert.Single(Between(Build(_four), Build(_four, fields: LbField.IpSource)));
        Assert.True(moved.IsRehashed);
        Assert.InRange(moved.Share, 0.7499, 0.7501);
        Assert.Empty(Between(Build(_four, fields: [LbField.IpSource, LbField.IpSource]), Build(_four, fields: LbField.IpSource)));
    }

    private static ImmutableArray<MovedFlows> Between(ResourceSet before, ResourceSet after) => FlowMoves.Between(before, after);

    private static ResourceSet Build(string[] members, int lastWeight = 1, params LbField[] fields)
    {
        PlanSet set = new PlanSet().Network("n").Ports("n", "f");
        foreach (string member in _four)
        {
            set.Pair(member, "f", "f", Correlation.Nsh, member == _four[^1] ? lastWeight : 1);
        }

        return set.Group("g", members, null, fields).Chain("c", ["g"], []).Set;
    }
}
