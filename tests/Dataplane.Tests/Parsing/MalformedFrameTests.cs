using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Parsing;

/// <summary>Frames that are cut or wrong, and the decisions of Parsing/DECISIONS.md, each with the row it comes from.</summary>
public sealed class MalformedFrameTests
{
    private static readonly PacketBuilder _four = new PacketBuilder().Ethernet().Ipv4("192.0.2.1", "198.51.100.2");
    private static readonly PacketBuilder _six = new PacketBuilder().Ethernet().Ipv6("2001:db8::1", "2001:db8::2");

    [Fact]
    public void Every_truncation_of_every_frame_is_safe_on_guard_pages()
    {
        foreach ((_, byte[] frame, _) in ComposedFrames.All)
        {
            using GuardedMemory memory = new(frame.Length);
            for (int length = 0; length <= frame.Length; length++)
            {
                Span<byte> bytes = memory.Span[(frame.Length - length)..];
                frame.AsSpan(0, length).CopyTo(bytes);
                foreach (FrameStart start in Enum.GetValues<FrameStart>())
                {
                    HeadersAssert.IsSound(bytes, start, out _);
                }
            }
        }
    }

    [Theory]
    [InlineData(0, ParseStatus.TruncatedLink)]
    [InlineData(13, ParseStatus.TruncatedLink)]
    [InlineData(14, ParseStatus.TruncatedCarrier)]
    [InlineData(17, ParseStatus.TruncatedCarrier)]
    [InlineData(18, ParseStatus.TruncatedCarrier)]
    [InlineData(22, ParseStatus.TruncatedCarrier)]
    [InlineData(23, ParseStatus.TruncatedIpv4)]
    [InlineData(41, ParseStatus.TruncatedIpv4)]
    [InlineData(42, ParseStatus.TruncatedTransport)]
    [InlineData(45, ParseStatus.TruncatedTransport)]
    [InlineData(46, ParseStatus.Ok)]
    public void Where_a_frame_is_cut_decides_the_status(int length, ParseStatus expected)
    {
        byte[] frame = new PacketBuilder().Ethernet().Vlan(5).Mpls(257).Ipv4("192.0.2.1", "198.51.100.2").Udp(1, 2).Build();
        ParseStatus status = PacketParser.Parse(frame.AsSpan(0, length), FrameStart.Ethernet, out PacketHeaders headers);
        Assert.Equal(expected, status);
        Assert.Equal(length >= 42 ? 4 : 0, headers.IpVersion);
    }

    [Theory]
    [InlineData(53, ParseStatus.TruncatedIpv6, 0)]
    [InlineData(54, ParseStatus.TruncatedExtensionHeader, IpProtocol.DestinationOptions)]
    [InlineData(61, ParseStatus.TruncatedExtensionHeader, IpProtocol.Fragment)]
    [InlineData(62, ParseStatus.TruncatedExtensionHeader, IpProtocol.Fragment)]
    [InlineData(69, ParseStatus.TruncatedExtensionHeader, IpProtocol.Fragment)]
    [InlineData(70, ParseStatus.TruncatedTransport, IpProtocol.Udp)]
    [InlineData(74, ParseStatus.Ok, IpProtocol.Udp)]
    public void Where_an_ipv6_packet_is_cut_decides_status_and_protocol(int length, ParseStatus expected, byte protocol)
    {
        byte[] frame = _six.DestinationOptions().Fragment(1).Udp(1, 2).Build();
        Assert.Equal(expected, PacketParser.Parse(frame.AsSpan(0, length), FrameStart.Ethernet, out PacketHeaders headers));
        Assert.Equal(protocol, headers.Protocol);
    }

    [Fact]
    public void The_declared_length_cuts_as_the_end_of_the_frame_does()
    {
        byte[] four = _four.Udp(1, 2).Build();
        Ipv4Header.SetTotalLength(four.AsSpan(14), 23);
        Assert.Equal(ParseStatus.TruncatedTransport, PacketParser.Parse(four, FrameStart.Ethernet, out PacketHeaders headers));
        Assert.Equal(4, headers.IpVersion);

        byte[] six = _six.HopByHop().Udp(1, 2).Build();
        Ipv6Header.SetPayloadLength(six.AsSpan(14), 7);
        Assert.Equal(ParseStatus.TruncatedExtensionHeader, PacketParser.Parse(six, FrameStart.Ethernet, out headers));
        Assert.Equal(6, headers.IpVersion);
    }

