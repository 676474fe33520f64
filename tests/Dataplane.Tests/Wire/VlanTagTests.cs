using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class VlanTagTests
{
    private static readonly byte[] _known = new PacketBuilder()
        .Ethernet().Vlan(0x123, priority: 5, dropEligible: true).Ipv4("192.0.2.1", "192.0.2.2", protocol: 253).Build()[14..18];

    [Fact]
    public void Known_tag_reads()
    {
        Assert.True(VlanTag.TryRead(_known, out VlanTag tag));
        Assert.Equal(0x123, tag.VlanId);
        Assert.Equal(5, tag.Priority);
        Assert.True(tag.IsDropEligible);
        Assert.Equal(EtherType.Ipv4, tag.EtherType);
    }

    [Fact]
    public void Fields_write_the_same_bytes()
    {
        byte[] written = new byte[VlanTag.LengthBytes];
        new VlanTag(0xb123, EtherType.Ipv4).Write(written);
        PacketAssert.Equal(_known, written, "VLAN tag");
    }

    [Theory]
    [InlineData(0x8100, true)]
    [InlineData(0x88a8, true)]
    [InlineData(0x9100, true)]
    [InlineData(0x0800, false)]
    [InlineData(0x88e7, false)]
    public void Tag_protocol_identifiers_are_told(ushort etherType, bool isTag) =>
        Assert.Equal(isTag, EtherType.IsVlanTag(etherType));

    [Fact]
    public void Every_length_and_random_bytes_are_safe() => HeaderAssert.IsCheckedView(_known, Read);

    private static bool Read(ReadOnlySpan<byte> bytes) =>
        VlanTag.TryRead(bytes, out VlanTag tag) && tag.VlanId <= VlanTag.MaxVlanId && tag.Priority <= 7 && (tag.Control | tag.EtherType) >= 0;
}
