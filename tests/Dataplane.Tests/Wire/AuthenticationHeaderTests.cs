using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class AuthenticationHeaderTests
{
    private static readonly byte[] _known = new PacketBuilder()
        .Ethernet().Ipv6("2001:db8::1", "2001:db8::2").Ah(spi: 0x01020304, sequence: 7).Udp(1, 2).Build()[54..78];

    [Fact]
    public void Known_header_reads()
    {
        Assert.True(AuthenticationHeader.TryRead(_known, out AuthenticationHeader header));
        Assert.Equal(IpProtocol.Udp, header.NextHeader);
        Assert.Equal(24, header.LengthBytes);
        Assert.Equal(0x01020304u, header.SecurityParametersIndex);
        Assert.Equal(7u, header.Sequence);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(255)]
    public void A_length_that_cannot_be_is_refused(byte words)
    {
        byte[] bytes = [.. _known];
        bytes[1] = words;
        Assert.False(AuthenticationHeader.TryRead(bytes, out _));
    }

    [Fact]
    public void Every_length_and_random_bytes_are_safe() => HeaderAssert.IsCheckedView(_known, Read);

    private static bool Read(ReadOnlySpan<byte> bytes) =>
        AuthenticationHeader.TryRead(bytes, out AuthenticationHeader header)
        && header.NextHeader >= 0 && header.LengthBytes >= 12 && (header.SecurityParametersIndex ^ header.Sequence) >= 0;
}
