using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Testing;

public sealed class PacketAssertTests
{
    [Fact]
    public void Equal_frames_pass() => PacketAssert.Equal([1, 2, 3], [1, 2, 3], "same");

    [Theory]
    [InlineData(new byte[] { 1, 2, 3 }, new byte[] { 1, 9, 3 }, 1)]
    [InlineData(new byte[] { 1, 2, 3 }, new byte[] { 1, 2 }, 2)]
    [InlineData(new byte[] { }, new byte[] { 7 }, 0)]
    public void Different_frames_fail_and_name_the_first_offset(byte[] expected, byte[] actual, int offset)
    {
        PacketMismatchException failure =
            Assert.Throws<PacketMismatchException>(() => PacketAssert.Equal(expected, actual, "TTL lowered"));

        Assert.Contains($"TTL lowered: first difference at offset {offset} ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_difference_is_shown_where_it_is_and_nowhere_else()
    {
        byte[] expected = new byte[200];
        byte[] actual = new byte[200];
        actual[100] = 0xee;

        PacketMismatchException failure =
            Assert.Throws<PacketMismatchException>(() => PacketAssert.Equal(expected, actual, "deep"));

        Assert.Contains("  actual   0060  00  00  00  00 [ee] 00 ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("  expected 0060  00  00  00  00 [00] 00 ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("0000  00", failure.Message, StringComparison.Ordinal);
    }
}
