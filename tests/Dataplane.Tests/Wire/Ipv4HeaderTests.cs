using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class Ipv4HeaderTests
{
    private static readonly byte[] _known = new PacketBuilder()
        .Ethernet()
        .Ipv4("192.0.2.1", "198.51.100.2", ttl: 17)
        .Udp(1, 2)
        .Build()[14..34];

    private static readonly byte[] _withOptions = [0x46, .. _known[1..], 1, 1, 1, 0];

    [Fact]
    public void Known_header_reads()
    {
        Assert.True(Ipv4Header.TryRead(_known, out Ipv4Header header));
        Assert.Equal(4, header.Version);
        Assert.Equal(20, header.LengthBytes);
        Assert.Equal(28, header.TotalLength);
        Assert.Equal(17, header.TimeToLive);
        Assert.Equal(IpProtocol.Udp, header.Protocol);
        Assert.Equal(0xc0000201, header.Source);
        Assert.Equal(0xc6336402, header.Destination);
        Assert.True(header.Options.IsEmpty);
        Assert.Equal(0, InternetChecksum.Compute(_known));
    }

    [Fact]
    public void Options_belong_to_the_header()
    {
        Assert.True(Ipv4Header.TryRead(_withOptions, out Ipv4Header header));
        Assert.Equal(24, header.LengthBytes);
        Assert.Equal([1, 1, 1, 0], header.Options.ToArray());
    }

    [Fact]
    public void Fields_write_the_same_bytes()
    {
        Assert.True(Ipv4Header.TryRead(_known, out Ipv4Header header));
        byte[] written = new byte[20];
        Ipv4Header.Write(
            written,
            header.TypeOfService,
            header.TotalLength,
            header.Identification,
            header.FlagsAndOffset,
            header.TimeToLive,
            header.Protocol,
            header.Source,
            header.Destination);
        PacketAssert.Equal(_known, written, "IPv4");
    }

    [Fact]
    public void Setters_touch_their_field_only()
    {
        byte[] bytes = [.. _known];
        Ipv4Header.SetSource(bytes, 0x0a000001);
        Ipv4Header.SetDestination(bytes, 0x0a000002);
        Ipv4Header.SetTimeToLive(bytes, 16);
        Ipv4Header.SetTotalLength(bytes, 1000);
        Ipv4Header.SetChecksum(bytes, 0xbeef);
        Assert.Equal([.. _known[..2], 0x03, 0xe8, .. _known[4..8], 16, 17, 0xbe, 0xef, 10, 0, 0, 1, 10, 0, 0, 2], bytes);
    }

    [Theory]
    [InlineData(0x40)]
    [InlineData(0x44)]
    [InlineData(0x46)]
    [InlineData(0x4f)]
    public void A_header_length_that_cannot_be_is_refused(byte first)
    {
        byte[] bytes = [first, .. _known[1..]];
        Assert.False(Ipv4Header.TryRead(bytes, out _));
        Assert.True(Ipv4Header.TryReadFixedPart(bytes, out Ipv4Header header));
        Assert.Equal(0xc6336402, header.Destination);
        Assert.Equal((first & 15) * 4, Ipv4Header.DeclaredHeaderLength(bytes));
    }

    [Fact]
    public void Every_length_and_random_bytes_are_safe()
    {
        HeaderAssert.IsCheckedView(_known, Read);
        HeaderAssert.IsCheckedView(_withOptions, Read);
    }

    private static bool Read(ReadOnlySpan<byte> bytes) =>
        Ipv4Header.TryRead(bytes, out Ipv4Header header)
        && header.LengthBytes >= 20
        && (header.Version | header.TypeOfService | header.TotalLength | header.Identification | header.FlagsAndOffset) >= 0
        && (header.TimeToLive | header.Protocol | header.Checksum) >= 0 && (header.Source ^ header.Destination) >= 0
        && header.Options.Length <= 40;
}
