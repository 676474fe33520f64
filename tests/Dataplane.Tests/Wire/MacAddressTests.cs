using NetworkingSfc.Dataplane.Wire;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class MacAddressTests
{
    [Theory]
    [InlineData("02:00:00:00:01:0a", 0x0200_0000_010aUL)]
    [InlineData("FF-ff-FF-ff-FF-ff", 0xffff_ffff_ffffUL)]
    [InlineData("0:1:2:3:4:5", 0x0001_0203_0405UL)]
    public void Reads(string text, ulong value)
    {
        Assert.True(MacAddress.TryParse(text, out MacAddress address));
        Assert.Equal(value, address.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("02:00:00:00:01")]
    [InlineData("02:00:00:00:01:0a:0b")]
    [InlineData("02:00:00:00:01:0g")]
    [InlineData("02:00:00:00:01:00a")]
    [InlineData("02:00:00:00:01: a")]
    public void Refuses(string text) => Assert.False(MacAddress.TryParse(text, out _));

    [Fact]
    public void Writes_lower_case_with_colons()
    {
        Assert.Equal("0a:0b:0c:0d:0e:0f", new MacAddress(0x0a0b_0c0d_0e0f).ToString());
        Assert.True(new MacAddress(0x0100_0000_0000).IsMulticast);
    }
}
