using System.Diagnostics;
using System.Text.Json.Nodes;
using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Control.Drivers.OpenVswitch;
using NetworkingSfc.Sfc.Verify;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Verify;

/// <summary><c>sfc verify</c> as a user starts it: exit status and what it prints.</summary>
public sealed class VerifyCommandTests
{
    private static readonly Lab _lab = Lab.Usual().Function("a", "nsh", "02:00:00:00:01:0a").WebChain(1, "nsh", "a");

    [Fact]
    public void Equal_but_for_known_differences_is_0_and_says_which()
    {
        (int status, string text, string error) = Verify("--dialect", "reference");
        Assert.True(status == 0, error + text);
        Assert.StartsWith("1 frames, 2 steps, 1 differences, 0 of them unknown (dialect reference)", text, StringComparison.Ordinal);
        Assert.Contains("nsh-source", text, StringComparison.Ordinal);
        Assert.DoesNotContain("verdict:", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_lists_every_difference_with_its_bytes()
    {
        (int status, string text, string error) = Verify("--dialect", "reference", "--json");
        Assert.True(status == 0, error + text);
        JsonNode report = JsonNode.Parse(text)!;
        Assert.Equal((1, 2, 0), ((int)report["frames"]!, (int)report["steps"]!, (int)report["unknown"]!));
        JsonNode difference = Assert.Single(report["differences"]!.AsArray())!;
        Assert.Equal("bytes", (string)difference["kind"]!);
        Assert.Equal(["nsh-source"], difference["known"]!.AsArray().Select(name => (string)name!));
        Assert.Equal(6, (int)difference["offset"]!);
        Assert.Equal("02005e005301", ((string)difference["our_bytes"]!)[12..24]);
        Assert.Equal("000000000000", ((string)difference["their_bytes"]!)[12..24]);
    }

    [Fact]
    public void An_unknown_difference_is_1_and_shows_both_frames()
    {
        KnownDifference[] none = [];
        VerifyReport report = new(FlowDialect.Fixed, 4, 9, 0, 0, [], [new Difference(DifferenceKind.Bytes, 3, "src", "a (ga)", "a", none) { HopsDone = 1, Frame = [9], OurFrame = [1, 2, 3], TheirFrame = [1, 5] }]);
        using StringWriter text = new();
        Assert.Equal(1, VerifyCommand.Finish(report, json: false, text));
        Assert.Equal(
            """
            4 frames, 9 steps, 1 differences, 1 of them unknown (dialect fixed)
            bytes: frame 3, from src behind 1 functions: ours to a (ga); the switch to a
              ours of 3 bytes, at 1: 0203
              the switch's of 2 bytes, at 1: 05
              received: 09

            """.ReplaceLineEndings(),
            text.ToString());
    }

    [Fact]
    public void What_cannot_be_compared_is_refused()
    {
        OpenVswitch.Require();
        using WorkFolder folder = new();
        string state = folder.Write("state.json", _lab.Json);
        foreach ((string[] arguments, int expected, string words) in new[]
        {
            (new[] { "--input", "src=in.pcap" }, 2, "--state"),
            (["--state", state, "--input", "src=in.pcap", "--dialect", "other"], 2, "reference"),
            (["--state", state, "--input", "nobody=in.pcap"], 1, "no port of the state"),
            (["--state", state, "--input", "src=" + folder["absent.pcap"]], 1, "absent.pcap"),
            (["--state", folder["absent.json"], "--input", "src=in.pcap"], 1, "absent.json"),
        })
        {
            (int status, _, string error) = SfcProcess.Run(["verify", .. arguments]);
            Assert.Equal(expected, status);
            Assert.Contains(words, error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_switch_that_ends_by_itself_is_one_sentence()
    {
        OpenVswitch.Require();
        using WorkFolder folder = new();
        InputFile.Of("src", [.. Enumerable.Range(0, 20_000).Select(flow => ChainFrames.Web((ushort)flow).Build())]).WriteTo(folder["in.pcap"]);
        using Process process = SfcProcess.Start(["verify", "--state", folder.Write("state.json", _lab.Json), "--input", "src=" + folder["in.pcap"]], ("TMPDIR", folder.FullPath));
        Await(() => Directory.EnumerateDirectories(folder.FullPath).SelectMany(Directory.EnumerateFiles).Any(file => file.EndsWith(".pcap", StringComparison.Ordinal) && new FileInfo(file).Length > 1_000), "frames");
        using (UnixctlClient control = new(Directory.EnumerateFiles(folder.FullPath, "switch.ctl", SearchOption.AllDirectories).Single()))
        {
            control.Ask(["exit"]);
        }

        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(1, process.ExitCode);
        Assert.StartsWith("sfc verify: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("kill", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Killed_it_leaves_no_switch_behind()
    {
        OpenVswitch.Require();
        using WorkFolder folder = new();
        InputFile.Of("src", [.. Enumerable.Range(0, 20_000).Select(flow => ChainFrames.Web((ushort)flow).Build())]).WriteTo(folder["in.pcap"]);
        using Process process = SfcProcess.Start(["verify", "--state", folder.Write("state.json", _lab.Json), "--input", "src=" + folder["in.pcap"]], ("TMPDIR", folder.FullPath));
        Await(() => Directory.EnumerateFiles(folder.FullPath, "*.mgmt", SearchOption.AllDirectories).Any(), "a bridge");
        process.Kill();
        process.WaitForExit();
        Await(() => !Directory.EnumerateDirectories(folder.FullPath).Any(), "the folder to go");
        Assert.DoesNotContain(Switches(), line => line.Contains(folder.FullPath, StringComparison.Ordinal));
    }

    private static (int Status, string Text, string Error) Verify(params string[] options)
    {
        OpenVswitch.Require();
        using WorkFolder folder = new();
        InputFile.Of("src", ChainFrames.Web().Build()).WriteTo(folder["in.pcap"]);
        return SfcProcess.Run(["verify", "--state", folder.Write("state.json", _lab.Json), "--input", "src=" + folder["in.pcap"], .. options]);
    }

    private static string[] Switches() => [.. Directory.EnumerateDirectories("/proc").Select(folder => Path.Combine(folder, "cmdline")).Where(File.Exists).Select(Read)];

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            // The process has ended meanwhile.
            return "";
        }
    }

    private static void Await(Func<bool> condition, string what)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(20), $"waited in vain for {what}");
            Thread.Sleep(20);
        }
    }
}
