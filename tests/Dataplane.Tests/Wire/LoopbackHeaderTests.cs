using NetworkingSfc.Dataplane.Wire;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class LoopbackHeaderTests
{
    [Theory]
    [InlineData("02000000", EtherType.Ipv4)]
    [InlineData("00000002", EtherType.Ipv4)]
    [InlineData("00020000", EtherType.Ipv4)]
    [InlineData("18000000", EtherType.Ipv6)]
    [InlineData("0000001c", EtherType.Ipv6)]
    [InlineData("1e000000", EtherType.Ipv6)]
    [InlineData("00000800", EtherType.Ipv4)]
    [InlineData("000086dd", EtherType.Ipv6)]
    [InlineData("00008847", EtherType.Mpls)]
    [InlineData("07000000", 0)]
    [InlineData("00000000", 0)]
    [InlineData("ff030800", 0)]
    public void Families_of_either_byte_order_are_told(string bytes, ushort etherType)
    {
        Assert.True(LoopbackHeader.TryRead(Convert.FromHexString(bytes), out LoopbackHeader header));
        Assert.Equal(etherType, header.EtherType);
    }

    [Fact]
    public void Every_length_and_random_bytes_are_safe() =>
        HeaderAssert.IsCheckedView([2, 0, 0, 0], bytes => LoopbackHeader.TryRead(bytes, out LoopbackHeader header) && header.EtherType >= 0);
}
