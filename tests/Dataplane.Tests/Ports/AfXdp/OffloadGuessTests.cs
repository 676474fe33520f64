using NetworkingSfc.Dataplane.Ports.AfXdp;
using NetworkingSfc.Dataplane.Ports.Offload;
using NetworkingSfc.Dataplane.Tests.Ports.Offload;
using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.AfXdp;

public sealed class OffloadGuessTests
{
    private const int Mtu = 1_500;
    private const int IpOffset = 14;
    private const int Ipv4Transport = 34;
    private const int Ipv6Transport = 54;

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_checksum_that_holds_the_pseudo_header_is_completed_to_the_right_one(bool isIpv6, bool isTcp)
    {
        byte[] finished = Packet(isIpv6, isTcp, 101);
        int transport = isIpv6 ? Ipv6Transport : Ipv4Transport;
        int offset = isTcp ? 16 : 6;
        byte[] frame = Unfinish(finished, isIpv6);

        VirtioNetHeader described = OffloadGuess.Of(frame, Mtu);

        Assert.Equal(new VirtioNetHeader(1, 0, 0, (ushort)transport, (ushort)offset), described);
        Assert.True(ChecksumCompletion.TryComplete(frame, described.ChecksumStart, described.ChecksumOffset));
        PacketAssert.Equal(finished, frame, "completed");
        Assert.Equal(default, OffloadGuess.Of(finished, Mtu));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_long_TCP_packet_is_to_be_cut_to_the_MTU(bool isIpv6)
    {
        byte[] frame = Unfinish(Packet(isIpv6, isTcp: true, 4_000), isIpv6);

        VirtioNetHeader described = OffloadGuess.Of(frame, Mtu);

        Assert.Equal(isIpv6 ? (VirtioNetHeader.TcpOverIpv6, 1_440) : (VirtioNetHeader.TcpOverIpv4, (ushort)1_460), (described.SegmentKind, described.SegmentBytes));
        Assert.Equal(0, OffloadGuess.Of(frame, 4_100).SegmentKind);
    }

    [Fact]
    public void A_long_datagram_stays_as_it_is()
    {
        byte[] frame = Unfinish(Packet(isIpv6: false, isTcp: false, 4_000), isIpv6: false);

        Assert.Equal(0, OffloadGuess.Of(frame, Mtu).SegmentKind);
    }

    [Fact]
    public void Cut_and_other_frames_are_left_alone()
    {
        byte[] frame = Unfinish(Packet(isIpv6: false, isTcp: true, 101), isIpv6: false);
        for (int length = 0; length < Ipv4Transport + 18; length++)
        {
            Assert.Equal(default, OffloadGuess.Of(frame.AsSpan(0, length), Mtu));
        }

        Assert.Equal(default, OffloadGuess.Of(new PacketBuilder().Ethernet(etherType: 0x88b5).Payload(60).Build(), Mtu));
    }

    [Fact]
    public void SCTP_without_a_checksum_gets_one()
    {
        byte[] finished = new PacketBuilder().Ethernet().Ipv4("192.0.2.1", "198.51.100.7").Sctp(1024, 80).Payload(100).Build();
        byte[] frame = [.. finished];
        frame.AsSpan(Ipv4Transport + 8, sizeof(uint)).Clear();

        VirtioNetHeader described = OffloadGuess.Of(frame, Mtu);

        Assert.True(ChecksumCompletion.TryComplete(frame, described.ChecksumStart, described.ChecksumOffset));
        PacketAssert.Equal(finished, frame, "completed");
        Assert.Equal(default, OffloadGuess.Of(finished, Mtu));
    }

    [Fact]
    public void A_datagram_without_a_checksum_stays_without()
    {
        byte[] frame = Packet(isIpv6: false, isTcp: false, 101);
        UdpHeader.SetChecksum(frame.AsSpan(Ipv4Transport), 0);

        Assert.Equal(default, OffloadGuess.Of(frame, Mtu));
    }

    private static byte[] Packet(bool isIpv6, bool isTcp, int payloadBytes)
    {
        PacketBuilder builder = new PacketBuilder().Ethernet();
        builder = isIpv6 ? builder.Ipv6("2001:db8::1", "2001:db8::2") : builder.Ipv4("192.0.2.1", "198.51.100.7");
        builder = isTcp ? builder.Tcp(1024, 80) : builder.Udp(1024, 53);
        return builder.Payload(payloadBytes, 0x5a).Build();
    }

    private static byte[] Unfinish(byte[] finished, bool isIpv6) =>
        UnfinishedFrame.Of(finished, IpOffset, isIpv6 ? Ipv6Transport : Ipv4Transport);
}
