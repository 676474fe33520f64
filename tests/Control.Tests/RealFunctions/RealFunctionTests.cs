using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace NetworkingSfc.Control.Tests.RealFunctions;

/// <summary>Programs that people run, through a chain of functions that people run.</summary>
public sealed class RealFunctionTests : IClassFixture<FunctionLab>
{
    private const int HttpPort = 8_000;

    private readonly FunctionLab _lab;

    public RealFunctionTests(FunctionLab lab)
    {
        Assert.SkipWhen(FunctionLab.Unavailable is not null, FunctionLab.Unavailable ?? "");
        _lab = lab;
    }

    [Fact]
    public void Each_ping_passes_every_function_both_ways_and_all_count_the_same()
    {
        const int Pings = 50;
        long[] before = _lab.SteeredAtRest();
        (long forth, long back) = (_lab.FirewallCount("forth"), _lab.FirewallCount("back"));
        string said = _lab.Client.Read("ping", "-c", $"{Pings}", "-i", "0.01", "-s", "1400", FunctionLab.ServerAddress);
        Assert.Contains($" {Pings} received, 0% packet loss", said, StringComparison.Ordinal);
        Assert.Equal((Pings, Pings), (_lab.FirewallCount("forth") - forth, _lab.FirewallCount("back") - back));

        // Firewall, tap, bridge and NAT on the way there; tap, bridge and firewall on the way back, which begins behind the NAT.
        Assert.Equal(7 * Pings, Since(before).Sum());
        Assert.All(Since(before), steered => Assert.True(steered is Pings or 2 * Pings, $"{steered}"));
    }

    [Fact]
    public void The_port_that_the_firewall_blocks_is_blocked_there_and_nowhere_else()
    {
        const int Datagrams = 50;
        long[] before = _lab.SteeredAtRest();
        long blocked = _lab.FirewallCount("blocked");
        bool hasArrived = _lab.Server.Run(() =>
        {
            using Socket receiver = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            receiver.Bind(new IPEndPoint(IPAddress.Any, FunctionLab.BlockedPort));
            _ = _lab.Client.Run(() =>
            {
                using Socket sender = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                IPEndPoint server = new(IPAddress.Parse(FunctionLab.ServerAddress), FunctionLab.BlockedPort);
                return Enumerable.Range(0, Datagrams).Sum(_ => sender.SendTo(new byte[100], server));
            });
            Assert.True(SpinWait.SpinUntil(() => _lab.FirewallCount("blocked") - blocked == Datagrams, TimeSpan.FromSeconds(10)), $"{_lab.FirewallCount("blocked") - blocked} were blocked.");
            return receiver.Poll(TimeSpan.FromMilliseconds(200), SelectMode.SelectRead);
        });
        Assert.False(hasArrived);
        Assert.Equal([Datagrams], Since(before));
    }

    [Fact]
    public async Task A_file_arrives_as_it_was_through_the_nat_and_the_tap_sees_right_checksums()
    {
        byte[] content = RandomNumberGenerator.GetBytes(8 << 20);
        await System.IO.File.WriteAllBytesAsync(_lab.File("content"), content, TestContext.Current.CancellationToken);
        (string capture, string copy) = (_lab.File("tap.pcap"), _lab.File("copy"));
        (long server, long client) = (FunctionLab.ChecksumErrors(_lab.Server), FunctionLab.ChecksumErrors(_lab.Client));
        long flows = _lab.NatCount();
        using Process tap = await FunctionLab.StartAsync(_lab.Watcher, "listening on", "tcpdump", "-i", _lab.WatchedInterface, "-B", "65536", "-U", "-Z", "root", "-w", capture);
        long[] before = _lab.Steered();
        using Process web = await FunctionLab.StartAsync(_lab.Server, "Serving", "python3", "-u", "-m", "http.server", $"{HttpPort}", "--directory", Path.GetDirectoryName(copy)!);
        _lab.Client.Read("curl", "--silent", "--fail", "--max-time", "30", "--output", copy, $"http://{FunctionLab.ServerAddress}:{HttpPort}/content");
        Assert.Equal(SHA256.HashData(content), SHA256.HashData(await System.IO.File.ReadAllBytesAsync(copy, TestContext.Current.CancellationToken)));
        Assert.Equal(1, _lab.NatCount() - flows);
        await EndAsync(web);
        await Task.Delay(200, TestContext.Current.CancellationToken);
        long[] steered = Since(before);
        await EndAsync(tap);

        string[] seen = _lab.Watcher.Read("tcpdump", "-nn", "-vvv", "-r", capture, "tcp").Split('\n');
        int right = seen.Count(line => line.Contains("(correct)", StringComparison.Ordinal));
        Assert.DoesNotContain(seen, line => line.Contains("incorrect", StringComparison.Ordinal));
        Assert.True(right > content.Length / 1_460, $"The tap saw {right} segments.");

        // What reached the watcher's interface is counted by us; tcpdump itself may lose some of it on a busy machine.
        Assert.Contains(steered, frames => right <= frames);
        Assert.Equal((server, client), (FunctionLab.ChecksumErrors(_lab.Server), FunctionLab.ChecksumErrors(_lab.Client)));
    }

    [Theory]
    [InlineData("towards the server")]
    [InlineData("towards the client", "-R")]
    public async Task Tcp_with_offloads_on_flows_without_a_wrong_checksum(string direction, params string[] options)
    {
        (long server, long client) = (FunctionLab.ChecksumErrors(_lab.Server), FunctionLab.ChecksumErrors(_lab.Client));
        using Process listening = await FunctionLab.StartAsync(_lab.Server, "listening on", "iperf3", "-s", "-1", "--forceflush");
        JsonNode end = JsonNode.Parse(_lab.Client.Read("iperf3", ["-c", FunctionLab.ServerAddress, "-t", "2", "-J", .. options]))!["end"]!;
        (double rate, long bytes) = ((double)end["sum_received"]!["bits_per_second"]!, (long)end["sum_received"]!["bytes"]!);
        await listening.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        TestContext.Current.SendDiagnosticMessage("{0}: {1:F0} Mbit/s, {2} retransmitted; dropped {3}", direction, rate / 1e6, end["sum_sent"]!["retransmits"], string.Join(' ', _lab.Dropped()));
        Assert.True(bytes > 1 << 20, $"{bytes} bytes were received.");
        Assert.Equal((server, client), (FunctionLab.ChecksumErrors(_lab.Server), FunctionLab.ChecksumErrors(_lab.Client)));
    }

    private static async Task EndAsync(Process process)
    {
        using Process kill = Process.Start("/bin/sh", ["-c", $"kill -INT {process.Id}"]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    // What was steered to each member that got anything.
    private long[] Since(long[] before) => [.. _lab.Steered().Select((frames, row) => frames - (row < before.Length ? before[row] : 0)).Where(frames => frames > 0)];
}
