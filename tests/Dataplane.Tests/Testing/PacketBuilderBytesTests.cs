using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Testing;

/// <summary>Headers PacketDotNet does not know, against octets written out by hand from the RFCs.</summary>
public sealed class PacketBuilderBytesTests
{
    private static readonly PacketBuilder _nothing = new();

    public static TheoryData<string, PacketBuilder, string> Literals => new()
    {
        { "NSH MD type 1 over Ethernet", _nothing.Nsh(0x123456, 0xff).Ethernet(),
          "0fc60103 123456ff 00000000 00000000 00000000 00000000 020000000002 020000000001 88b5" },
        { "NSH contexts in order", _nothing.Nsh(1, 254, ttl: 1, contexts: [0x01020304, 5, 6, 0xfffffffe]).Ipv4("1.2.3.4", "5.6.7.8"),
          "00460101 000001fe 01020304 00000005 00000006 fffffffe 45000014 00000000 40fd69da 01020304 05060708" },
        { "NSH MD type 2 without metadata", _nothing.NshMdType2(0xffffff, 0).Payload(new byte[] { 0xaa }),
          "0fc202fe ffffff00 aa" },
        { "NSH MD type 2 with metadata", _nothing.NshMdType2(7, 8, new byte[] { 1, 2, 3, 4 }, ttl: 0).Mpls(16),
          "00030205 00000708 01020304 00010140" },
        { "NSH wrong on purpose", _nothing.Nsh(1, 1, change: nsh => nsh with
          {
              Version = 3, Oam = true, Unassigned = 0x1f, LengthWords = 0x3f, MdType = 0xf, NextProtocol = 0x7f, Metadata = new byte[] { 9 },
          }),
          "ffffff7f 00000101 09" },
        { "NSH announced by Ethernet", _nothing.Ethernet().NshMdType2(0, 0).Nsh(0, 0),
          "020000000002 020000000001 894f 0fc20204 00000000 0fc601fe 00000000 00000000 00000000 00000000 00000000" },
        { "MPLS stack: bottom bit on the last only", _nothing.Ethernet().Mpls(0xfffff, 7, 255).Mpls(3, 0, 1).Ipv4("1.2.3.4", "5.6.7.8"),
          "020000000002 020000000001 8847 fffffeff 00003101 45000014 00000000 40fd69da 01020304 05060708" },
        { "MPLS bottom bit wrong on purpose", _nothing.Mpls(1, bottomOfStack: false).Payload(1), "00001040 00" },
        { "LLC: length instead of type", _nothing.Ethernet().Llc().Payload(4), "020000000002 020000000001 0007 424203 00010203" },
        { "SNAP behind a tag: length in the tag", _nothing.Ethernet().Vlan(0xfff, 7, dropEligible: true).Snap().Ipv4("1.2.3.4", "5.6.7.8"),
          "020000000002 020000000001 8100 ffff 001c aaaa03 000000 0800 45000014 00000000 40fd69da 01020304 05060708" },
        { "AH counts words less two", _nothing.Ah(0x11223344, 2).Udp(1, 2, checksum: 0),
          "11040000 11223344 00000002 000000000000000000000000 0001 0002 0008 0000" },
        { "segment routing header", _nothing.Routing(["2001:db8::1", "2001:db8::2"], segmentsLeft: 1).Payload(0),
          "fd040401 01000000 20010db8000000000000000000000001 20010db8000000000000000000000002" },
        { "IPv6 fragment", _nothing.Fragment(0xcafef00d, offsetBytes: 1448, more: true, nextHeader: 6), "060005a9 cafef00d" },
        { "hop-by-hop padded with Pad1", _nothing.HopByHop(new byte[] { 5, 2, 0, 0, 1, 0, 0 }), "fd01 05020000010000 00000000000000" },
        { "every extension header announces the next", _nothing.Ipv6("2001:db8::1", "2001:db8::2", hopLimit: 7)
              .HopByHop().DestinationOptions().Routing(["2001:db8::5"], type: 0).Fragment(7).Ah().Udp(1, 2, checksum: 0),
          "60000000 0050 00 07 20010db8000000000000000000000001 20010db8000000000000000000000002 "
          + "3c00000000000000 2b00000000000000 2c020000 00000000 20010db8000000000000000000000005 "
          + "33000000 00000007 11040000 00000001 00000001 000000000000000000000000 0001 0002 0008 0000" },
        { "SCTP: CRC32c lowest octet first", _nothing.Sctp(1, 2, 3, checksum: 0x11223344).Payload(1), "0001 0002 00000003 44332211 00" },
        { "DCCP-Data with the long sequence", _nothing.Dccp(1, 2, sequence: 0x010203040506, checksum: 0xbeef),
          "0001 0002 04 00 beef 05 00 010203040506" },
        { "UDP-Lite has its coverage where UDP has its length", _nothing.UdpLite(1, 2, 8).Payload(2), "0001 0002 0008 fff4 0001" },
        { "UDP: a sum of zero is sent as ones", _nothing.Udp(0xfff7, 0), "fff7 0000 0008 ffff" },
        { "trailer is counted by nobody", _nothing.Ipv4("1.2.3.4", "5.6.7.8").Trailer(1, 2), "45000014 00000000 40fd69da 01020304 05060708 0102" },
    };

