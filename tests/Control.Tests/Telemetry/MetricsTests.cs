using System.Text.Json.Nodes;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Telemetry;

namespace NetworkingSfc.Control.Tests.Telemetry;

/// <summary>What is seen of a forwarder in the same process and in another one.</summary>
public sealed class MetricsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Everything_that_moved_is_named_by_configuration(bool isRemote)
    {
        await using SeenServer server = await SeenServer.StartAsync(isRemote);
        ResourceSet set = server.Host.Current;
        PortChain chain = set.PortChains.Single();
        string member = $"{{chain=\"{chain.Id}\",hop=\"1\",member=\"{set.PortPairs.Single().Id}\"}}";
        MetricsParser metrics = await server.MetricsAsync(read => read.Samples.GetValueOrDefault($"sfc_member_packets_total{member}") == SeenServer.Frames
            && read.Of("sfc_port_up").Count() == 3 && read.Samples.GetValueOrDefault("sfc_worker_burst_packets_sum{worker=\"1\"}") + read.Samples.GetValueOrDefault("sfc_worker_burst_packets_sum{worker=\"0\"}") == SeenServer.Frames);

        Assert.Equal(SeenServer.Frames * SeenServer.FrameBytes, metrics.Samples[$"sfc_member_bytes_total{member}"]);
        Assert.Equal(SeenServer.Frames, metrics.Samples[$"sfc_chain_packets_total{{chain=\"{chain.Id}\"}}"]);
        Assert.Equal(SeenServer.Frames * SeenServer.FrameBytes, metrics.Samples[$"sfc_chain_bytes_total{{chain=\"{chain.Id}\"}}"]);
        Assert.Equal(SeenServer.Frames, metrics.Samples[$"sfc_received_packets_total{Port(set, "s")}"]);
        Assert.Equal(SeenServer.Frames, metrics.Samples[$"sfc_sent_packets_total{Port(set, "f")}"]);
        Assert.Equal(0, metrics.Samples[$"sfc_sent_packets_total{Port(set, "plain")}"]);
        Assert.Equal((1, 1, 0), (metrics.Samples[$"sfc_port_up{Port(set, "f")}"], metrics.Samples[$"sfc_port_up{Port(set, "s")}"], metrics.Samples[$"sfc_port_up{Port(set, "lost")}"]));

        // The parser took the escapes back.
        Assert.Equal(1, metrics.Samples[$"sfc_chain_info{{chain=\"{chain.Id}\",name=\"{SeenServer.Name}\"}}"]);
        Assert.Equal(1, metrics.Samples[$"sfc_member_info{{member=\"{set.PortPairs.Single().Id}\",name=\"p\"}}"]);
        Assert.Equal(1, metrics.Samples[$"sfc_hop_info{{chain=\"{chain.Id}\",hop=\"1\",group=\"{set.PortPairGroups.Single().Id}\",name=\"g\"}}"]);
        Assert.Equal(DropReasonCatalog.All.Select(reason => $"sfc_dropped_packets_total{{reason=\"{reason.Name}\"}}"), metrics.Of("sfc_dropped_packets_total").Select(sample => sample.Key));
        Assert.All(metrics.Of("sfc_dropped_packets_total"), reason => Assert.Equal(0, reason.Value));
        Assert.Equal((50, 50, 1), (metrics.Samples["sfc_revision"], metrics.Samples["sfc_generation"], metrics.Samples["sfc_forwarder_up"]));
        Assert.Equal([50, 50], metrics.Of("sfc_worker_generation").Select(sample => sample.Value));
        Assert.True(metrics.Of("sfc_worker_busy_seconds_total").Sum(sample => sample.Value) > 0);
        Assert.True(metrics.Of("sfc_worker_empty_steps_total").All(sample => sample.Value > 0));
        Assert.Equal(1, metrics.Samples["sfc_driver_up{driver=\"forwarder\"}"]);
        Assert.Equal(2, metrics.Of("sfc_process_start_time_seconds").Count());
        Assert.True(metrics.Samples["sfc_api_requests_total{code=\"200\"}"] >= 1);
        Assert.All(metrics.Types.Keys, family => Assert.StartsWith("sfc_", family, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_status_says_the_same_and_why_a_port_is_not_up(bool isRemote)
    {
        await using SeenServer server = await SeenServer.StartAsync(isRemote);
        await server.MetricsAsync(read => read.Of("sfc_member_packets_total").SingleOrDefault().Value == SeenServer.Frames && read.Of("sfc_port_up").Count() == 3);
        JsonNode status = (await server.Client.ExpectAsync(200, "GET", "/v2.0/sfc/status"))!;
        Assert.Equal(("up", 50, 50), ((string?)status["forwarder"]!["state"], (int)status["revision"]!, (int)status["generation"]!));
        Assert.Equal((SeenServer.Frames, SeenServer.Frames), ((int)status["totals"]!["received"]!, (int)status["totals"]!["sent"]!));
        JsonNode chain = status["chains"]![0]!;
        Assert.Equal((SeenServer.Name, SeenServer.Frames), ((string?)chain["name"], (int)chain["entered"]!["packets"]!));
        Assert.Equal(SeenServer.Frames, (int)chain["hops"]![0]!["members"]![0]!["steered"]!["packets"]!);
        JsonNode[] ports = [.. status["ports"]!.AsArray().Select(port => port!)];
        Assert.Equal(["up", "up", "failed", null], ports.Select(port => (string?)port["condition"]));
        Assert.Contains("none.pcap", (string?)ports[2]["reason"], StringComparison.Ordinal);
        Assert.Equal(0, (int)ports[1]["below"]!["receive_oversize"]!);
        Assert.Null(ports[3]["below"]);
        Assert.Equal(2, status["workers"]!.AsArray().Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Numbers_given_and_the_room_for_them_can_be_watched(bool isRemote)
    {
        await using SeenServer server = await SeenServer.StartAsync(isRemote);
        static double[] Of(MetricsParser metrics, string family) => [.. metrics.Of(family).Select(sample => sample.Value)];
        MetricsParser metrics = await server.MetricsAsync();
        Assert.Equal([4, 1, 1], Of(metrics, "sfc_numbers_given"));

        // Who is gone keeps it.
        Guid plain = server.Host.Current.Ports.Single(port => port.Name == "plain").Id;
        await server.Client.ExpectAsync(204, "DELETE", $"/v2.0/ports/{plain}");
        await server.Client.ExpectAsync(201, "POST", "/v2.0/ports", $$$"""{"port": {"network_id": "{{{server.Host.Current.Networks.Single().Id}}}"}}""");
        metrics = await server.MetricsAsync();
        Assert.Equal([5, 1, 1], Of(metrics, "sfc_numbers_given"));

        // In one process the counters grow.
        Assert.Equal(isRemote ? [64, 8, 8] : [], Of(metrics, "sfc_numbers_room"));
    }

    [Fact]
    public async Task While_the_forwarder_is_away_that_is_said_and_nothing_is_counted()
    {
        await using SeenServer server = await SeenServer.StartAsync(isRemote: true);
        await server.MetricsAsync(read => read.Of("sfc_member_packets_total").SingleOrDefault().Value == SeenServer.Frames);
        await server.StopForwarderAsync();
        MetricsParser away = await server.MetricsAsync(read => read.Samples["sfc_forwarder_up"] == 0 && read.Samples["sfc_driver_up{driver=\"forwarder\"}"] == 0);
        Assert.DoesNotContain(away.Types.Keys, family => family.EndsWith("_packets_total", StringComparison.Ordinal) || family.StartsWith("sfc_worker", StringComparison.Ordinal));
        Assert.Single(away.Of("sfc_chain_info"));
        JsonNode status = (await server.Client.ExpectAsync(200, "GET", "/v2.0/sfc/status"))!;
        Assert.Equal("away", (string?)status["forwarder"]!["state"]);
        Assert.NotNull(status["forwarder"]!["since"]);
        Assert.Null(status["totals"]);
        Assert.Contains("has been away since", (string?)status["drivers"]![0]!["failure"], StringComparison.Ordinal);

        // What comes back is another process, which reads the capture once more.
        server.StartForwarder();
        MetricsParser back = await server.MetricsAsync(read => read.Of("sfc_member_packets_total").SingleOrDefault().Value == SeenServer.Frames);
        Assert.Equal(1, back.Samples["sfc_forwarder_up"]);
    }

    [Fact]
    public async Task Counters_go_on_over_a_restart_of_the_control_process()
    {
        await using SeenServer server = await SeenServer.StartAsync(isRemote: true);
        MetricsParser before = await server.MetricsAsync(read => read.Of("sfc_member_packets_total").SingleOrDefault().Value == SeenServer.Frames);
        await server.StopControlAsync();
        await server.StartControlAsync();
        MetricsParser after = await server.MetricsAsync(read => read.Of("sfc_member_packets_total").Any());
        foreach (string family in before.Types.Where(type => type.Value == "counter" && !type.Key.StartsWith("sfc_api", StringComparison.Ordinal)).Select(type => type.Key))
        {
            Assert.Equal(before.Of(family).Select(sample => sample.Key), after.Of(family).Select(sample => sample.Key));
            Assert.All(before.Of(family), sample => Assert.True(after.Samples[sample.Key] >= sample.Value, sample.Key));
        }

        Assert.Equal(before.Samples["sfc_process_start_time_seconds{role=\"forward\"}"], after.Samples["sfc_process_start_time_seconds{role=\"forward\"}"]);
    }

    private static string Port(ResourceSet set, string name) => $"{{port=\"{set.Ports.Single(port => port.Name == name).Id}\"}}";
}
