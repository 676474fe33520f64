using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class IcmpHeaderTests
{
    private static readonly byte[] _known = new PacketBuilder()
        .Ethernet().Ipv4("192.0.2.1", "192.0.2.2").Icmp(type: 3, code: 4, rest: 1400).Build()[34..42];

    [Fact]
    public void Known_header_reads()
    {
        Assert.True(IcmpHeader.TryRead(_known, out IcmpHeader header));
        Assert.Equal(IcmpHeader.DestinationUnreachable, header.Type);
        Assert.Equal(IcmpHeader.FragmentationNeeded, header.Code);
        Assert.Equal(1400u, header.Parameter);
    }

    [Fact]
    public void Fields_write_the_same_bytes()
    {
        Assert.True(IcmpHeader.TryRead(_known, out IcmpHeader header));
        byte[] written = new byte[8];
        IcmpHeader.Write(written, header.Type, header.Code, header.Parameter);
        IcmpHeader.SetChecksum(written, header.Checksum);
        PacketAssert.Equal(_known, written, "Icmp");
    }

    [Fact]
    public void The_checksum_of_a_message_is_right()
    {
        byte[] message = [.. _known];
        IcmpHeader.SetChecksum(message, 0);
        Assert.True(IcmpHeader.TryRead(_known, out IcmpHeader header));
        Assert.Equal(header.Checksum, InternetChecksum.Compute(message));
    }

    [Fact]
    public void Every_length_and_random_bytes_are_safe() => HeaderAssert.IsCheckedView(_known, Read);

    private static bool Read(ReadOnlySpan<byte> bytes) =>
        IcmpHeader.TryRead(bytes, out IcmpHeader header) && (header.Type | header.Code | header.Checksum) >= 0 && header.Parameter >= 0;
}
