using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class DccpHeaderTests
{
    private static readonly byte[] _transport = new PacketBuilder()
        .Ethernet().Ipv4("192.0.2.1", "192.0.2.2").Dccp(50000, 5001, type: 2).Build()[34..];

    private static readonly byte[] _known = _transport[..(_transport[4] * 4)];

    [Fact]
    public void Known_header_reads()
    {
        Assert.True(DccpHeader.TryRead(_known, out DccpHeader header));
        Assert.Equal(50000, header.SourcePort);
        Assert.Equal(5001, header.DestinationPort);
        Assert.Equal(2, header.Type);
        Assert.Equal(_known.Length, header.LengthBytes);
        Assert.Equal(_known.Length == 16, header.HasExtendedSequence);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(255)]
    public void A_data_offset_that_cannot_be_is_refused(byte words)
    {
        byte[] bytes = [.. _known];
        bytes[4] = words;
        Assert.False(DccpHeader.TryRead(bytes, out _));
    }

    [Fact]
    public void Setting_the_checksum_touches_nothing_else()
    {
        byte[] bytes = [.. _known];
        DccpHeader.SetChecksum(bytes, 0x1234);
        Assert.Equal([.. _known[..6], 0x12, 0x34, .. _known[8..]], bytes);
    }

    [Fact]
    public void Every_length_and_random_bytes_are_safe() => HeaderAssert.IsCheckedView(_known, Read);

    private static bool Read(ReadOnlySpan<byte> bytes) =>
        DccpHeader.TryRead(bytes, out DccpHeader header)
        && (header.SourcePort | header.DestinationPort | header.ChecksumCoverage | header.Checksum | header.Type) >= 0
        && (header.HasExtendedSequence || header.LengthBytes >= 12);
}
