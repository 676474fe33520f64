using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Parsing;

public sealed class PacketParserTests
{
    private static readonly PacketBuilder _packet = new PacketBuilder().Ipv4("192.0.2.1", "198.51.100.2").Udp(1000, 53).Payload(4);
    private static readonly PacketBuilder _packet6 = new PacketBuilder().Ipv6("2001:db8::1", "2001:db8::2").Udp(1000, 53).Payload(4);

    [Fact]
    public void Every_kind_of_frame_gives_its_five_tuple()
    {
        foreach ((string description, byte[] frame, string tuple) in ComposedFrames.All)
        {
            ParseStatus status = HeadersAssert.IsSound(frame, FrameStart.Ethernet, out PacketHeaders headers);
            Assert.True(tuple == FiveTupleText.Of(in headers), $"{description}: {FiveTupleText.Of(in headers)}");
            Assert.True(status == (tuple == FiveTupleText.None ? ParseStatus.NoIp : ParseStatus.Ok), $"{description}: {status}");
        }
    }

    [Fact]
    public void Offsets_point_at_the_headers()
    {
        byte[] frame = new PacketBuilder().Ethernet().Vlan(5).Vlan(6).Mpls(1).Mpls(2).Append(_packet).Trailer(1, 2, 3).Build();
        Assert.Equal(ParseStatus.Ok, PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers));
        Assert.Equal(EtherType.Mpls, headers.EtherType);
        Assert.Equal(2, headers.VlanCount);
        Assert.Equal(22, headers.LinkHeaderLength);
        Assert.Equal((22, 2), (headers.MplsOffset, headers.MplsDepth));
        Assert.Equal((30, 20, 50), (headers.IpOffset, headers.IpHeaderLength, headers.TransportOffset));
        Assert.Equal((32, 62), (headers.IpDeclaredLength, headers.IpEnd));
        Assert.False(headers.IsLlc);
        Assert.False(headers.IsNsh);
    }

    [Fact]
    public void Extension_headers_count_as_ip_header()
    {
        byte[] frame = new PacketBuilder().Ethernet().Ipv6("2001:db8::1", "2001:db8::2").HopByHop().Fragment(1).Udp(1, 2).Build();
        Assert.Equal(ParseStatus.Ok, PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers));
        Assert.Equal((14, 56, 70), (headers.IpOffset, headers.IpHeaderLength, headers.TransportOffset));
        Assert.Equal(frame.Length, headers.IpEnd);
    }

    [Fact]
    public void Nsh_is_reported_and_its_inner_frame_parses_on_its_own()
    {
        byte[] frame = new PacketBuilder().Ethernet().Vlan(7).Nsh(1, 255).Ethernet().Append(_packet).Build();
        Assert.Equal(ParseStatus.NoIp, PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders outer));
        Assert.True(outer.IsNsh);
        Assert.Equal(18, outer.LinkHeaderLength);
        Assert.True(NshHeader.TryRead(frame.AsSpan(outer.LinkHeaderLength), out NshHeader nsh));
        ReadOnlySpan<byte> inner = frame.AsSpan(outer.LinkHeaderLength + nsh.LengthBytes);
        Assert.Equal(ParseStatus.Ok, PacketParser.Parse(inner, FrameStart.Ethernet, out PacketHeaders headers));
        Assert.Equal(53, headers.DestinationPort);
    }

    [Theory]
    [InlineData("LLC", 0x42, 0x42)]
    [InlineData("IPX", 0xff, 0xff)]
    public void Length_frames_say_so(string description, byte destinationSap, byte sourceSap)
    {
        byte[] frame = new PacketBuilder().Ethernet().Vlan(5).Llc(destinationSap, sourceSap).Payload(20).Build();
        Assert.True(PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers) == ParseStatus.NoIp, description);
        Assert.True(headers.IsLlc, description);
        Assert.Equal(18, headers.LinkHeaderLength);
    }

    [Fact]
    public void Bytes_beyond_the_length_of_an_llc_frame_do_not_count()
    {
        byte[] frame = new PacketBuilder().Ethernet(etherType: 8 + 20 + 2).Snap(0, EtherType.Ipv4).Append(_packet).Build();
        Assert.Equal(ParseStatus.TruncatedTransport, PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers));
        Assert.Equal(14 + 8 + 20 + 2, headers.IpEnd);
        Assert.True(headers.IsLlc);
    }

    [Theory]
    [InlineData(PacketParser.MaxVlanTags, ParseStatus.Ok)]
    [InlineData(PacketParser.MaxVlanTags + 1, ParseStatus.NoIp)]
    public void Tags_are_entered_up_to_the_bound(int count, ParseStatus expected)
    {
        PacketBuilder frame = new PacketBuilder().Ethernet();
        for (int i = 0; i < count; i++)
        {
            frame = frame.Vlan(5);
        }

        Assert.Equal(expected, PacketParser.Parse(frame.Append(_packet).Build(), FrameStart.Ethernet, out PacketHeaders headers));
        Assert.Equal(PacketParser.MaxVlanTags, headers.VlanCount);
    }

    [Fact]
    public void A_very_deep_label_stack_is_walked_and_counted_to_255()
    {
        byte[] frame = [.. new PacketBuilder().Ethernet(etherType: EtherType.Mpls).Build(), .. new byte[4 * 400], 0, 0, 0x11, 1, .. _packet.Build()];
        Assert.Equal(ParseStatus.Ok, PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers));
        Assert.Equal(255, headers.MplsDepth);
        Assert.Equal(14 + (4 * 401), headers.IpOffset);
    }

    [Theory]
    [InlineData(FrameStart.RawIp, 4, ParseStatus.Ok)]
    [InlineData(FrameStart.RawIp, 6, ParseStatus.Ok)]
    [InlineData(FrameStart.Ipv4, 4, ParseStatus.Ok)]
    [InlineData(FrameStart.Ipv4, 6, ParseStatus.BadIpv4Header)]
    [InlineData(FrameStart.Ipv6, 6, ParseStatus.Ok)]
    [InlineData(FrameStart.Ipv6, 4, ParseStatus.TruncatedIpv6)]
    [InlineData(FrameStart.Unsupported, 4, ParseStatus.NoIp)]
    public void Frames_without_link_header_parse_by_what_they_start_with(FrameStart start, int version, ParseStatus expected)
    {
        byte[] bytes = (version == 4 ? _packet : _packet6).Build();
        Assert.Equal(expected, HeadersAssert.IsSound(bytes, start, out PacketHeaders headers));
        Assert.Equal(expected == ParseStatus.Ok ? version : 0, headers.IpVersion);
    }

    [Theory]
    [InlineData("02000000", FrameStart.Loopback, 4)]
    [InlineData("0000001e", FrameStart.Loopback, 6)]
    [InlineData("00000001000602000000000100000800", FrameStart.LinuxCooked, 4)]
    [InlineData("000000010006020000000001000086dd", FrameStart.LinuxCooked, 6)]
    [InlineData("0000000100060200000000010000810000050800", FrameStart.LinuxCooked, 4)]
    [InlineData("00000001000602000000000100000004aaaa030000000800", FrameStart.LinuxCooked, 4)]
    [InlineData("0000000100060200000000010000000302000000000202000000000186dd", FrameStart.LinuxCooked, 6)]
    [InlineData("08000000000000070001000602000000000100ff", FrameStart.LinuxCookedV2, 4)]
    [InlineData("00000338000602000000000100000800", FrameStart.LinuxCooked, 0)]
    [InlineData("00000001000602000000000100000001", FrameStart.LinuxCooked, 0)]
    [InlineData("07000000", FrameStart.Loopback, 0)]
    public void Capture_headers_parse(string header, FrameStart start, int version)
    {
        byte[] frame = [.. Convert.FromHexString(header), .. (version == 6 ? _packet6 : _packet).Build()];
        ParseStatus status = HeadersAssert.IsSound(frame, start, out PacketHeaders headers);
        Assert.Equal(version == 0 ? ParseStatus.NoIp : ParseStatus.Ok, status);
        Assert.Equal(version, headers.IpVersion);
        Assert.Equal(version != 0, headers.HasPorts);
    }

    [Fact]
    public void Parsing_allocates_nothing()
    {
        byte[][] frames = [.. ComposedFrames.All.Select(composed => composed.Frame)];
        int withPorts = 0;
        void ParseAll()
        {
            foreach (byte[] frame in frames)
            {
                PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers);
                withPorts += headers.HasPorts ? 1 : 0;
            }
        }

        ParseAll();
        AllocationAssert.None("every composed frame", ParseAll);
        Assert.True(withPorts > 10);
    }
}
