using NetworkingSfc.Dataplane.Ports.Offload;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.Offload;

public sealed class ChecksumCompletionTests
{
    private const int TcpOffset = 16;
    private const int UdpOffset = 6;
    private const int SctpOffset = 8;

    public static TheoryData<string, string, int> Frames
    {
        get
        {
            TheoryData<string, string, int> rows = [];
            foreach (string ip in (string[])["v4", "v6"])
            {
                foreach (string transport in (string[])["tcp", "udp"])
                {
                    foreach (int tags in (int[])[0, 1, 2])
                    {
                        rows.Add(ip, transport, tags);
                    }
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public void A_checksum_is_completed(string ip, string transport, int tags)
    {
        int ipOffset = 14 + (4 * tags);
        int transportOffset = ipOffset + (ip == "v4" ? 20 : 40);
        PacketBuilder builder = new PacketBuilder().Ethernet();
        for (int tag = 0; tag < tags; tag++)
        {
            builder = builder.Vlan(7);
        }

        builder = ip == "v4" ? builder.Ipv4("192.0.2.1", "198.51.100.2") : builder.Ipv6("2001:db8::1", "2001:db8::2");
        builder = transport == "tcp" ? builder.Tcp(40_000, 80) : builder.Udp(40_000, 53);
        foreach (int payload in (int[])[0, 1, 2, 77, 1400])
        {
            byte[] whole = builder.Payload(payload, 3).Build();
            byte[] frame = UnfinishedFrame.Of(whole, ipOffset, transportOffset);

            Assert.True(ChecksumCompletion.TryComplete(frame, transportOffset, transport == "tcp" ? TcpOffset : UdpOffset));

            PacketAssert.Equal(whole, frame, $"{ip} {transport}, {tags} tags, {payload} bytes");
        }
    }

    [Fact]
    public void A_UDP_checksum_of_zero_is_sent_as_all_ones()
    {
        // The two bytes of payload are what brings the sum to zero.
        PacketBuilder builder = new PacketBuilder().Ethernet().Ipv4("192.0.2.1", "192.0.2.2").Udp(1, 2);
        byte[] without = builder.Payload(new byte[2]).Build();
        byte[] whole = builder.Payload(without.AsMemory(40, 2)).Build();
        Assert.Equal([0xff, 0xff], whole[40..42]);
        byte[] frame = UnfinishedFrame.Of(whole, 14, 34);

        Assert.True(ChecksumCompletion.TryComplete(frame, 34, UdpOffset));

        PacketAssert.Equal(whole, frame, "UDP");
    }

    [Fact]
    public void A_TCP_checksum_of_zero_stays_zero()
    {
        PacketBuilder builder = new PacketBuilder().Ethernet().Ipv4("192.0.2.1", "192.0.2.2").Tcp(1, 2);
        byte[] without = builder.Payload(new byte[2]).Build();
        byte[] whole = builder.Payload(without.AsMemory(50, 2)).Build();
        Assert.Equal([0, 0], whole[50..52]);
        byte[] frame = UnfinishedFrame.Of(whole, 14, 34);

        Assert.True(ChecksumCompletion.TryComplete(frame, 34, TcpOffset));

        PacketAssert.Equal(whole, frame, "TCP");
    }

    [Fact]
    public void SCTP_gets_its_own_kind_of_checksum()
    {
        foreach (int payload in (int[])[0, 1, 15, 16, 1000])
        {
            byte[] whole = new PacketBuilder().Ethernet().Ipv4("192.0.2.1", "192.0.2.2").Sctp(1, 2).Payload(payload).Build();
            byte[] frame = [.. whole];
            frame.AsSpan(34 + SctpOffset, 4).Fill(0xaa);

            Assert.True(ChecksumCompletion.TryComplete(frame, 34, SctpOffset));

            PacketAssert.Equal(whole, frame, $"SCTP, {payload} bytes");
        }
    }

    [Theory]
    [InlineData(59, 0)]
    [InlineData(60, 0)]
    [InlineData(0, 65_535)]
    [InlineData(65_535, 65_535)]
    [InlineData(49, SctpOffset)]
    public void A_checksum_outside_of_the_frame_is_refused(int start, int offset)
    {
        byte[] frame = new byte[60];

        Assert.False(ChecksumCompletion.TryComplete(frame, start, offset));

        Assert.All(frame, value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_checksum_at_the_very_end_of_the_frame_is_written()
    {
        byte[] frame = new byte[60];
        frame[50] = 0x12;

        Assert.True(ChecksumCompletion.TryComplete(frame, 48, 10));

        Assert.Equal([0xed, 0xff], frame[58..]);
    }
}
