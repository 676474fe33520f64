using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Tests.Resources;

public sealed class IpPrefixTests
{
    [Fact]
    public void Keeps_the_text_and_the_host_bits()
    {
        IpPrefix prefix = Parse("10.0.0.1/24");
        Assert.Equal("10.0.0.1/24", prefix.Text);
        Assert.Equal((UInt128)0x0a000001, prefix.Address.Value);
        Assert.Equal((UInt128)0x0a000000, prefix.Network);
        Assert.Equal((UInt128)0xffffff00, prefix.Mask);
        Assert.Equal(24, prefix.Length);
        Assert.Equal(IpFamily.IPv4, prefix.Family);
    }

    [Fact]
    public void Reads_whole_ranges()
    {
        Assert.Equal(UInt128.Zero, Parse("0.0.0.0/0").Mask);
        Assert.Equal(UInt128.Zero, Parse("::/0").Mask);
        Assert.Equal(UInt128.MaxValue, Parse("::1/128").Mask);
        Assert.Equal((UInt128)uint.MaxValue, Parse("1.2.3.4/32").Mask);
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.1.0.0/16", true)]
    [InlineData("10.0.0.1/16", "10.0.255.255/32", true)]
    [InlineData("10.0.0.0/16", "10.1.0.0/16", false)]
    [InlineData("0.0.0.0/0", "255.255.255.255/32", true)]
    [InlineData("::/0", "0.0.0.0/0", false)]
    [InlineData("2001:db8::/32", "2001:db8:5::/48", true)]
    [InlineData("2001:db8::/48", "2001:db8:5::/48", false)]
    public void Says_whether_prefixes_overlap(string left, string right, bool expected)
    {
        Assert.Equal(expected, Parse(left).Overlaps(Parse(right)));
        Assert.Equal(expected, Parse(right).Overlaps(Parse(left)));
    }

    private static IpPrefix Parse(string text) => IpPrefix.TryParse(text, out IpPrefix prefix) ? prefix : throw new ArgumentException(text);
}
