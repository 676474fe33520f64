using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class UdpLiteHeaderTests
{
    private static readonly byte[] _known = Frame(12)[34..42];

    [Fact]
    public void Known_header_reads()
    {
        Assert.True(UdpLiteHeader.TryRead(_known, out UdpLiteHeader header));
        Assert.Equal(50000, header.SourcePort);
        Assert.Equal(5004, header.DestinationPort);
        Assert.Equal(12, header.Coverage);
    }

    [Theory]
    [InlineData(0, 28, true, 28)]
    [InlineData(8, 28, true, 8)]
    [InlineData(28, 28, true, 28)]
    [InlineData(29, 28, false, 0)]
    [InlineData(7, 28, false, 0)]
    [InlineData(1, 28, false, 0)]
    public void Coverage_is_checked(ushort coverage, int transportLength, bool isLegal, int covered)
    {
        byte[] bytes = [.. _known[..4], (byte)(coverage >> 8), (byte)coverage, .. _known[6..]];
        Assert.True(UdpLiteHeader.TryRead(bytes, out UdpLiteHeader header));
        Assert.Equal(isLegal, header.TryGetCoveredLength(transportLength, out int found));
        Assert.Equal(covered, found);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(13)]
    [InlineData(28)]
    public void The_checksum_covers_pseudo_header_and_coverage_only(ushort coverage)
    {
        byte[] transport = Frame(coverage)[34..];
        Assert.True(UdpLiteHeader.TryRead(transport, out UdpLiteHeader header));
        Assert.True(header.TryGetCoveredLength(transport.Length, out int covered));
        ushort given = header.Checksum;
        UdpLiteHeader.SetChecksum(transport, 0);
        ulong sum = InternetChecksum.SumPseudoHeader(0xc0000201, 0xc0000202, IpProtocol.UdpLite, transport.Length)
            + InternetChecksum.Sum(transport.AsSpan(0, covered));
        Assert.Equal(given, InternetChecksum.FinishUdp(sum));
    }

    [Fact]
    public void Every_length_and_random_bytes_are_safe() => HeaderAssert.IsCheckedView(_known, Read);

    private static byte[] Frame(ushort coverage) => new PacketBuilder()
        .Ethernet().Ipv4("192.0.2.1", "192.0.2.2").UdpLite(50000, 5004, coverage).Payload(20, first: 7).Build();

    private static bool Read(ReadOnlySpan<byte> bytes) =>
        UdpLiteHeader.TryRead(bytes, out UdpLiteHeader header)
        && (header.SourcePort | header.DestinationPort | header.Coverage | header.Checksum) >= 0
        && header.TryGetCoveredLength(bytes.Length, out int covered) == (covered > 0);
}
