using System.Diagnostics;
using NetworkingSfc.Conformance.Tests.Replaying;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Refusals;

/// <summary>Where the output goes, and that it appears whole or not at all.</summary>
public sealed class OutputTests
{
    [Fact]
    public void A_missing_folder_or_a_folder_as_output_is_refused()
    {
        using Attempt attempt = new();
        attempt.Output = attempt.Folder["no/such/out.pcapng"];
        attempt.AssertRefused($"'{attempt.Output}'", "no folder", attempt.Folder["no/such"]);
        attempt.Output = attempt.Folder.FullPath;
        attempt.AssertRefused($"'{attempt.Output}'", "folder");
        attempt.Output = "";
        attempt.AssertRefused("''", "empty");
    }

    [Fact]
    public void An_output_that_was_there_is_replaced_in_one_step()
    {
        // Who has the old file open goes on reading it: it was not written over.
        using Attempt attempt = new();
        using FileStream old = File.OpenRead(attempt.Output);
        long oldLength = old.Length;
        IReadOnlyList<string> before = attempt.Folder.Files;
        Assert.Equal(0, attempt.Run().Status);
        Assert.Equal(oldLength, old.Length);
        Assert.Equal('w', old.ReadByte());
        Assert.Equal(2, OutputCapture.Read(attempt.Output).Crossings.Count);
        Assert.Equal(before, attempt.Folder.Files);
    }

    [Fact]
    public void The_output_may_be_the_input()
    {
        using Attempt attempt = new();
        attempt.Output = attempt.Folder["in.pcap"];
        Assert.Equal(0, attempt.Run().Status);
        Assert.Equal(2, OutputCapture.Read(attempt.Output).Crossings.Count);
    }

    [Fact]
    public void A_link_as_output_stays_a_link_and_its_file_is_replaced()
    {
        using Attempt attempt = new();
        string target = attempt.Output;
        attempt.Output = attempt.Folder["link"];
        File.CreateSymbolicLink(attempt.Output, target);
        Assert.Equal(0, attempt.Run().Status);
        Assert.Equal(target, new FileInfo(attempt.Output).LinkTarget);
        Assert.Equal(2, OutputCapture.Read(target).Crossings.Count);
    }

    [Fact]
    public void A_link_that_leads_nowhere_yet_makes_its_file()
    {
        using Attempt attempt = new();
        attempt.Output = attempt.Folder["link"];
        File.CreateSymbolicLink(attempt.Output, attempt.Folder["later.pcapng"]);
        Assert.Equal(0, attempt.Run().Status);
        Assert.Equal(2, OutputCapture.Read(attempt.Folder["later.pcapng"]).Crossings.Count);
    }

    [Fact]
    public void A_device_as_output_takes_the_bytes_and_stays_a_device()
    {
        // Not the system's own: a mistake here would replace it for everybody.
        using Attempt attempt = new();
        attempt.Output = Device(attempt, "null", minor: 3);
        (int status, string text, string error) = attempt.Run();
        Assert.True(status == 0, error);
        Assert.Equal(1, new ReplayCounts(text).Received);
        Assert.Empty(File.ReadAllBytes(attempt.Output));
        Assert.DoesNotContain(attempt.Folder.Files, name => name.Contains("unfinished", StringComparison.Ordinal));
    }

    [Fact]
    public void A_device_that_is_full_is_told_and_the_exit_status_is_1()
    {
        using Attempt attempt = new();
        attempt.Output = Device(attempt, "full", minor: 7);
        attempt.AssertRefused(attempt.Output, "accepted");
    }

    [Fact]
    public async Task A_pipe_as_output_gets_the_same_bytes_as_a_file()
    {
        using Attempt attempt = new();
        Assert.Equal(0, attempt.Run().Status);
        byte[] expected = File.ReadAllBytes(attempt.Output);

        attempt.Output = attempt.Folder["pipe"];
        Command("mkfifo", attempt.Output);
        Task<byte[]> reader = Task.Run(() =>
        {
            using FileStream pipe = new(attempt.Output, FileMode.Open, FileAccess.Read);
            using MemoryStream all = new();
            pipe.CopyTo(all);
            return all.ToArray();
        }, TestContext.Current.CancellationToken);
        Assert.Equal(0, attempt.Run().Status);
        Assert.Equal(expected, await reader);
    }

    private static string Device(Attempt attempt, string name, int minor)
    {
        string path = attempt.Folder[name];
        Assert.SkipUnless(Command("mknod", path, "c", "1", minor.ToString(System.Globalization.CultureInfo.InvariantCulture)) == 0, "only root may make device nodes");
        return path;
    }

    private static int Command(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
