using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Sfc.Replay;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Determinism;

/// <summary>Same input, same bytes out: for any number of workers and any width of vectors.</summary>
public sealed class DeterminismTests
{
    private const int Drawn = 60;
    private const int Seed = 20_26;

    private static readonly int[] _workers = [2, 3, 8];

    [Fact]
    public void Shared_captures_give_the_same_output_and_counts_for_any_number_of_workers()
    {
        Require();
        using WorkFolder folder = new();
        string state = folder.Write("state.json", MixedChains.Lab().Json);
        foreach (string name in SharedCaptures.Draw(Drawn, Seed))
        {
            // At "dst" too, so that the way back of the symmetric chain is used and inputs are merged.
            string[] inputs = ["src=" + SharedCaptures.PathOf(name), "dst=" + SharedCaptures.PathOf(name)];
            (byte[] bytes, string json) = Replay(state, inputs, folder["one.pcapng"], workers: 1);
            foreach (int workers in _workers)
            {
                (byte[] otherBytes, string otherJson) = Replay(state, inputs, folder["other.pcapng"], workers);
                Assert.True(bytes.AsSpan().SequenceEqual(otherBytes), $"{name}: other bytes with {workers} workers");
                Assert.Equal(json, otherJson);
            }
        }
    }

    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public void Shared_captures_give_the_same_output_and_counts_for_any_width_of_vectors(string knob)
    {
        // All of the draw merged into one replay: a process costs more than a capture.
        Require();
        using WorkFolder folder = new();
        string state = folder.Write("state.json", MixedChains.Lab().Json);
        string[] inputs = [.. SharedCaptures.Draw(Drawn, Seed).Select((name, index) => (index % 4 == 3 ? "dst=" : "src=") + SharedCaptures.PathOf(name))];
        (byte[] bytes, string json) = Replay(state, inputs, folder["here.pcapng"], workers: 1);
        (int status, string text, string error) = SfcProcess.Run(
            ["replay", "--state", state, "--output", folder["there.pcapng"], "--json", "--workers", "2", .. inputs.SelectMany(input => new[] { "--input", input })],
            environment: (knob, "0"));
        Assert.True(status == 0, error);
        Assert.Equal(json, text);
        Assert.True(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(folder["there.pcapng"])), $"other bytes with {knob}=0");
    }

    [Fact]
    public void Every_shared_ethernet_capture_is_replayed_or_refused_with_a_reason()
    {
        Require();
        using WorkFolder folder = new();
        string state = folder.Write("state.json", MixedChains.Lab().Json);
        string output = folder["out.pcapng"];
        int replayed = 0;
        foreach ((string name, bool isWhole, _) in SharedCaptures.All)
        {
            using StringWriter text = new();
            using StringWriter error = new();
            int status = ReplayCommand.Run(state, ["src=" + SharedCaptures.PathOf(name)], output, json: true, workers: 1, text, error);
            if (status == 0)
            {
                ReplayCounts counts = new(text.ToString());
                Assert.True(counts.SumLawDifference == 0, $"{name}: {text}");
                Assert.True(File.Exists(output), name);
                File.Delete(output);
                replayed++;
            }
            else
            {
                Assert.Equal(1, status);
                Assert.False(isWhole, $"{name}: {error}");
                Assert.Contains(name, error.ToString(), StringComparison.Ordinal);
                Assert.Contains("accepted", error.ToString(), StringComparison.Ordinal);
            }

            Assert.Equal(["state.json"], folder.Files);
        }

        Assert.Equal(SharedCaptures.All.Count(capture => capture.IsWhole), replayed);
    }

    private static void Require() => Assert.SkipUnless(SharedCaptures.All.Count > 0, $"no captures under {SharedCaptures.Folder}");

    private static (byte[] Bytes, string Json) Replay(string state, string[] inputs, string output, int workers)
    {
        using StringWriter text = new();
        using StringWriter error = new();
        int status = ReplayCommand.Run(state, inputs, output, json: true, workers, text, error);
        Assert.True(status == 0, error.ToString());
        Assert.Equal(0, new ReplayCounts(text.ToString()).SumLawDifference);
        return (File.ReadAllBytes(output), text.ToString());
    }
}
