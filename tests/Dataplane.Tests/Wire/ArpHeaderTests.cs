using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class ArpHeaderTests
{
    private static readonly byte[] _known = new PacketBuilder()
        .Ethernet().Arp(2, "02:00:00:00:00:01", "192.0.2.1", "02:00:00:00:00:02", "192.0.2.2").Build()[14..42];

    [Fact]
    public void Known_packet_reads()
    {
        Assert.True(ArpHeader.TryRead(_known, out ArpHeader header));
        Assert.Equal(ArpHeader.Reply, header.Operation);
        Assert.Equal(new MacAddress(0x020000000001), header.SenderMac);
        Assert.Equal(0xc0000201, header.SenderAddress);
        Assert.Equal(new MacAddress(0x020000000002), header.TargetMac);
        Assert.Equal(0xc0000202, header.TargetAddress);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    public void Addresses_of_other_kinds_are_refused(int offset)
    {
        byte[] bytes = [.. _known];
        bytes[offset] ^= 0x10;
        Assert.False(ArpHeader.TryRead(bytes, out _));
    }

    [Fact]
    public void Every_length_and_random_bytes_are_safe() => HeaderAssert.IsCheckedView(_known, Read);

    private static bool Read(ReadOnlySpan<byte> bytes) =>
        ArpHeader.TryRead(bytes, out ArpHeader header)
        && header.Operation >= 0 && (header.SenderMac.Value ^ header.TargetMac.Value) >= 0 && (header.SenderAddress ^ header.TargetAddress) >= 0;
}
