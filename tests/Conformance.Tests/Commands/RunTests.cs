using System.Diagnostics;
using System.Text.Json;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Sfc.Run;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Commands;

/// <summary><c>sfc run</c>, the quick start, from sample to output.</summary>
public sealed class RunTests
{
    private const string AnyPort = "http://127.0.0.1:0";
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    /// <summary>The capture that tools/run replays.</summary>
    public static string Sample => Path.Combine(Repository.Data, "office-mixed.pcap");

    [Fact]
    public async Task The_quick_start_installs_both_chains_prints_their_tables_and_writes_the_output()
    {
        using WorkFolder folder = new();
        using StringWriter text = new();
        using StringWriter error = new();
        int status = await RunCommand.RunAsync(Sample, folder["out.pcapng"], AnyPort, stay: false, text, error);

        Assert.True(status == 0, error.ToString());
        Assert.Equal("", error.ToString());
        string printed = text.ToString();
        Assert.Contains("POST /v2.0/sfc/port_chains web -> 201", printed, StringComparison.Ordinal);
        Assert.Contains("chain web: ", printed, StringComparison.Ordinal);
        Assert.Contains("chain datagrams: ", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("chain web: 0 ", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("chain datagrams: 0 ", printed, StringComparison.Ordinal);
        Assert.Contains("nothing was dropped", printed, StringComparison.Ordinal);
        Assert.Contains(folder["out.pcapng"], printed, StringComparison.Ordinal);
        Assert.Equal(["out.pcapng"], folder.Files);

        OutputCapture output = OutputCapture.Read(folder["out.pcapng"]);
        Assert.Equal("tenant", output.Interfaces[0]);
        Assert.Equal(11, output.Interfaces.Count);

        // Every packet that came in went out at the gateway.
        Assert.Equal(
            output.Crossings.Count(crossing => crossing is { Port: "tenant", IsInbound: true }),
            output.Crossings.Count(crossing => crossing is { Port: "gateway", IsInbound: false }));
    }

    [Fact]
    public async Task A_capture_that_is_not_there_ends_it_with_status_1_and_a_sentence()
    {
        using WorkFolder folder = new();
        using StringWriter text = new();
        using StringWriter error = new();
        Assert.Equal(1, await RunCommand.RunAsync(folder["nothing.pcap"], folder["out.pcapng"], AnyPort, stay: false, text, error));
        Assert.Contains(folder["nothing.pcap"], error.ToString(), StringComparison.Ordinal);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public async Task Staying_it_serves_the_api_until_it_is_told_to_stop()
    {
        using WorkFolder folder = new();
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(_limit);
        using Process process = SfcProcess.Start(["run", "--capture", Sample, "--output", folder["out.pcapng"], "--stay"]);
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
            Uri? address = null;
            while (address is null && await process.StandardOutput.ReadLineAsync(limit.Token) is string line)
            {
                address = line.StartsWith("Serving on ", StringComparison.Ordinal) ? new Uri(line.Split(' ')[2]) : null;
            }

            Assert.NotNull(address);
            Assert.True(address.IsLoopback);
            using (HttpClient client = new() { BaseAddress = address })
            {
                using JsonDocument chains = JsonDocument.Parse(await client.GetStringAsync(new Uri("/v2.0/sfc/port_chains", UriKind.Relative), limit.Token));
                Assert.Equal(["web", "datagrams"], chains.RootElement.GetProperty("port_chains").EnumerateArray().Select(chain => chain.GetProperty("name").GetString()));
            }

            Assert.False(process.HasExited);
            using (Process kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            {
                await kill.WaitForExitAsync(limit.Token);
            }

            await process.WaitForExitAsync(limit.Token);
            Assert.Equal("", await errors);
            Assert.Equal(0, process.ExitCode);
            Assert.True(OutputCapture.Read(folder["out.pcapng"]).Crossings.Count > 0);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
