using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class EthernetHeaderTests
{
    private static readonly byte[] _known = new PacketBuilder()
        .Ethernet("02:00:5e:00:53:01", "03:01:02:03:04:05").Arp(1, "02:00:00:00:00:01", "192.0.2.1").Build()[..14];

    [Fact]
    public void Known_header_reads()
    {
        Assert.True(EthernetHeader.TryRead(_known, out EthernetHeader header));
        Assert.Equal("02:00:5e:00:53:01", header.Destination.ToString());
        Assert.Equal("03:01:02:03:04:05", header.Source.ToString());
        Assert.False(header.Destination.IsMulticast);
        Assert.True(header.Source.IsMulticast);
        Assert.Equal(EtherType.Arp, header.EtherType);
    }

    [Fact]
    public void Fields_write_the_same_bytes()
    {
        byte[] written = new byte[EthernetHeader.LengthBytes];
        EthernetHeader.Write(written, new MacAddress(0x02005e005301), new MacAddress(0x030102030405), EtherType.Arp);
        PacketAssert.Equal(_known, written, "Ethernet");
    }

    [Fact]
    public void Setters_touch_their_field_only()
    {
        byte[] bytes = [.. _known];
        EthernetHeader.SetDestination(bytes, new MacAddress(0xffffffffffff));
        Assert.Equal([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, .. _known[6..]], bytes);
    }

    [Fact]
    public void Every_length_and_random_bytes_are_safe() => HeaderAssert.IsCheckedView(_known, Read);

    private static bool Read(ReadOnlySpan<byte> bytes) =>
        EthernetHeader.TryRead(bytes, out EthernetHeader header)
        && (header.Destination.Value | header.Source.Value) <= 0xffff_ffff_ffff && header.EtherType <= ushort.MaxValue;
}
