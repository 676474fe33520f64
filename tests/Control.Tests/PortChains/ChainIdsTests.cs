using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Tests.PortChains;

public sealed class ChainIdsTests
{
    [Fact]
    public void Chooses_the_lowest_free_number_and_the_highest_free_way_back()
    {
        ResourceSet set = ResourceSet.Empty;
        Assert.Equal((1, 4095), Add(ref set, asked: 0, symmetric: true));
        Assert.Equal((4094, null), Add(ref set, asked: 4094, symmetric: false));
        Assert.Equal((2, 4093), Add(ref set, asked: 0, symmetric: true));
    }

    [Fact]
    public void Takes_no_way_back_for_chains_that_need_none()
    {
        ResourceSet set = ResourceSet.Empty;
        Assert.Equal((1, null), Add(ref set, asked: 0, symmetric: true, Correlation.Nsh));
        Assert.Equal((2, null), Add(ref set, asked: 0, symmetric: false));
    }

    [Fact]
    public void Never_chooses_65535()
    {
        ResourceSet set = ResourceSet.Empty;
        for (int number = 1; number <= 65534; number++)
        {
            set = set with { PortChains = set.PortChains.With(Chain(number)) };
        }

        PortChain chain = Chain(0);
        Assert.Equal("PortChainUnavailableChainId", ChainIds.Assign(set, ref chain)?.Type);
        chain = Chain(65535);
        Assert.Null(ChainIds.Assign(set, ref chain));
    }

    private static (int ChainId, int? ReversePathId) Add(
        ref ResourceSet set, int asked, bool symmetric, Correlation correlation = Correlation.Mpls)
    {
        PortChain chain = Chain(asked) with { Symmetric = symmetric, Correlation = correlation };
        Assert.Null(ChainIds.Assign(set, ref chain));
        set = set with { PortChains = set.PortChains.With(chain) };
        return (chain.ChainId, chain.ReversePathId);
    }

    private static PortChain Chain(int number) => new() { Id = Guid.NewGuid(), ProjectId = "p", ChainId = number, PortPairGroups = [] };
}
