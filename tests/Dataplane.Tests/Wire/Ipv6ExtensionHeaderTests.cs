using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class Ipv6ExtensionHeaderTests
{
    private static readonly byte[] _known = new PacketBuilder()
        .Ethernet()
        .Ipv6("2001:db8::1", "2001:db8::2")
        .Routing(["2001:db8::3", "2001:db8::4"], segmentsLeft: 1)
        .Udp(1, 2)
        .Build()[54..94];

    [Fact]
    public void Known_header_reads()
    {
        Assert.True(Ipv6ExtensionHeader.TryRead(_known, out Ipv6ExtensionHeader header));
        Assert.Equal(IpProtocol.Udp, header.NextHeader);
        Assert.Equal(40, header.LengthBytes);
        Assert.Equal(_known[2..], header.Content.ToArray());
    }

    [Fact]
    public void A_length_past_the_bytes_is_refused()
    {
        byte[] bytes = [.. _known];
        bytes[1] = 5;
        Assert.False(Ipv6ExtensionHeader.TryRead(bytes, out _));
        bytes[1] = 0;
        Assert.True(Ipv6ExtensionHeader.TryRead(bytes, out Ipv6ExtensionHeader header));
        Assert.Equal(8, header.LengthBytes);
    }

    [Fact]
    public void Every_length_and_random_bytes_are_safe() => HeaderAssert.IsCheckedView(_known, Read);

    private static bool Read(ReadOnlySpan<byte> bytes) =>
        Ipv6ExtensionHeader.TryRead(bytes, out Ipv6ExtensionHeader header)
        && header.NextHeader >= 0 && header.Content.Length == header.LengthBytes - 2;
}
