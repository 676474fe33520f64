using System.Buffers.Binary;
using NetworkingSfc.Dataplane.Ports.Offload;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.Offload;

public sealed class FrameSegmenterTests
{
    private const TcpControl WindowReduced = (TcpControl)0x80;
    private const TcpControl EchoCongestion = (TcpControl)0x40;

    [Theory]
    [InlineData("v4", 0, 1000, 3001)]
    [InlineData("v4", 1, 1448, 2896)]
    [InlineData("v4", 2, 536, 537)]
    [InlineData("v6", 0, 1428, 60_000)]
    [InlineData("v6", 1, 1220, 1220)]
    [InlineData("v4", 0, 1, 5)]
    public void TCP_is_cut_into_the_frames_that_its_sender_would_have_sent(string ip, int tags, int segmentBytes, int payloadBytes)
    {
        TcpControl flags = TcpControl.Ack | TcpControl.Psh | TcpControl.Fin | WindowReduced | EchoCongestion;
        PacketBuilder builder = Tagged(tags);
        int ipOffset = 14 + (4 * tags);
        int transportOffset = ipOffset + (ip == "v4" ? 24 : 40);
        PacketBuilder Packet(int number, TcpControl control, ReadOnlyMemory<byte> payload) =>
            (ip == "v4"
                ? builder.Ipv4("192.0.2.1", "198.51.100.2", change: header => header with
                {
                    Identification = (ushort)(0xfffe + number),
                    DontFragment = true,
                    Options = new byte[] { 1, 1, 1, 0 },
                })
                : builder.Ipv6("2001:db8::1", "2001:db8::2"))
            .Tcp(40_000, 80, control, 0xffff_fff0 + (uint)(number * segmentBytes), header => header with
            {
                Acknowledgement = 77,
                Options = new byte[] { 1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2 },
            })
            .Payload(payload);
        byte[] payload = Bytes(payloadBytes);
        byte[] super = UnfinishedFrame.Of(Packet(0, flags, payload).Build(), ipOffset, transportOffset);

        List<byte[]> segments = Cut(super, Header(isTcp: true, transportOffset, ip == "v4" ? UnfinishedFrame.TcpOverIpv4 : UnfinishedFrame.TcpOverIpv6, segmentBytes));

        int count = (payloadBytes + segmentBytes - 1) / segmentBytes;
        byte[][] expected =
        [
            .. Enumerable.Range(0, count).Select(number =>
            {
                TcpControl control = flags;
                control &= number == 0 ? control : ~WindowReduced;
                control &= number == count - 1 ? control : ~(TcpControl.Psh | TcpControl.Fin);
                return Packet(number, control, payload.AsMemory(number * segmentBytes, Math.Min(segmentBytes, payloadBytes - (number * segmentBytes)))).Build();
            }),
        ];
        PacketAssert.SameFrames(expected, segments);
    }

    [Theory]
    [InlineData("v4", true)]
    [InlineData("v6", true)]
    [InlineData("v4", false)]
    [InlineData("v6", false)]
    public void UDP_is_cut_into_datagrams(string ip, bool needsChecksum)
    {
        const int SegmentBytes = 1200;
        const int PayloadBytes = (4 * SegmentBytes) + 100;
        int transportOffset = 18 + (ip == "v4" ? 20 : 40);
        PacketBuilder Packet(int number, ReadOnlyMemory<byte> payload) =>
            (ip == "v4"
                ? Tagged(1).Ipv4("192.0.2.1", "198.51.100.2", change: header => header with { Identification = (ushort)number })
                : Tagged(1).Ipv6("2001:db8::1", "2001:db8::2"))
            .Udp(40_000, 443).Payload(payload);
        byte[] payload = Bytes(PayloadBytes);
        byte[] super = Packet(0, payload).Build();
        VirtioNetHeader header = Header(isTcp: false, transportOffset, UnfinishedFrame.UdpDatagrams, SegmentBytes);

        List<byte[]> segments = needsChecksum ? Cut(UnfinishedFrame.Of(super, 18, transportOffset), header) : Cut(super, header with { Flags = 0 });

        PacketAssert.SameFrames(
            [.. payload.Chunk(SegmentBytes).Select((part, number) => Packet(number, part).Build())], segments);
    }

