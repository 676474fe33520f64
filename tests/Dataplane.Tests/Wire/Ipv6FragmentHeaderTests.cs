using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class Ipv6FragmentHeaderTests
{
    private static readonly byte[] _known = new PacketBuilder()
        .Ethernet().Ipv6("2001:db8::1", "2001:db8::2").Fragment(0xdeadbeef, offsetBytes: 1480, more: true, nextHeader: 17).Payload(8)
        .Build()[54..62];

    [Fact]
    public void Known_header_reads()
    {
        Assert.True(Ipv6FragmentHeader.TryRead(_known, out Ipv6FragmentHeader header));
        Assert.Equal(IpProtocol.Udp, header.NextHeader);
        Assert.Equal(185, header.FragmentOffset);
        Assert.True(header.MoreFragments);
        Assert.Equal(0xdeadbeef, header.Identification);
    }

    [Fact]
    public void Every_length_and_random_bytes_are_safe() => HeaderAssert.IsCheckedView(_known, Read);

    private static bool Read(ReadOnlySpan<byte> bytes) =>
        Ipv6FragmentHeader.TryRead(bytes, out Ipv6FragmentHeader header)
        && header.FragmentOffset <= 8191 && (header.MoreFragments || header.NextHeader >= 0) && header.Identification >= 0;
}
