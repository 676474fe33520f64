using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class UdpHeaderTests
{
    private static readonly byte[] _known = new PacketBuilder()
        .Ethernet().Ipv4("192.0.2.1", "192.0.2.2").Udp(50000, 53).Payload(5).Build()[34..42];

    [Fact]
    public void Known_header_reads()
    {
        Assert.True(UdpHeader.TryRead(_known, out UdpHeader header));
        Assert.Equal(50000, header.SourcePort);
        Assert.Equal(53, header.DestinationPort);
        Assert.Equal(13, header.TotalLength);
        Assert.NotEqual(0, header.Checksum);
    }

    [Fact]
    public void Fields_write_the_same_bytes()
    {
        Assert.True(UdpHeader.TryRead(_known, out UdpHeader header));
        byte[] written = new byte[8];
        UdpHeader.Write(written, header.SourcePort, header.DestinationPort, header.TotalLength, header.Checksum);
        PacketAssert.Equal(_known, written, "UDP");
    }

    [Fact]
    public void Every_length_and_random_bytes_are_safe() => HeaderAssert.IsCheckedView(_known, Read);

    private static bool Read(ReadOnlySpan<byte> bytes) =>
        UdpHeader.TryRead(bytes, out UdpHeader header)
        && (header.SourcePort | header.DestinationPort | header.TotalLength | header.Checksum) >= 0;
}
