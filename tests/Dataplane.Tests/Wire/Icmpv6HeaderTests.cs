using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class Icmpv6HeaderTests
{
    private static readonly byte[] _known = new PacketBuilder()
        .Ethernet().Ipv6("2001:db8::1", "2001:db8::2").Icmpv6(type: 2, code: 0, rest: 1400).Build()[54..62];

    [Fact]
    public void Known_header_reads()
    {
        Assert.True(Icmpv6Header.TryRead(_known, out Icmpv6Header header));
        Assert.Equal(Icmpv6Header.PacketTooBig, header.Type);
        Assert.Equal(0, header.Code);
        Assert.Equal(1400u, header.Parameter);
    }

    [Fact]
    public void Fields_write_the_same_bytes()
    {
        Assert.True(Icmpv6Header.TryRead(_known, out Icmpv6Header header));
        byte[] written = new byte[8];
        Icmpv6Header.Write(written, header.Type, header.Code, header.Parameter);
        Icmpv6Header.SetChecksum(written, header.Checksum);
        PacketAssert.Equal(_known, written, "Icmpv6");
    }

    [Theory]
    [InlineData(132, false)]
    [InlineData(133, true)]
    [InlineData(137, true)]
    [InlineData(138, false)]
    public void Neighbour_discovery_is_told(byte type, bool isNeighbourDiscovery)
    {
        Assert.True(Icmpv6Header.TryRead([type, 0, 0, 0, 0, 0, 0, 0], out Icmpv6Header header));
        Assert.Equal(isNeighbourDiscovery, header.IsNeighbourDiscovery);
    }

    [Fact]
    public void Every_length_and_random_bytes_are_safe() => HeaderAssert.IsCheckedView(_known, Read);

    private static bool Read(ReadOnlySpan<byte> bytes) =>
        Icmpv6Header.TryRead(bytes, out Icmpv6Header header) && (header.Type | header.Code | header.Checksum) >= 0 && header.Parameter >= 0;
}
