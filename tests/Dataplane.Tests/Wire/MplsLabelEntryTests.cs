using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class MplsLabelEntryTests
{
    private static readonly byte[] _known = new PacketBuilder()
        .Ethernet().Mpls(0xabcde, trafficClass: 3, ttl: 254).Payload(1).Build()[14..18];

    [Fact]
    public void Known_entry_reads()
    {
        Assert.True(MplsLabelEntry.TryRead(_known, out MplsLabelEntry entry));
        Assert.Equal(0xabcde, entry.Label);
        Assert.Equal(3, entry.TrafficClass);
        Assert.True(entry.IsBottomOfStack);
        Assert.Equal(254, entry.TimeToLive);
    }

    [Fact]
    public void Fields_write_the_same_bytes()
    {
        byte[] written = new byte[MplsLabelEntry.LengthBytes];
        new MplsLabelEntry(0xabcde, 3, isBottomOfStack: true, 254).Write(written);
        PacketAssert.Equal(_known, written, "label entry");
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0x100000, 0)]
    [InlineData(0, -1)]
    [InlineData(0, 8)]
    public void A_field_that_does_not_fit_is_a_mistake(int label, int trafficClass) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new MplsLabelEntry(label, trafficClass, true, 1));

    [Fact]
    public void Every_length_and_random_bytes_are_safe() => HeaderAssert.IsCheckedView(_known, Read);

    private static bool Read(ReadOnlySpan<byte> bytes) =>
        MplsLabelEntry.TryRead(bytes, out MplsLabelEntry entry)
        && entry.Label <= MplsLabelEntry.MaxLabel && entry.TrafficClass <= 7 && (entry.IsBottomOfStack || entry.TimeToLive >= 0);
}
