using System.Net;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using PacketDotNet;
using PacketDotNet.Utils;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Testing;

/// <summary>What PacketDotNet reads in the frames of <see cref="PacketBuilder"/>.</summary>
public sealed class PacketBuilderSecondOpinionTests
{
    private static readonly PacketBuilder _ipv4 = new PacketBuilder().Ethernet().Ipv4("10.0.0.1", "192.0.2.77", ttl: 9);
    private static readonly PacketBuilder _ipv6 = new PacketBuilder().Ethernet().Ipv6("2001:db8::1", "2001:db8::77", hopLimit: 9);

    [Fact]
    public void Ethernet_addresses_and_type_are_read_back()
    {
        EthernetPacket packet = Parse(new PacketBuilder().Ethernet("02:00:00:00:0a:02", "02:00:00:00:0a:01").Ipv4("10.0.0.1", "10.0.0.2"));

        Assert.Equal("020000000A02", packet.DestinationHardwareAddress.ToString());
        Assert.Equal("020000000A01", packet.SourceHardwareAddress.ToString());
        Assert.Equal(EthernetType.IPv4, packet.Type);
    }

    [Fact]
    public void Two_vlan_tags_are_read_back_in_order()
    {
        EthernetPacket packet = Parse(new PacketBuilder().Ethernet()
            .Vlan(100, priority: 5, tpid: 0x88a8).Vlan(200, priority: 1).Ipv4("10.0.0.1", "10.0.0.2").Udp(1, 2));

        Ieee8021QPacket outer = packet.Extract<Ieee8021QPacket>();
        Ieee8021QPacket inner = Assert.IsType<Ieee8021QPacket>(outer.PayloadPacket);
        Assert.Equal((100, 5), (outer.VlanIdentifier, (int)outer.PriorityControlPoint));
        Assert.Equal((200, 1), (inner.VlanIdentifier, (int)inner.PriorityControlPoint));
        Assert.Equal(EthernetType.IPv4, inner.Type);
        Assert.Equal(2, packet.Extract<UdpPacket>().DestinationPort);
    }

    [Fact]
    public void Ipv4_header_is_read_back_with_a_valid_checksum()
    {
        IPv4Packet ip = Parse(new PacketBuilder().Ethernet().Ipv4("10.0.0.1", "192.0.2.77", ttl: 9, change: header => header with
        {
            TypeOfService = 0xb8,
            Identification = 0x1234,
            DontFragment = true,
            Options = new byte[] { 0x94, 0x04, 0, 0, 1 },
        }).Udp(5, 6).Payload(11)).Extract<IPv4Packet>();

        Assert.Equal(IPAddress.Parse("10.0.0.1"), ip.SourceAddress);
        Assert.Equal(IPAddress.Parse("192.0.2.77"), ip.DestinationAddress);
        Assert.Equal(9, ip.TimeToLive);
        Assert.Equal(0xb8, ip.TypeOfService);
        Assert.Equal(0x1234, ip.Id);
        Assert.Equal(7, ip.HeaderLength);
        Assert.Equal(28 + 8 + 11, ip.TotalLength);
        Assert.Equal(2, ip.FragmentFlags);
        Assert.Equal(ProtocolType.Udp, ip.Protocol);
        Assert.True(ip.ValidChecksum);
    }

