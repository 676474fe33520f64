using NetworkingSfc.Dataplane.Steering;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Steering;

public sealed class ServicePathIdTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0xffffff)]
    public void Twenty_four_bits_fit(int value)
    {
        Assert.Equal(value, new ServicePathId(value).Value);
        Assert.Equal(new ServicePathId(value), new ServicePathId(value));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0x1000000)]
    public void More_is_a_mistake(int value) => Assert.Throws<ArgumentOutOfRangeException>(() => new ServicePathId(value));
}
