using System.Text.Json.Nodes;
using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Conformance.Tests.Replaying;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Commands;

/// <summary><c>--on-empty</c> of the commands that play a state, as a user gives it.</summary>
public sealed class OnEmptyTests
{
    // Two groups before a third: the first says nothing of being empty, the second has a member.
    private static Lab Chain(string? onEmpty)
    {
        Lab lab = Lab.Usual().Function("a", "nsh", "02:00:00:00:01:0a").Group("nobody", []).Group("ga", ["a"]);
        lab = onEmpty is null ? lab : lab.Change(root => root["port_pair_groups"]![0]!["on_empty"] = onEmpty);
        return lab.Classifier("web", ("protocol", "tcp"), ("logical_source_port", "src")).Chain("chain", 1, "nsh", ["nobody", "ga"], ["web"]);
    }

    [Theory]
    [InlineData(null, null, 1, 0)]
    [InlineData(null, "drop", 1, 0)]
    [InlineData(null, "skip", 0, 1)]
    [InlineData(null, "leave", 0, 0)]
    [InlineData("skip", "leave", 0, 1)]
    [InlineData("drop", "leave", 1, 0)]
    public void A_replay_takes_it_for_groups_that_say_nothing(string? onEmpty, string? option, int dropped, int atFunction)
    {
        (int status, string text, string error) = Run("replay", onEmpty, option);
        Assert.True(status == 0, error);
        JsonNode report = JsonNode.Parse(text)!;
        Assert.Equal((dropped, atFunction), ((int?)report["dropped"]!["group_empty"] ?? 0, (int)report["chains"]![0]!["hops"]![1]!["members"]![0]!["packets"]!));
    }

    [Theory]
    [InlineData("drop", 1)]
    [InlineData("skip", 2)]
    [InlineData("leave", 1)]
    public void A_switch_is_compared_with_the_same_default(string option, int steps)
    {
        Verify.OpenVswitch.Require();
        (int status, string text, string error) = Run("verify", onEmpty: null, option);
        Assert.True(status == 0, error + text);
        JsonNode report = JsonNode.Parse(text)!;
        Assert.Equal((1, steps, 0), ((int)report["frames"]!, (int)report["steps"]!, (int)report["unknown"]!));
        Assert.DoesNotContain(report["differences"]!.AsArray(), difference => (string?)difference!["kind"] is "verdict" or "path");
    }

    [Theory]
    [InlineData("replay")]
    [InlineData("verify")]
    public void Another_word_is_wrong_usage(string command)
    {
        (int status, _, string error) = Run(command, onEmpty: null, "pass");
        Assert.Equal(2, status);
        Assert.Contains("leave", error, StringComparison.Ordinal);
    }

    private static (int Status, string Text, string Error) Run(string command, string? onEmpty, string? option)
    {
        using WorkFolder folder = new();
        InputFile.Of("src", ChainFrames.Web().Build()).WriteTo(folder["in.pcap"]);
        return SfcProcess.Run(
        [
            command, "--state", folder.Write("state.json", Chain(onEmpty).Json), "--input", "src=" + folder["in.pcap"], "--json",
            .. command == "replay" ? (string[])["--output", folder["out.pcapng"]] : [],
            .. option is null ? (string[])[] : ["--on-empty", option],
        ]);
    }
}
