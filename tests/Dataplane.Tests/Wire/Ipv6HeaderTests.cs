using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class Ipv6HeaderTests
{
    private static readonly byte[] _known =
        new PacketBuilder().Ethernet().Ipv6("2001:db8:1::2", "fe80::a:b", hopLimit: 9).Udp(1, 2).Build()[14..54];

    [Fact]
    public void Known_header_reads()
    {
        Assert.True(Ipv6Header.TryRead(_known, out Ipv6Header header));
        Assert.Equal(6, header.Version);
        Assert.Equal(8, header.PayloadLength);
        Assert.Equal(IpProtocol.Udp, header.NextHeader);
        Assert.Equal(9, header.HopLimit);
        Assert.Equal(0x20010db800010000UL, header.SourceHigh);
        Assert.Equal(2UL, header.SourceLow);
        Assert.Equal(0xfe80000000000000UL, header.DestinationHigh);
        Assert.Equal(0xa000bUL, header.DestinationLow);
    }

    [Fact]
    public void Fields_write_the_same_bytes()
    {
        byte[] known = [.. _known];
        known[0] = 0x6a;
        known[1] = 0xbc;
        known[2] = 0xde;
        known[3] = 0xf1;
        Assert.True(Ipv6Header.TryRead(known, out Ipv6Header header));
        Assert.Equal(0xab, header.TrafficClass);
        Assert.Equal(0xcdef1, header.FlowLabel);

        byte[] written = new byte[40];
        Ipv6Header.Write(
            written,
            header.TrafficClass,
            header.FlowLabel,
            header.PayloadLength,
            header.NextHeader,
            header.HopLimit,
            new UInt128(header.SourceHigh, header.SourceLow),
            new UInt128(header.DestinationHigh, header.DestinationLow));
        PacketAssert.Equal(known, written, "IPv6");
    }

    [Fact]
    public void Every_length_and_random_bytes_are_safe() => HeaderAssert.IsCheckedView(_known, Read);

    private static bool Read(ReadOnlySpan<byte> bytes) =>
        Ipv6Header.TryRead(bytes, out Ipv6Header header)
        && (header.Version | header.TrafficClass | header.FlowLabel | header.PayloadLength | header.NextHeader | header.HopLimit) >= 0
        && (header.SourceHigh ^ header.SourceLow ^ header.DestinationHigh ^ header.DestinationLow) >= 0;
}
