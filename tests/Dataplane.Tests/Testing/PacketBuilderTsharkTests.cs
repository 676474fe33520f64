using System.Buffers.Binary;
using System.Diagnostics;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Testing;

/// <summary>A third opinion, which knows NSH, MPLS, SCTP, DCCP and UDP-Lite and checks their sums.</summary>
public sealed class PacketBuilderTsharkTests
{
    private const uint EthernetLinkType = 1;

    private static readonly PacketBuilder _start = new PacketBuilder().Ethernet();
    private static readonly PacketBuilder _v4 = _start.Ipv4("10.0.0.1", "10.0.0.2");
    private static readonly PacketBuilder _v6 = _start.Ipv6("2001:db8::1", "2001:db8::2");

    /// <summary>Frames, and how tshark names the layers in them.</summary>
    private static readonly (PacketBuilder Frame, string Protocols)[] _frames =
    [
        (_v4.Tcp(1, 20000).Payload(33), "eth:ip:tcp:data"),
        (_v6.Udp(20001, 20000).Payload(33), "eth:ipv6:udp:data"),
        (_v4.UdpLite(20001, 20000, coverageBytes: 8).Payload(33), "eth:ip:udplite:data"),
        (_v6.UdpLite(20001, 20000).Payload(33), "eth:ipv6:udplite:data"),
        (_v4.Sctp(20001, 20000).Payload(new byte[] { 10, 0, 0, 4 }), "eth:ip:sctp"),
        (_v6.Dccp(20001, 20000).Payload(8), "eth:ipv6:dccp:data"),
        (_v4.Icmp().Payload(8), "eth:ip:icmp:data"),
        (_v6.Icmpv6().Payload(8), "eth:ipv6:icmpv6:data"),
        (_v6.HopByHop().DestinationOptions().Fragment(7).Ah().Tcp(1, 20000),
            "eth:ipv6:ipv6.hopopts:ipv6.dstopts:ipv6.fraghdr:ah:tcp"),
        (_v6.Routing(["2001:db8::9", "2001:db8::2"], segmentsLeft: 1).Udp(20001, 20000).Payload(1),
            "eth:ipv6:ipv6.routing:udp:data"),
        (_start.Vlan(10, tpid: 0x88a8).Vlan(20).Mpls(100).Mpls(200).Ipv4("10.0.0.1", "10.0.0.2").Tcp(1, 20000),
            "eth:ieee8021ad:vlan:mpls:ip:tcp"),
        (_start.Nsh(0x123, 255).Append(_v4).Udp(20001, 20000).Payload(2),
            "eth:nsh:eth:ip:udp:data"),
        (_start.NshMdType2(0x123, 255, new byte[] { 0, 1, 2, 0 }).Ipv6("2001:db8::1", "2001:db8::2").Tcp(1, 20000),
            "eth:nsh:ipv6:tcp"),
        (_start.Snap().Ipv4("10.0.0.1", "10.0.0.2").Udp(20001, 20000).Payload(2), "eth:llc:ip:udp:data"),
        (_start.Arp(1, "02:00:00:00:00:01", "10.0.0.1"), "eth:arp"),
    ];

    private static readonly string[] _checksums =
    [
        "ip.checksum.status", "tcp.checksum.status", "udp.checksum.status",
        "sctp.checksum.status", "dccp.checksum.status", "icmp.checksum.status", "icmpv6.checksum.status",
    ];

    [Fact]
    public void Tshark_reads_every_layer_and_finds_every_checksum_good()
    {
        string[] lines = Tshark([.. _frames.Select(row => row.Frame.Build())]);

        Assert.Equal(_frames.Select(row => row.Protocols), lines.Select(Protocols));
        Assert.All(lines, line => Assert.Matches("^[1,]*$", string.Concat(Statuses(line))));
        Assert.All(lines, line => Assert.DoesNotContain("alformed", line, StringComparison.Ordinal));
    }

    /// <summary>Shows that the sums above were looked at, each kind of them.</summary>
    [Fact]
    public void Tshark_finds_every_checksum_that_is_wrong_on_purpose()
    {
        string[] lines = Tshark(
        [
            _v4.Change<Ipv4Layer>(ip => ip with { HeaderChecksum = 0xbad }).Build(),
            _v4.Tcp(1, 20000, change: tcp => tcp with { Checksum = 0xbad }).Build(),
            _v4.Udp(20001, 20000, checksum: 0xbad).Build(),
            _v4.UdpLite(20001, 20000, checksum: 0xbad).Build(),
            _v4.Sctp(20001, 20000, checksum: 0xbad).Build(),
            _v4.Dccp(20001, 20000, checksum: 0xbad).Build(),
            _v4.Icmp(checksum: 0xbad).Build(),
            _v6.Icmpv6(checksum: 0xbad).Build(),
        ]);

        Assert.All(lines, line => Assert.Single(Statuses(line), "0"));
    }

    /// <summary>"ethertype" is no layer, and where it stands differs between versions of tshark.</summary>
    private static string Protocols(string line) =>
        string.Join(':', line.Split('|')[0].Split(':').Where(name => name != "ethertype"));

    private static string[] Statuses(string line) => line.Split('|')[1..(1 + _checksums.Length)];

    private static string[] Tshark(byte[][] frames)
    {
        const string Program = "/usr/bin/tshark";
        Assert.SkipUnless(File.Exists(Program), "tshark is not installed");

        // 1 is good, 0 is bad, 2 was not checked; fields that a frame does not have are empty.
        ProcessStartInfo start = new(Program, ["-n", "-r", "-", "-T", "fields", "-E", "separator=|", "-e", "frame.protocols"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string field in _checksums.Append("_ws.expert.message"))
        {
            start.ArgumentList.Add("-e");
            start.ArgumentList.Add(field);
        }

        foreach (string preference in new[] { "ip.check_checksum", "tcp.check_checksum", "udp.check_checksum", "udplite.check_checksum" })
        {
            start.ArgumentList.Add("-o");
            start.ArgumentList.Add(preference + ":TRUE");
        }

        start.ArgumentList.Add("-o");
        start.ArgumentList.Add("sctp.checksum:CRC-32C");
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        process.StandardInput.BaseStream.Write(Capture(frames));
        process.StandardInput.Close();
        string[] lines = output.GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.GetAwaiter().GetResult());
        Assert.Equal(frames.Length, lines.Length);
        return lines;
    }

    /// <summary>A classic pcap file, little-endian, microseconds.</summary>
    private static byte[] Capture(byte[][] frames)
    {
        List<byte> file = [];
        void Add(uint value)
        {
            byte[] bytes = new byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
            file.AddRange(bytes);
        }

        foreach (uint word in new uint[] { 0xa1b2c3d4, 0x00040002, 0, 0, 65535, EthernetLinkType })
        {
            Add(word);
        }

        foreach (byte[] frame in frames)
        {
            Add(0);
            Add(0);
            Add((uint)frame.Length);
            Add((uint)frame.Length);
            file.AddRange(frame);
        }

        return [.. file];
    }
}