    [Theory]
    [MemberData(nameof(Literals))]
    public void Frame_is_exactly(string description, PacketBuilder frame, string hex)
    {
        byte[] expected = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        PacketAssert.Equal(expected, frame.Build(), description);
    }

    [Fact]
    public void Crc32c_has_its_published_check_value() =>
        Assert.Equal(0xe3069283u, Checksum.Crc32c("123456789"u8));

    [Fact]
    public void Internet_checksum_of_the_example_of_rfc_1071() =>
        Assert.Equal(unchecked((ushort)~0xddf2), Checksum.Internet([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]));

    [Fact]
    public void Continuing_a_builder_leaves_the_beginning_alone()
    {
        PacketBuilder start = _nothing.Ethernet().Ipv4("10.0.0.1", "10.0.0.2");
        byte[] before = start.Udp(1, 2).Build();
        start.Tcp(1, 2).Payload(50).Build();
        start.Change<Ipv4Layer>(ip => ip with { TimeToLive = 1 }).Build();

        PacketAssert.Equal(before, start.Udp(1, 2).Build(), "the common beginning");
    }

    [Fact]
    public void Change_and_without_reach_the_occurrence_they_name()
    {
        PacketBuilder frame = _nothing.Ethernet().Vlan(1).Vlan(2).Ipv4("10.0.0.1", "10.0.0.2");

        PacketAssert.Equal(
            _nothing.Ethernet().Vlan(1).Vlan(9).Ipv4("10.0.0.1", "10.0.0.2").Build(),
            frame.Change<VlanLayer>(tag => tag with { Id = 9 }, occurrence: 1).Build(),
            "second tag changed");
        PacketAssert.Equal(
            _nothing.Ethernet().Vlan(2).Ipv4("10.0.0.1", "10.0.0.2").Build(), frame.Without<VlanLayer>().Build(), "first tag gone");
        Assert.Throws<InvalidOperationException>(() => frame.Without<VlanLayer>(occurrence: 2));
    }

    [Fact]
    public void Append_carries_one_frame_in_another()
    {
        PacketBuilder inner = _nothing.Ethernet().Ipv4("10.0.0.1", "10.0.0.2").Udp(1, 2).Payload(5);

        byte[] frame = _nothing.Ethernet("02:00:00:00:00:09").NshMdType2(1, 255).Append(inner).Build();

        PacketAssert.Equal(inner.Build(), frame.AsSpan(14 + 8), "inner frame");
        Assert.Equal(3, frame[14 + 3]);
    }

    [Fact]
    public void With_segments_left_the_checksum_covers_the_last_stop()
    {
        PacketBuilder direct = _nothing.Ipv6("2001:db8::1", "2001:db8::9").Udp(1, 2);
        PacketBuilder routed = _nothing.Ipv6("2001:db8::1", "2001:db8::5").Routing(["2001:db8::9", "2001:db8::5"], segmentsLeft: 1).Udp(1, 2);

        Assert.Equal(direct.Build()[^2..], routed.Build()[^2..]);
        Assert.NotEqual(direct.Build()[^2..], routed.Change<Ipv6RoutingLayer>(route => route with { SegmentsLeft = 0 }).Build()[^2..]);
    }

    [Theory]
    [InlineData("02:00:00:00:00", "1.1.1.1")]
    [InlineData("02:00:00:00:00:00", "2001:db8::1")]
    public void Wrong_text_addresses_are_refused(string mac, string ip) =>
        Assert.ThrowsAny<FormatException>(() => _nothing.Ethernet(mac).Ipv4(ip, "1.1.1.1").Build());
}
