using System.Globalization;
using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Conformance.Tests.Commands;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Sfc.Run;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Dissection;

/// <summary>tshark reads in our output what we meant to write.</summary>
public sealed class TsharkTests
{
    private const string A = "02:00:00:00:01:0a";
    private const string B = "02:00:00:00:01:0b";
    private const string C = "02:00:00:00:01:0c";

    private static readonly string[] _fields =
    [
        "frame.interface_name", "frame.packet_flags_direction", "frame.time_epoch", "eth.dst", "nsh.spi", "nsh.si", "nsh.ttl",
        "mpls.label", "mpls.exp", "mpls.bottom", "mpls.ttl", "_ws.malformed",
    ];

    [Fact]
    public void An_nsh_chain_is_read_with_its_path_index_and_ttl_on_the_right_interfaces()
    {
        Tshark.Require();
        Lab lab = Lab.Usual().Function("a", "nsh", A).Function("b", "nsh", B).Function("c", null, C).WebChain(0xabcd, "nsh", "a", "b", "c");
        PacketBuilder frame = ChainFrames.Link().Vlan(5).Ipv4("10.0.0.1", "10.0.0.2").Tcp(1, 80).Payload(9);
        Replayed replayed = Replayed.Run(lab, [new InputFile("src", new InputPacket(1_700_000_000_123_456_789, frame.Build()))]);
        string[][] rows = Tshark.Fields(replayed.OutputBytes!, _fields);

        Assert.Equal(
            [
                "src in 02:00:00:00:00:02",
                $"a out {A},02:00:00:00:00:02 43981 255 63",
                $"a in {A},02:00:00:00:00:02 43981 254 63",
                $"b out {B},02:00:00:00:00:02 43981 254 62",
                $"b in {B},02:00:00:00:00:02 43981 253 62",
                $"c out {C}",
                $"c in {C}",
                $"dst out {C}",
            ],
            rows.Select(row => string.Join(' ', new[] { row[0], Direction(row[1]), row[3], Number(row[4]), row[5], Number(row[6]) }.Where(cell => cell.Length > 0))));
        Assert.All(rows, row => Assert.Equal("1700000000.123456789", row[2]));
        Assert.All(rows, row => Assert.Equal("", row[11]));
    }

    [Fact]
    public void An_mpls_chain_is_read_with_its_labels_and_ttl()
    {
        Tshark.Require();
        Lab lab = Lab.Usual().Function("a", "mpls", A).Function("b", "mpls", B).WebChain(2748, "mpls", "a", "b");
        PacketBuilder frame = ChainFrames.Link().Vlan(5).Ipv4("10.0.0.1", "10.0.0.2").Tcp(1, 80).Payload(9);
        string[][] rows = Tshark.Fields(Replayed.Run(lab, "src", frame).OutputBytes!, _fields);

        Assert.Equal(
            ["src in", $"a out {0xabcff} 0 1 255", $"a in {0xabcfe} 0 1 255", $"b out {0xabcfe} 0 1 254", $"b in {0xabcfd} 0 1 254", "dst out"],
            rows.Select(row => string.Join(' ', new[] { row[0], Direction(row[1]), row[7], row[8], Bit(row[9]), row[10] }.Where(cell => cell.Length > 0))));
        Assert.All(rows, row => Assert.Equal("", row[11]));
    }