    [Fact]
    public void A_later_fragment_says_where_it_belongs()
    {
        IPv4Packet ip = Parse(new PacketBuilder().Ethernet().Ipv4("10.0.0.1", "10.0.0.2", protocol: 17, change: header => header with
        {
            FragmentOffsetBytes = 1480,
            MoreFragments = true,
        }).Payload(64)).Extract<IPv4Packet>();

        Assert.Equal(1480 / 8, ip.FragmentOffset);
        Assert.Equal(1, ip.FragmentFlags);
        Assert.True(ip.ValidChecksum);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1400)]
    public void Tcp_over_both_families_has_a_valid_checksum(int payload)
    {
        foreach (PacketBuilder ip in new[] { _ipv4, _ipv6 })
        {
            TcpPacket tcp = Parse(ip.Tcp(40000, 443, TcpControl.Psh | TcpControl.Ack, sequence: 0xdeadbeef, change: header => header with
            {
                Acknowledgement = 77,
                Options = new byte[] { 2, 4, 5, 0xb4, 1 },
            }).Payload(payload)).Extract<TcpPacket>();

            Assert.Equal((40000, 443), (tcp.SourcePort, tcp.DestinationPort));
            Assert.Equal(0xdeadbeef, tcp.SequenceNumber);
            Assert.Equal(77u, tcp.AcknowledgmentNumber);
            Assert.Equal(7, tcp.DataOffset);
            Assert.True(tcp.Push && tcp.Acknowledgment && !tcp.Synchronize);
            Assert.Equal(payload, tcp.PayloadData.Length);
            Assert.True(tcp.ValidTcpChecksum);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(999)]
    public void Udp_over_both_families_has_a_valid_checksum(int payload)
    {
        foreach (PacketBuilder ip in new[] { _ipv4, _ipv6 })
        {
            UdpPacket udp = Parse(ip.Udp(53, 5353).Payload(payload)).Extract<UdpPacket>();

            Assert.Equal((53, 5353, payload + 8), (udp.SourcePort, udp.DestinationPort, udp.Length));
            Assert.True(udp.ValidUdpChecksum);
        }
    }

    [Fact]
    public void Ipv6_header_is_read_back()
    {
        IPv6Packet ip = Parse(_ipv6.Change<Ipv6Layer>(header => header with { TrafficClass = 0xb8, FlowLabel = 0xabcde })
            .Udp(1, 2).Payload(3)).Extract<IPv6Packet>();

        Assert.Equal(IPAddress.Parse("2001:db8::1"), ip.SourceAddress);
        Assert.Equal(IPAddress.Parse("2001:db8::77"), ip.DestinationAddress);
        Assert.Equal((9, 0xb8, 0xabcde, 11), (ip.HopLimit, ip.TrafficClass, ip.FlowLabel, ip.PayloadLength));
        Assert.Equal(ProtocolType.Udp, ip.Protocol);
    }

    public static TheoryData<string, PacketBuilder> ExtensionHeaders => new()
    {
        { "hop by hop, 16 octets", _ipv6.HopByHop(new byte[] { 1, 4, 0, 0, 0, 0, 1, 0 }) },
        { "destination options, 8 octets", _ipv6.DestinationOptions() },
        { "routing, 24 octets", _ipv6.Routing(["2001:db8::5"]) },
        { "first fragment, 8 octets", _ipv6.Fragment(7, more: true) },
    };

    /// <summary>
    /// One header at a time: behind a second one PacketDotNet 1.4.8 reads its fields from the first again.
    /// Runs of headers are compared by octets in <see cref="PacketBuilderBytesTests"/>.
    /// </summary>
    [Theory]
    [MemberData(nameof(ExtensionHeaders))]
    public void The_transport_is_found_behind_an_extension_header(string description, PacketBuilder start)
    {
        EthernetPacket packet = Parse(start.Tcp(1000, 2000).Payload(20));

        TcpPacket tcp = packet.Extract<TcpPacket>();
        Assert.True(tcp is not null, description);
        Assert.Equal((1000, 2000, 20), (tcp.SourcePort, tcp.DestinationPort, tcp.PayloadData.Length));
        Assert.Single(packet.Extract<IPv6Packet>().ExtensionHeaders);
    }

    [Fact]
    public void Icmp_of_both_families_and_arp_are_read_back()
    {
        IcmpV4Packet echo = Parse(_ipv4.Icmp(rest: 0x0001_0002).Payload(9)).Extract<IcmpV4Packet>();
        Assert.Equal(IcmpV4TypeCode.EchoRequest, echo.TypeCode);
        Assert.Equal((1, 2), (echo.Id, echo.Sequence));
        Assert.Equal(0xffff, ChecksumUtils.OnesSum(echo.Bytes));

        IcmpV6Packet echo6 = Parse(_ipv6.Icmpv6(rest: 5).Payload(9)).Extract<IcmpV6Packet>();
        Assert.Equal(IcmpV6Type.EchoRequest, echo6.Type);
        Assert.True(echo6.ValidIcmpChecksum);

        ArpPacket arp = Parse(new PacketBuilder().Ethernet()
            .Arp(1, "02:00:00:00:00:01", "10.0.0.1", targetIp: "10.0.0.9")).Extract<ArpPacket>();
        Assert.Equal(ArpOperation.Request, arp.Operation);
        Assert.Equal(IPAddress.Parse("10.0.0.1"), arp.SenderProtocolAddress);
        Assert.Equal(IPAddress.Parse("10.0.0.9"), arp.TargetProtocolAddress);
        Assert.Equal("020000000001", arp.SenderHardwareAddress.ToString());
    }

    private static EthernetPacket Parse(PacketBuilder frame) =>
        Assert.IsType<EthernetPacket>(Packet.ParsePacket(LinkLayers.Ethernet, frame.Build()));
}
