using NetworkingSfc.Control.Drivers.OpenVswitch;
using NetworkingSfc.Control.Drivers.OpenVswitch.Fixed;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Control.Tests.Drivers.OpenVswitch;

public sealed class FixedGroupsTests
{
    public static TheoryData<uint[], int[]> Weights => new()
    {
        { [1], [1] },
        { [1, 1], [1, 1] },
        { [3, 1], [3, 1] },
        { [40, 20, 60], [2, 1, 3] },
        { [255, 1], [255, 1] },

        // More than 256 in all: as near as that allows, and nobody is left without.
        { [300, 100], [3, 1] },
        { [999, 1001], [128, 128] },
        { [100000, 1], [256, 1] },
    };

    [Theory]
    [MemberData(nameof(Weights))]
    public void Members_have_buckets_in_proportion_to_their_weights(uint[] weights, int[] shares) =>
        Assert.Equal(shares, FixedGroups.Shares([.. weights]));

    [Fact]
    public void A_member_that_goes_takes_its_buckets_and_no_other()
    {
        List<(int Place, MemberDefinition Member)> members = [.. Enumerable.Range(0, 5).Select(place => (place, Member(place)))];
        GroupEntry all = FixedGroups.Of(1, HashFields.FiveTuple, members, isReverse: false, isGathered: false);
        GroupEntry fewer = FixedGroups.Of(1, HashFields.FiveTuple, [.. members.Where(member => member.Place != 2)], isReverse: false, isGathered: false);
        Assert.Equal(all.Buckets.Where(bucket => !bucket.Actions.StartsWith("load:2->", StringComparison.Ordinal)), fewer.Buckets);
        Assert.Equal(8, all.Buckets.Select(bucket => bucket.Id).Distinct().Count());
        Assert.All(all.Buckets, bucket => Assert.Equal(1, bucket.Weight));
    }

    [Theory]
    [InlineData(HashFields.IpSrc | HashFields.TcpDst, false, false, "ip_src,ipv6_src,tcp_dst")]
    [InlineData(HashFields.IpSrc | HashFields.TcpDst, false, true, "xxreg2,reg4=0xffff")]
    [InlineData(HashFields.UdpSrc | HashFields.UdpDst, true, true, "reg5=0xffffffff")]
    [InlineData(HashFields.EthSrc, false, true, "eth_src")]
    [InlineData(HashFields.EthSrc, true, true, "eth_dst")]
    public void Only_the_fields_named_choose(HashFields fields, bool isReverse, bool isGathered, string expected) =>
        Assert.Equal($"selection_method=hash,fields({expected})", FixedGroups.Of(1, fields, [(0, Member(0))], isReverse, isGathered).Selection);

    private static MemberDefinition Member(int place) => new(StableId: (UInt128)(place + 100), Weight: place < 2 ? 1u : 2u, InputPort: place, OutputPort: place);
}