    [Theory]
    [InlineData(IpProtocol.Udp, 4, ParseStatus.Ok)]
    [InlineData(IpProtocol.Tcp, 4, ParseStatus.Ok)]
    [InlineData(IpProtocol.Dccp, 4, ParseStatus.Ok)]
    [InlineData(IpProtocol.UdpLite, 3, ParseStatus.TruncatedTransport)]
    [InlineData(IpProtocol.Sctp, 11, ParseStatus.TruncatedTransport)]
    [InlineData(IpProtocol.Sctp, 12, ParseStatus.Ok)]
    public void Ports_need_few_bytes(byte protocol, int transportBytes, ParseStatus expected)
    {
        byte[] frame = new PacketBuilder().Ethernet().Ipv4("192.0.2.1", "198.51.100.2", protocol: protocol).Payload(transportBytes).Build();
        Assert.Equal(expected, PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers));
        Assert.Equal(expected == ParseStatus.Ok, headers.HasPorts);
    }

    [Theory]
    [InlineData(0x55, 28, ParseStatus.BadIpv4Header)]
    [InlineData(0x65, 28, ParseStatus.BadIpv4Header)]
    [InlineData(0x44, 28, ParseStatus.BadIpv4Header)]
    [InlineData(0x45, 19, ParseStatus.BadIpv4Length)]
    [InlineData(0x45, 1, ParseStatus.BadIpv4Length)]
    [InlineData(0x4f, 40, ParseStatus.BadIpv4Length)]
    public void A_wrong_ipv4_header_gives_no_address(byte first, ushort totalLength, ParseStatus expected)
    {
        byte[] frame = _four.Udp(1, 2).Build();
        frame[14] = first;
        Ipv4Header.SetTotalLength(frame.AsSpan(14), totalLength);
        Assert.Equal(expected, HeadersAssert.IsSound(frame, FrameStart.Ethernet, out PacketHeaders headers));
        Assert.Equal(0, headers.IpVersion);
    }

    [Fact]
    public void Total_length_0_is_an_offload_and_ends_with_the_frame()
    {
        byte[] frame = _four.Tcp(1, 2).Payload(9).Build();
        Ipv4Header.SetTotalLength(frame.AsSpan(14), 0);
        Assert.Equal(ParseStatus.Ok, PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers));
        Assert.Equal(frame.Length, headers.IpEnd);
    }

    [Fact]
    public void Options_cut_off_by_the_capture_leave_the_addresses()
    {
        byte[] frame = _four.Udp(1, 2).Build();
        frame[14] = 0x4f;
        Ipv4Header.SetTotalLength(frame.AsSpan(14), 1000);
        Assert.Equal(ParseStatus.TruncatedIpv4, HeadersAssert.IsSound(frame, FrameStart.Ethernet, out PacketHeaders headers));
        Assert.Equal(0xc6336402UL, headers.DestinationLow);
        Assert.False(headers.HasPorts);
    }

    [Theory]
    [InlineData("83 07 04 0a000001 00", "loose source route")]
    [InlineData("82 02 f1 35 00 00 de ad", "security option of a wrong length")]
    [InlineData("44 ff 00 00 00 00 00 00", "option past the header")]
    public void Options_change_neither_destination_nor_ports(string options, string description)
    {
        byte[] plain = _four.Udp(1000, 53).Build();
        byte[] frame = [.. plain[..34], .. Convert.FromHexString(options.Replace(" ", "", StringComparison.Ordinal)), .. plain[34..]];
        frame[14] = 0x47;
        Ipv4Header.SetTotalLength(frame.AsSpan(14), 36);
        Assert.Equal(ParseStatus.Ok, PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers));
        Assert.True(headers.DestinationLow == 0xc6336402UL, description);
        Assert.Equal(53, headers.DestinationPort);
    }

    [Theory]
    [InlineData(IpProtocol.Tcp, ParseStatus.Ok)]
    [InlineData(IpProtocol.Udp, ParseStatus.Ok)]
    [InlineData(IpProtocol.Sctp, ParseStatus.TruncatedTransport)]
    [InlineData(IpProtocol.Fragment, ParseStatus.TruncatedExtensionHeader)]
    [InlineData(IpProtocol.HopByHopOptions, ParseStatus.BadExtensionHeader)]
    [InlineData(IpProtocol.NoNextHeader, ParseStatus.Ok)]
    public void Payload_length_0_is_an_offload_for_tcp_and_udp_only(byte nextHeader, ParseStatus expected)
    {
        byte[] frame = new PacketBuilder()
            .Ethernet().Ipv6("2001:db8::1", "2001:db8::2", nextHeader: nextHeader, change: ip => ip with { PayloadLengthBytes = 0 })
            .Payload(24)
            .Build();
        Assert.Equal(expected, HeadersAssert.IsSound(frame, FrameStart.Ethernet, out PacketHeaders headers));
        Assert.Equal(6, headers.IpVersion);
        Assert.Equal(nextHeader, headers.Protocol);
    }

    [Fact]
    public void A_jumbogram_is_as_long_as_its_option_says()
    {
        byte[] jumbo = [0xc2, 4, 0, 1, 0, 0];
        byte[] frame = _six.HopByHop(jumbo).Udp(1, 2).Change<Ipv6Layer>(ip => ip with { PayloadLengthBytes = 0 }).Build();
        Assert.Equal(ParseStatus.Ok, HeadersAssert.IsSound(frame, FrameStart.Ethernet, out PacketHeaders headers));
        Assert.Equal(40 + 65536, headers.IpDeclaredLength);
        Assert.Equal(frame.Length, headers.IpEnd);
        Assert.True(headers.HasPorts);
    }

    [Fact]
    public void Options_that_overrun_their_extension_header_are_not_looked_at()
    {
        byte[] frame = _six.DestinationOptions(new byte[] { 0xca, 0x90, 1, 2, 3, 4 }).Udp(30000, 13000).Build();
        Assert.Equal(ParseStatus.Ok, PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers));
        Assert.Equal(30000, headers.SourcePort);
    }

    [Fact]
    public void An_ipv6_packet_announced_as_ipv4_is_refused()
    {
        byte[] frame = _six.Udp(1, 2).Change<EthernetLayer>(ethernet => ethernet with { EtherType = EtherType.Ipv4 }).Build();
        Assert.Equal(ParseStatus.BadIpv4Header, HeadersAssert.IsSound(frame, FrameStart.Ethernet, out _));
    }

    [Fact]
    public void An_ipv4_packet_announced_as_ipv6_is_refused()
    {
        byte[] frame = _four.Udp(1, 2).Payload(40).Change<EthernetLayer>(ethernet => ethernet with { EtherType = EtherType.Ipv6 }).Build();
        Assert.Equal(ParseStatus.BadIpv6Header, HeadersAssert.IsSound(frame, FrameStart.Ethernet, out _));
    }
}
