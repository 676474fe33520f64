using NetworkingSfc.Dataplane.Steering;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Steering;

public sealed class ServiceIndexTests
{
    [Fact]
    public void An_index_counts_down_from_255()
    {
        Assert.Equal(255, ServiceIndex.Initial.Value);
        Assert.Equal(new ServiceIndex(254), ServiceIndex.Initial.Next);
        Assert.Equal("0", new ServiceIndex(1).Next.ToString());
        Assert.Equal(255, new ServiceIndex(0).Next.Value);
    }
}
