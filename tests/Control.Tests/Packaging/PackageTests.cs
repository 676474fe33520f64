using System.Diagnostics;
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
        string? old = Directory.GetFiles(Path.Combine(Repository.Root, "artifacts", "package"), "*.deb").Order().LastOrDefault();
        Assert.SkipWhen(old is null, "there is no package: run tools/package first, as tools/test does");
        (int mounts, _) = await RunAsync("unshare", "--mount", "sh", "-c", $"mount -t tmpfs none {_folder.Path} && cd {_folder.Path} && mkdir u w r && mount -t overlay none -o lowerdir=/,upperdir=u,workdir=w r");
        Assert.SkipUnless(mounts == 0, "this system cannot mount an overlay over its root directory");

        (int status, string output) = await RunAsync(
            "unshare", "--mount", "--pid", "--fork", "--mount-proc",
            Path.Combine(Repository.Root, "tests", "Control.Tests", "Packaging", "cycle.sh"), old!, await NextVersionAsync(old!));

        Assert.True(status == 0, output);
        Assert.Equal(["ok: installed", "ok: started", "ok: upgraded", "ok: removed", "ok: purged"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
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