    [Fact]
    public void Frames_of_every_transport_are_whole_behind_every_encapsulation()
    {
        Tshark.Require();
        PacketBuilder v4 = ChainFrames.Link().Ipv4("10.0.0.1", "10.0.0.2");
        PacketBuilder v6 = ChainFrames.Link().Ipv6("2001:db8::1", "2001:db8::2");
        PacketBuilder[] frames =
        [
            v4.Tcp(40000, 40001).Payload(9), v4.Udp(40000, 40001).Payload(9), v4.Icmp().Payload(9), v4.Sctp(40000, 40001).Payload(new byte[] { 10, 0, 0, 4 }),
            v6.Tcp(40000, 40001).Payload(9), v6.Udp(40000, 40001).Payload(9), v6.Icmpv6().Payload(9), v6.HopByHop().Udp(40000, 40001).Payload(1),
        ];
        foreach (string correlation in new[] { "nsh", "mpls" })
        {
            Lab lab = Lab.Usual().Function("a", correlation, A).Function("b", null, B).Group("ga", ["a"]).Group("gb", ["b"])
                .Classifier("v4", ("logical_source_port", "src")).Classifier("v6", ("ethertype", "IPv6"), ("logical_source_port", "src"))
                .Chain("all", 9, correlation, ["ga", "gb"], ["v4", "v6"]);
            Replayed replayed = Replayed.Run(lab, "src", frames);
            string[][] rows = Tshark.Fields(replayed.OutputBytes!, "frame.protocols", "_ws.malformed");
            Assert.Equal(6 * frames.Length, rows.Length);
            Assert.All(rows, row => Assert.Equal("", row[1]));
            for (int i = 0; i < frames.Length; i++)
            {
                string inner = WithoutTypes(rows[6 * i][0]);
                string carried = correlation == "nsh" ? "eth:nsh:" + inner : inner.Replace("eth:", "eth:mpls:", StringComparison.Ordinal);
                Assert.Equal([carried, carried, inner, inner, inner], rows[((6 * i) + 1)..((6 * i) + 6)].Select(row => WithoutTypes(row[0])));
            }

            Tshark.AssertGoodChecksums(replayed.OutputBytes!, correlation);
        }
    }

    [Fact]
    public async Task The_output_of_the_quick_start_is_read_as_the_sample_says()
    {
        Tshark.Require();
        using WorkFolder folder = new();
        using StringWriter text = new();
        using StringWriter error = new();
        Assert.Equal(0, await RunCommand.RunAsync(RunTests.Sample, folder["out.pcapng"], "http://127.0.0.1:0", stay: false, text, error));
        string[][] rows = Tshark.Fields(await File.ReadAllBytesAsync(folder["out.pcapng"], TestContext.Current.CancellationToken), _fields);
        Assert.Equal(OutputCapture.Read(folder["out.pcapng"]).Crossings.Count, rows.Length);
        HashSet<string> seen = [];
        foreach (string[] row in rows)
        {
            string port = row[0].TrimEnd('1', '2', '3');
            Assert.True(row[1].Length > 0, "no direction");
            string header = port switch
            {
                "firewall" => $"{Number(row[4])}/{row[5]}/{Number(row[6])}",
                "ids" or "logger" => $"{row[7]}/{row[10]}",
                _ => $"{row[4]}{row[7]}",
            };
            seen.Add($"{port} {Direction(row[1])} {header}");
            Assert.Equal("", row[11]);
        }

        Assert.Equal(
            [
                "cache in ", "cache out ", "firewall in 1/254/63", "firewall out 1/255/63", "gateway out ",
                $"ids in {(2 << 8) | 254}/255", $"ids out {(2 << 8) | 255}/255", $"logger in {(2 << 8) | 253}/254", $"logger out {(2 << 8) | 254}/254", "tenant in ",
            ],
            seen.Order(StringComparer.Ordinal));
    }

    private static string Direction(string flags) => Number(flags) switch { "1" => "in", "2" => "out", _ => flags };

    // tshark writes some numbers in hexadecimal, depending on its version.
    private static string Number(string text) => text.StartsWith("0x", StringComparison.Ordinal)
        ? int.Parse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)
        : text;

    private static string Bit(string text) => text switch { "True" => "1", "False" => "0", _ => text };

    // "ethertype" is no layer, and the same segment seen again is not said to have data.
    private static string WithoutTypes(string protocols) => string.Join(':', protocols.Split(':').Where(name => name is not ("ethertype" or "data")));
}
