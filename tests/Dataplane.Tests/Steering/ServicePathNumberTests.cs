using NetworkingSfc.Dataplane.Steering;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Steering;

public sealed class ServicePathNumberTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(0x100_0000)]
    [InlineData(int.MaxValue)]
    public void Path_id_of_more_than_24_bits_is_refused(int value) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServicePathId(value));

    [Fact]
    public void Path_id_shows_its_number()
    {
        Assert.Equal(0xff_ffff, new ServicePathId(0xff_ffff).Value);
        Assert.Equal("258", new ServicePathId(258).ToString());
        Assert.Equal(new ServicePathId(5), new ServicePathId(5));
    }

    [Fact]
    public void Index_begins_at_255_and_counts_down()
    {
        Assert.Equal(255, ServiceIndex.Initial.Value);
        Assert.Equal(254, ServiceIndex.Initial.Next.Value);
        Assert.Equal(0, new ServiceIndex(1).Next.Value);
        Assert.Equal("254", ServiceIndex.Initial.Next.ToString());
    }
}
