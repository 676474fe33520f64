using NetworkingSfc.Dataplane.Wire;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class Ipv6JumboOptionTests
{
    [Theory]
    [InlineData("c20400010000", 65536)]
    [InlineData("00c20400012345", 74565)]
    [InlineData("0100c20400020000", 131072)]
    [InlineData("050200000000c204ffffffff", 1 << 30)]
    public void A_legal_option_is_found(string options, int length)
    {
        Assert.True(Ipv6JumboOption.TryFind(Convert.FromHexString(options), out int found));
        Assert.Equal(length, found);
    }

    [Theory]
    [InlineData("")]
    [InlineData("010400000000")]
    [InlineData("c2040000ffff")]
    [InlineData("c20300010000")]
    [InlineData("c204000100")]
    [InlineData("01ff0000c20400010000")]
    public void Anything_else_is_not(string options)
    {
        Assert.False(Ipv6JumboOption.TryFind(Convert.FromHexString(options), out int found));
        Assert.Equal(0, found);
    }

    [Fact]
    public void Random_bytes_are_safe() =>
        HeaderAssert.NeverThrows(bytes => Ipv6JumboOption.TryFind(bytes, out int length) == length > ushort.MaxValue);
}
