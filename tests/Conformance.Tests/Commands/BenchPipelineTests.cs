using System.Text.Json.Nodes;
using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Commands;

/// <summary><c>sfc bench pipeline</c>: what it measures and refuses. How fast it is no test says.</summary>
public sealed class BenchPipelineTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("enter", "nsh", 1, 2)]
    [InlineData("transit", "nsh", 1, 1)]
    [InlineData("remove", "mpls", 2, 1)]
    public void Every_stage_is_measured_by_fresh_processes_and_allocates_nothing(string stage, string kind, int workers, int processes)
    {
        (int status, string text, string error) = Run(Chain(kind), "--stage", stage, "--workers", $"{workers}", "--processes", $"{processes}", "--seconds", "0.2", "--copy", "--json");

        Assert.True(status == 0, error);
        JsonNode report = JsonNode.Parse(text)!;
        Assert.Equal((workers, processes), ((int)report["workers"]!, (int)report["processes"]!));
        Assert.InRange((double)report["mpps_worst"]!, double.Epsilon, (double)report["mpps_median"]!);
        Assert.InRange((double)report["mpps_median"]!, double.Epsilon, (double)report["mpps_best"]!);
        Assert.Equal((0, 0), ((int)report["bytes_allocated"]!, (int)report["collections"]!));
        Assert.Equal(stage == "remove", report["flow_table_hit_ratio"] is null);
        Assert.InRange((double?)report["flow_table_hit_ratio"] ?? 1, 0.99, 1);
        double nanoseconds = 1_000 * workers / (double)report["mpps_best"]!;
        Assert.Equal(nanoseconds, (double)report["nanoseconds_per_packet_best"]!, nanoseconds / 100);
        if ((double?)report["tsc_mhz"] is double mhz)
        {
            Assert.Equal(nanoseconds * mhz / 1_000, (double)report["cycles_per_packet_best"]!, nanoseconds * mhz / 10_000);
        }
    }

    [Fact]
    public void People_get_lines_and_not_JSON()
    {
        (int status, string text, string error) = Run(Chain("nsh"), "--processes", "1", "--seconds", "0.1");
        Assert.True(status == 0, error);
        Assert.Equal(["processes", "Mpps", "ns/packet", "cycles", "flow", "allocated"], text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public void A_stage_that_no_frame_gets_to_is_refused()
    {
        (int status, _, string error) = Run(Lab.Usual(), "--stage", "transit", "--processes", "1");
        Assert.Equal(1, status);
        Assert.StartsWith("sfc bench pipeline: No frame gets to the stage transit", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--stage", "exit", "enter, transit and remove")]
    [InlineData("--processes", "0", "from 1 to 1000")]
    [InlineData("--seconds", "-1", "from 0.1 to 3600")]
    [InlineData("--workers", "x", "from 1 to 64")]
    public void What_is_not_possible_is_wrong_usage(string option, string value, string accepted)
    {
        (int status, _, string error) = Run(Lab.Usual(), option, value);
        Assert.Equal(2, status);
        Assert.Contains(accepted, error, StringComparison.Ordinal);
    }

    private static Lab Chain(string kind) => Lab.Usual()
        .Function("a", kind, "02:00:00:00:01:0a").Group("ga", ["a"]).Plays("a", "aware")
        .Function("b", kind, "02:00:00:00:01:0b").Group("gb", ["b"]).Plays("b", "aware")
        .Classifier("web", ("protocol", "tcp"), ("logical_source_port", "src"))
        .Chain("chain", 1, kind, ["ga", "gb"], ["web"]);

    private (int Status, string Text, string Error) Run(Lab lab, params string[] options)
    {
        InputFile.Of("src", ChainFrames.Link().Ipv4("10.0.0.1", "10.0.0.2").Tcp(40000, 80, TcpControl.Ack).Payload(20).Build()).WriteTo(_folder["in.pcap"]);
        return SfcProcess.Run(["bench", "pipeline", "--state", _folder.Write("state.json", lab.Json), "--input", "src=" + _folder["in.pcap"], .. options]);
    }
}
