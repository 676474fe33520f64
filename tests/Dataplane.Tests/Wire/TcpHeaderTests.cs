using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class TcpHeaderTests
{
    private static readonly byte[] _known = new PacketBuilder()
        .Ethernet().Ipv4("192.0.2.1", "192.0.2.2").Tcp(50000, 443, TcpControl.Syn, sequence: 0x01020304).Build()[34..54];

    [Fact]
    public void Known_header_reads()
    {
        Assert.True(TcpHeader.TryRead(_known, out TcpHeader header));
        Assert.Equal(50000, header.SourcePort);
        Assert.Equal(443, header.DestinationPort);
        Assert.Equal(0x01020304u, header.Sequence);
        Assert.Equal(2, header.Flags);
        Assert.Equal(20, header.LengthBytes);
    }

    [Fact]
    public void Fields_write_the_same_bytes()
    {
        Assert.True(TcpHeader.TryRead(_known, out TcpHeader header));
        byte[] written = new byte[20];
        TcpHeader.Write(
            written, header.SourcePort, header.DestinationPort, header.Sequence, header.Acknowledgment, header.Flags, header.Window);
        TcpHeader.SetChecksum(written, header.Checksum);
        PacketAssert.Equal(_known, written, "TCP");
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x40)]
    [InlineData(0x60)]
    [InlineData(0xf0)]
    public void A_data_offset_that_cannot_be_is_refused(byte dataOffset)
    {
        byte[] bytes = [.. _known];
        bytes[12] = dataOffset;
        Assert.False(TcpHeader.TryRead(bytes, out _));
    }

    [Fact]
    public void Every_length_and_random_bytes_are_safe() => HeaderAssert.IsCheckedView(_known, Read);

    private static bool Read(ReadOnlySpan<byte> bytes) =>
        TcpHeader.TryRead(bytes, out TcpHeader header)
        && (header.SourcePort | header.DestinationPort | header.Flags | header.Window | header.Checksum) >= 0
        && (header.Sequence ^ header.Acknowledgment) >= 0 && header.LengthBytes >= 20;
}