    [Fact]
    public void UDP_without_a_checksum_stays_without()
    {
        PacketBuilder builder = new PacketBuilder().Ethernet().Ipv4("192.0.2.1", "192.0.2.2");
        byte[] payload = Bytes(250);

        List<byte[]> segments = Cut(
            builder.Udp(1, 2, checksum: 0).Payload(payload).Build(), Header(isTcp: false, 34, UnfinishedFrame.UdpDatagrams, 100) with { Flags = 0 });

        Assert.Equal(3, segments.Count);
        Assert.All(segments, segment => Assert.Equal(0, BinaryPrimitives.ReadUInt16BigEndian(segment.AsSpan(40))));
        Assert.Equal(payload, segments.SelectMany(segment => segment[42..]));
    }

    [Fact]
    public void Extension_headers_stay_and_the_checksum_is_for_the_last_stop()
    {
        // The pseudo-header has the last address of the routing header; the sum that the sender left is for that one.
        PacketBuilder Packet(uint sequence, ReadOnlyMemory<byte> payload) => new PacketBuilder().Ethernet()
            .Ipv6("2001:db8::1", "2001:db8::2").Routing(["2001:db8::9"], segmentsLeft: 1).Tcp(1, 2, TcpControl.Ack, sequence).Payload(payload);
        byte[] payload = Bytes(2500);
        byte[] whole = Packet(0, payload).Build();
        const int TransportOffset = 14 + 40 + 24;
        byte[] forLastStop = [.. whole];
        whole.AsSpan(14 + 40 + 8, 16).CopyTo(forLastStop.AsSpan(14 + 24));
        byte[] super = [.. whole];
        UnfinishedFrame.Of(forLastStop, 14, TransportOffset).AsSpan(TransportOffset + 16, 2).CopyTo(super.AsSpan(TransportOffset + 16));

        List<byte[]> segments = Cut(super, Header(isTcp: true, TransportOffset, UnfinishedFrame.TcpOverIpv6, 1000));

        PacketAssert.SameFrames([.. payload.Chunk(1000).Select((part, number) => Packet((uint)(number * 1000), part).Build())], segments);
    }

    [Fact]
    public void Segments_of_any_frame_put_together_are_its_payload_and_all_their_checksums_are_right()
    {
        Random random = new(20261123);
        for (int round = 0; round < 300; round++)
        {
            bool isIpv4 = random.Next(2) == 0;
            int tags = random.Next(3);
            int segmentBytes = random.Next(1, 3000);
            byte[] payload = new byte[random.Next(1, Math.Min(64_000, segmentBytes * 60))];
            random.NextBytes(payload);
            int ipOffset = 14 + (4 * tags);
            int transportOffset = ipOffset + (isIpv4 ? 20 : 40);
            uint sequence = (uint)random.NextInt64(uint.MaxValue);
            PacketBuilder builder = isIpv4
                ? Tagged(tags).Ipv4("192.0.2.1", "198.51.100.2", change: header => header with { Identification = (ushort)random.Next(65_536) })
                : Tagged(tags).Ipv6("2001:db8::1", "2001:db8::2");
            byte[] super = UnfinishedFrame.Of(builder.Tcp(1, 2, TcpControl.Ack, sequence).Payload(payload).Build(), ipOffset, transportOffset);

            List<byte[]> segments = Cut(super, Header(isTcp: true, transportOffset, isIpv4 ? UnfinishedFrame.TcpOverIpv4 : UnfinishedFrame.TcpOverIpv6, segmentBytes));

            PacketAssert.Equal(payload, segments.SelectMany(segment => segment[(transportOffset + 20)..]).ToArray(), $"round {round}");
            Assert.All(segments, segment =>
            {
                Assert.InRange(segment.Length, transportOffset + 21, transportOffset + 20 + segmentBytes);
                Assert.Null(TransportChecksum.Complaint(segment));
            });
        }
    }

