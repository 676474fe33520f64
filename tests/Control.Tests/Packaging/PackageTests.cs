using System.Buffers.Binary;
using System.Diagnostics;
using NetworkingSfc.Dataplane.Channel;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.Packaging;

/// <summary>The Debian package as <c>tools/package</c> builds it: installed, upgraded under running roles, removed and purged in a throw-away copy of this system.</summary>
public sealed class PackageTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Installs_upgrades_under_running_roles_removes_and_purges()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "a package can be installed by root only: run as root");
        Assert.SkipUnless(File.Exists("/usr/bin/dpkg-deb"), "dpkg-deb is not there: this is not Debian");
        string? old = new DirectoryInfo(Path.Combine(Repository.Root, "artifacts", "package")) is { Exists: true } built
            ? built.GetFiles("*.deb").MaxBy(file => file.LastWriteTimeUtc)?.FullName
            : null;
        Assert.SkipWhen(old is null, "there is no package: run tools/package first, as tools/test does");
        (int mounts, _) = await RunAsync("unshare", "--mount", "sh", "-c", $"mount -t tmpfs none {_folder.Path} && cd {_folder.Path} && mkdir u w r && mount -t overlay none -o lowerdir=/,upperdir=u,workdir=w r");
        Assert.SkipUnless(mounts == 0, "this system cannot mount an overlay over its root directory");

        (int status, string output) = await RunAsync(
            "unshare", "--mount", "--pid", "--fork", "--mount-proc",
            Path.Combine(Repository.Root, "tests", "Control.Tests", "Packaging", "cycle.sh"), old!, await NextVersionAsync(old!));

        Assert.True(status == 0, output);
        Assert.Equal(["ok: installed", "ok: started", "ok: upgraded", "ok: maintained", "ok: removed", "ok: purged"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("--version", "1.2")]
    [InlineData("--version", "1.2.3/..")]
    [InlineData("--output")]
    [InlineData("--nosuch")]
    public async Task Wrong_usage_builds_nothing_and_says_what_is_accepted(params string[] arguments)
    {
        (int status, string output) = await RunAsync(Path.Combine(Repository.Root, "tools", "package"), arguments);
        Assert.Equal((2, "usage: tools/package [--version X.Y.Z] [--output DIR]\n"), (status, output));
    }

    [Fact]
    public async Task The_package_names_the_version_of_the_channel_between_the_roles()
    {
        // Behind the first four bytes of what a role says first: version of the frames, version of the encoding.
        byte[] hello = ChannelMessages.Of(new Hello(1, 1, 1, ""));
        string spoken = $"{BinaryPrimitives.ReadUInt16LittleEndian(hello.AsSpan(4))}.{BinaryPrimitives.ReadUInt16LittleEndian(hello.AsSpan(6))}\n";
        Assert.Equal(spoken, await File.ReadAllTextAsync(Path.Combine(Repository.Root, "tools", "Package", "channel-version"), TestContext.Current.CancellationToken));
    }

    // The same files as a later version.
    private async Task<string> NextVersionAsync(string package)
    {
        string tree = Path.Combine(_folder.Path, "tree");
        string next = Path.Combine(_folder.Path, "next.deb");
        Assert.Equal((0, ""), await RunAsync("dpkg-deb", "-R", package, tree));
        string control = Path.Combine(tree, "DEBIAN", "control");
        string[] lines = await File.ReadAllLinesAsync(control, TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(control, lines.Select(line => line.StartsWith("Version: ", StringComparison.Ordinal) ? line + "+next" : line), TestContext.Current.CancellationToken);
        (int status, string output) = await RunAsync("dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, next);
        Assert.True(status == 0, output);
        return next;
    }

    private static async Task<(int Status, string Output)> RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(_patience);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(_patience);
            return (process.ExitCode, output + await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
