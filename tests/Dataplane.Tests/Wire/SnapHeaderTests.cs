using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class SnapHeaderTests
{
    [Theory]
    [InlineData(0x000000u, true)]
    [InlineData(0x0000f8u, true)]
    [InlineData(0x00000cu, false)]
    [InlineData(0xabcdefu, false)]
    public void Known_header_reads(uint organization, bool isEtherType)
    {
        byte[] bytes = Known(organization);
        Assert.True(SnapHeader.TryRead(bytes, out SnapHeader header));
        Assert.Equal((int)organization, header.Organization);
        Assert.Equal(EtherType.Ipv6, header.Protocol);
        Assert.Equal(isEtherType, header.IsEtherType);
    }

    [Fact]
    public void Every_length_and_random_bytes_are_safe() => HeaderAssert.IsCheckedView(Known(0), Read);

    private static byte[] Known(uint organization) =>
        new PacketBuilder().Ethernet().Snap(organization, EtherType.Ipv6).Payload(4).Build()[17..22];

    private static bool Read(ReadOnlySpan<byte> bytes) =>
        SnapHeader.TryRead(bytes, out SnapHeader header) && (header.IsEtherType || header.Organization >= 0) && header.Protocol >= 0;
}
