using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class SctpHeaderTests
{
    private static readonly byte[] _known = new PacketBuilder()
        .Ethernet().Ipv4("192.0.2.1", "192.0.2.2").Sctp(38412, 36412, verificationTag: 0x01020304, checksum: 0xa0b0c0d0).Build()[34..46];

    [Fact]
    public void Known_header_reads()
    {
        Assert.True(SctpHeader.TryRead(_known, out SctpHeader header));
        Assert.Equal(38412, header.SourcePort);
        Assert.Equal(36412, header.DestinationPort);
        Assert.Equal(0x01020304u, header.VerificationTag);
    }

    [Fact]
    public void Every_length_and_random_bytes_are_safe() => HeaderAssert.IsCheckedView(_known, Read);

    private static bool Read(ReadOnlySpan<byte> bytes) =>
        SctpHeader.TryRead(bytes, out SctpHeader header)
        && (header.SourcePort | header.DestinationPort) >= 0 && (header.VerificationTag ^ header.Checksum) >= 0;
}
