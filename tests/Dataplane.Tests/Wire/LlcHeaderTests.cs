using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class LlcHeaderTests
{
    [Theory]
    [InlineData(0x03, 3, true)]
    [InlineData(0x13, 3, false)]
    [InlineData(0xe3, 3, false)]
    [InlineData(0x00, 4, true)]
    [InlineData(0x01, 4, false)]
    public void Control_field_decides_length_and_kind(byte control, int length, bool isInformation)
    {
        byte[] bytes = new PacketBuilder().Ethernet().Llc(0x42, 0x43, control).Payload(8).Build()[14..];
        Assert.True(LlcHeader.TryRead(bytes, out LlcHeader header));
        Assert.Equal(0x42, header.DestinationAddress);
        Assert.Equal(0x43, header.SourceAddress);
        Assert.Equal(length, header.LengthBytes);
        Assert.Equal(isInformation, header.IsInformation);
        Assert.False(header.IsSnap);
    }

    [Fact]
    public void Snap_is_told_by_both_addresses()
    {
        Assert.True(LlcHeader.TryRead([0xaa, 0xaa, 3], out LlcHeader snap));
        Assert.True(snap.IsSnap);
        Assert.True(LlcHeader.TryRead([0xaa, 0xab, 3], out LlcHeader other));
        Assert.False(other.IsSnap);
    }

    [Theory]
    [InlineData(0x03, 3)]
    [InlineData(0x00, 4)]
    public void Every_length_and_random_bytes_are_safe(byte control, int length) =>
        HeaderAssert.IsCheckedView(new byte[] { 0xaa, 0xaa, control, 0 }[..length], Read);

    private static bool Read(ReadOnlySpan<byte> bytes) =>
        LlcHeader.TryRead(bytes, out LlcHeader header)
        && (header.DestinationAddress | header.SourceAddress | header.Control) >= 0
        && (header.IsSnap || header.IsInformation || header.LengthBytes >= 3);
}
