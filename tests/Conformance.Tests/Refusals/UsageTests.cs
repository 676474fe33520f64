using NetworkingSfc.Conformance.Tests.Replaying;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Refusals;

/// <summary>The command line itself, as processes: exit status 2 for wrong usage.</summary>
public sealed class UsageTests
{
    public static TheoryData<string, string[]> Wrong => new()
    {
        { "--state", ["replay", "--input", "src=IN", "--output", "OUT"] },
        { "--input", ["replay", "--state", "STATE", "--output", "OUT"] },
        { "--output", ["replay", "--state", "STATE", "--input", "src=IN"] },
        { "1 to 64", ["replay", "--state", "STATE", "--input", "src=IN", "--output", "OUT", "--workers", "0"] },
        { "1 to 64", ["replay", "--state", "STATE", "--input", "src=IN", "--output", "OUT", "--workers", "65"] },
        { "1 to 64", ["replay", "--state", "STATE", "--input", "src=IN", "--output", "OUT", "--workers", "many"] },
        { "--workers", ["replay", "--state", "STATE", "--input", "src=IN", "--output", "OUT", "--workers"] },
        { "--verbose", ["replay", "--state", "STATE", "--input", "src=IN", "--output", "OUT", "--verbose"] },
        { "command", ["reply"] },
        { "command", [] },
        { "parse", ["parse"] },
        { "--capture", ["run"] },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Wrong_usage_ends_with_2_and_says_what_is_wanted(string part, string[] arguments)
    {
        using Attempt attempt = new();
        string Real(string argument) => argument.Replace("STATE", attempt.StatePath, StringComparison.Ordinal)
            .Replace("IN", attempt.Folder["in.pcap"], StringComparison.Ordinal).Replace("OUT", attempt.Folder["new.pcapng"], StringComparison.Ordinal);
        (int status, _, string error) = SfcProcess.Run([.. arguments.Select(Real)]);
        Assert.Equal(2, status);
        Assert.Contains(part, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("new.pcapng", attempt.Folder.Files);
    }

    [Fact]
    public void The_executable_replays_and_refuses_as_the_command_does()
    {
        using Attempt attempt = new();
        string[] arguments = ["replay", "--state", attempt.StatePath, "--input", attempt.Inputs[0], "--input", attempt.Inputs[0], "--output", attempt.Output];
        (int status, string text, string error) = SfcProcess.Run([.. arguments, "--json", "--workers", "2"]);
        Assert.True(status == 0, error);
        Assert.Equal(2, new ReplayCounts(text).Received);
        Assert.Equal(4, OutputCapture.Read(attempt.Output).Crossings.Count);

        (status, text, _) = SfcProcess.Run(arguments);
        Assert.Equal(0, status);
        Assert.Contains("received 2 + generated 0 = sent 2 + dropped 0 + held 0", text, StringComparison.Ordinal);

        (status, text, error) = SfcProcess.Run(["replay", "--state", attempt.Folder["nothing"], .. arguments[3..]]);
        Assert.Equal((1, ""), (status, text));
        Assert.Contains("cannot be read", error, StringComparison.Ordinal);
    }
}
