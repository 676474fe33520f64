using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Parsing.Fast;

/// <summary>Which frames are read the short way; that it agrees with the full parser is checked wherever that one is fuzzed.</summary>
public sealed class CommonFrameTests
{
    private const string Source4 = "10.0.0.1";
    private const string Destination4 = "10.0.0.2";
    private const string Source6 = "fd00::1";
    private const string Destination6 = "fd00::2";

    public static TheoryData<string, bool> Frames => new()
    {
        { "tcp", true },
        { "udp", true },
        { "tcp6", true },
        { "udp6", true },
        { "vlan", true },
        { "qinq", true },
        { "three tags", false },
        { "options", false },
        { "first fragment", false },
        { "later fragment", false },
        { "icmp", false },
        { "dhcp", true },
        { "dhcp6", true },
        { "hop by hop", false },
        { "cut", false },
        { "no length", false },
        { "label", false },
    };

    [Theory]
    [MemberData(nameof(Frames))]
    public void Short_way_is_for_whole_tcp_and_udp_without_options(string name, bool isCommon)
    {
        byte[] frame = Frame(name);
        ParseStatus status = PacketParser.Parse(frame, FrameStart.Ethernet, out PacketHeaders headers);
        Assert.Equal(isCommon, CommonFrameAssert.Agrees(frame, status, headers));
    }

    [Fact]
    public void No_byte_beyond_the_frame_is_read()
    {
        foreach (string name in Frames.Select(row => row.Data.Item1))
        {
            byte[] frame = Frame(name);
            for (int length = 0; length <= frame.Length; length++)
            {
                using GuardedMemory memory = GuardedMemory.Holding(frame.AsSpan(0, length));
                ParseStatus status = PacketParser.Parse(memory.Span, FrameStart.Ethernet, out PacketHeaders headers);
                CommonFrameAssert.Agrees(memory.Span, status, headers);
            }
        }
    }

    private static byte[] Frame(string name) => (name switch
    {
        "tcp" => Ipv4().Tcp(1, 2),
        "udp" => Ipv4().Udp(1, 2).Payload(30),
        "tcp6" => Ipv6().Tcp(1, 2).Payload(5),
        "udp6" => Ipv6().Udp(1, 2),
        "vlan" => Link().Vlan(5).Ipv4(Source4, Destination4).Udp(1, 2),
        "qinq" => Link().Vlan(5, tpid: 0x88a8).Vlan(6).Ipv6(Source6, Destination6).Tcp(1, 2),
        "three tags" => Link().Vlan(5).Vlan(6).Vlan(7).Ipv4(Source4, Destination4).Udp(1, 2),
        "options" => Ipv4(ip => ip with { Options = new byte[4] }).Tcp(1, 2),
        "first fragment" => Ipv4(ip => ip with { MoreFragments = true }).Udp(1, 2),
        "later fragment" => Ipv4(ip => ip with { FragmentOffsetBytes = 8, Protocol = 17 }).Payload(40),
        "icmp" => Ipv4(ip => ip with { Protocol = 1 }).Payload(40),
        "dhcp" => Ipv4().Udp(68, 67),
        "dhcp6" => Ipv6().Udp(2, 547),
        "hop by hop" => Ipv6().HopByHop().Udp(1, 2),
        "cut" => Ipv4(ip => ip with { TotalLengthBytes = 500 }).Tcp(1, 2),
        "no length" => Ipv4(ip => ip with { TotalLengthBytes = 0 }).Tcp(1, 2),
        _ => Link().Mpls(5, 0, 9).Ipv4(Source4, Destination4).Tcp(1, 2),
    }).Build();

    private static PacketBuilder Link() => new PacketBuilder().Ethernet();

    private static PacketBuilder Ipv4(Func<Ipv4Layer, Ipv4Layer>? change = null) => Link().Ipv4(Source4, Destination4, change: change);

    private static PacketBuilder Ipv6() => Link().Ipv6(Source6, Destination6);
}