    [Fact]
    public void What_is_not_what_its_header_says_is_refused()
    {
        PacketBuilder ipv4 = new PacketBuilder().Ethernet().Ipv4("192.0.2.1", "192.0.2.2");
        byte[] tcp = ipv4.Tcp(1, 2).Payload(3000).Build();
        byte[] udp = ipv4.Udp(1, 2).Payload(3000).Build();
        VirtioNetHeader header = Header(isTcp: true, 34, UnfinishedFrame.TcpOverIpv4, 1000);
        Assert.True(new FrameSegmenter().TryBegin(tcp, in header));

        AssertRefused(tcp, header with { SegmentKind = UnfinishedFrame.TcpOverIpv6 }, "another version");
        AssertRefused(tcp, header with { SegmentKind = UnfinishedFrame.UdpDatagrams }, "TCP as UDP");
        AssertRefused(udp, header, "UDP as TCP");
        AssertRefused(tcp, header with { SegmentKind = 3 }, "UDP to be fragmented, which nobody sends any more");
        AssertRefused(tcp, header with { SegmentBytes = 0 }, "no segment size");
        AssertRefused(tcp, header with { SegmentBytes = 65_500 }, "a segment that no IP header can tell the length of");
        AssertRefused(tcp, header with { ChecksumStart = 84 }, "a packet in a tunnel");
        AssertRefused(tcp[..50], header, "a frame that ends in its TCP header");
        AssertRefused(ipv4.Tcp(1, 2).Build(), header, "no payload");
        AssertRefused(ipv4.Tcp(1, 2, change: layer => layer with { DataOffsetWords = 4 }).Payload(3000).Build(), header, "a TCP header of 16 bytes");
        AssertRefused(
            new PacketBuilder().Ethernet().Ipv4("192.0.2.1", "192.0.2.2", change: layer => layer with { MoreFragments = true }).Tcp(1, 2).Payload(3000).Build(),
            header, "a fragment");
        AssertRefused([], header, "nothing");
    }

    [Fact]
    public void Hostile_bytes_are_cut_or_refused_and_nothing_else()
    {
        Random random = new(1);
        byte[] start = new PacketBuilder().Ethernet().Vlan(5).Ipv6("2001:db8::1", "2001:db8::2").HopByHop().Tcp(1, 2).Payload(300).Build();
        byte[] room = new byte[1 << 17];
        FrameSegmenter segmenter = new();
        for (int round = 0; round < 200_000; round++)
        {
            byte[] frame = start[..random.Next(start.Length + 1)];
            for (int change = random.Next(6); change > 0 && frame.Length > 0; change--)
            {
                frame[random.Next(Math.Min(frame.Length, 100))] = (byte)random.Next(256);
            }

            VirtioNetHeader header = new(
                (byte)random.Next(2), (byte)(random.Next(2) == 0 ? UnfinishedFrame.TcpOverIpv6 : random.Next(256)),
                (ushort)random.Next(random.Next(2) == 0 ? 200 : 65_536), (ushort)(random.Next(2) == 0 ? 66 : random.Next(400)), 16);
            if (segmenter.TryBegin(frame, in header))
            {
                for (int segments = 0; segmenter.IsActive; segments++)
                {
                    Assert.InRange(segments, 0, frame.Length);
                    Assert.InRange(segmenter.Next(frame, room), 1, frame.Length);
                }
            }
        }
    }

    private static void AssertRefused(byte[] frame, VirtioNetHeader header, string what) =>
        Assert.False(new FrameSegmenter().TryBegin(frame, in header), what);

    private static PacketBuilder Tagged(int tags)
    {
        PacketBuilder builder = new PacketBuilder().Ethernet();
        for (int tag = 0; tag < tags; tag++)
        {
            builder = builder.Vlan((ushort)(100 + tag));
        }

        return builder;
    }

    private static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private static VirtioNetHeader Header(bool isTcp, int transportOffset, byte kind, int segmentBytes) =>
        VirtioNetHeader.Read(UnfinishedFrame.Header(isTcp, transportOffset, kind, segmentBytes));

    private static List<byte[]> Cut(byte[] frame, VirtioNetHeader header)
    {
        FrameSegmenter segmenter = new();
        Assert.True(segmenter.TryBegin(frame, in header));
        List<byte[]> segments = [];
        while (segmenter.IsActive)
        {
            byte[] segment = new byte[segmenter.NextLength];
            Assert.Equal(segment.Length, segmenter.Next(frame, segment));
            segments.Add(segment);
        }

        return segments;
    }
}
