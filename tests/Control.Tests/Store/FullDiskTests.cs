using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace NetworkingSfc.Control.Tests.Store;

/// <summary>A disk that takes no more: changes are refused, reads go on, and changes work again when it does.</summary>
public sealed class FullDiskTests
{
    private const string Networks = "/v2.0/networks";
    private const int MostChanges = 2000;

    [Fact]
    public async Task Changes_are_refused_while_files_cannot_grow()
    {
        using DataDirectory directory = new();
        using StoreProcess process = StoreProcess.Start(directory.Path);
        using HttpClient client = new() { BaseAddress = await process.AddressAsync() };
        Assert.Equal(HttpStatusCode.Created, await ChangeAsync(client));

        long length = new FileInfo($"{directory.Database}-wal").Length;
        await RunAsync("prlimit", "--pid", Text(process.Id), $"--fsize={length}:");
        await AssertRefusedAsync(client);
        await RunAsync("prlimit", "--pid", Text(process.Id), "--fsize=unlimited:");
        await AssertChangesWorkAsync(client);
        await AssertKeptAsync(process, directory.Path, client);
    }

    [Fact]
    public async Task Changes_are_refused_while_the_disk_is_full()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Mounting a small file system needs root.");
        using DataDirectory directory = new();
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=1m", "sfc-test", directory.Path);
        try
        {
            using StoreProcess process = StoreProcess.Start(directory.Path);
            using HttpClient client = new() { BaseAddress = await process.AddressAsync() };
            Assert.Equal(HttpStatusCode.Created, await ChangeAsync(client));

            string ballast = Path.Combine(directory.Path, "ballast.log");
            await RunAsync("sh", "-c", "cat /dev/zero > \"$0\" 2>/dev/null; true", ballast);
            await AssertRefusedAsync(client);
            File.Delete(ballast);
            await AssertChangesWorkAsync(client);
            await AssertKeptAsync(process, directory.Path, client);
        }
        finally
        {
            await RunAsync("umount", directory.Path);
        }
    }

    private static async Task AssertRefusedAsync(HttpClient client)
    {
        // Room that is left within the last block may take a few more.
        HttpStatusCode status = HttpStatusCode.Created;
        for (int change = 0; change < MostChanges && status == HttpStatusCode.Created; change++)
        {
            status = await ChangeAsync(client);
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        string before = await client.GetStringAsync(Networks, TestContext.Current.CancellationToken);
        using HttpResponseMessage refused = await client.PostAsJsonAsync(Networks, Body(), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        JsonElement envelope = await refused.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal("ServiceUnavailable", envelope.GetProperty("NeutronError").GetProperty("type").GetString());
        Assert.Equal(before, await client.GetStringAsync(Networks, TestContext.Current.CancellationToken));
    }

    private static async Task AssertChangesWorkAsync(HttpClient client)
    {
        for (int change = 0; change < 20; change++)
        {
            Assert.Equal(HttpStatusCode.Created, await ChangeAsync(client));
        }
    }

    /// <summary>After a crash the state is the one that was shown last: nothing refused comes back, nothing accepted is lost.</summary>
    private static async Task AssertKeptAsync(StoreProcess process, string directory, HttpClient client)
    {
        string shown = await client.GetStringAsync(Networks, TestContext.Current.CancellationToken);
        await process.KillAsync();
        using StoreProcess next = StoreProcess.Start(directory);
        using HttpClient again = new() { BaseAddress = await next.AddressAsync() };
        Assert.Equal(shown, await again.GetStringAsync(Networks, TestContext.Current.CancellationToken));
        await next.KillAsync();
    }

    private static async Task<HttpStatusCode> ChangeAsync(HttpClient client)
    {
        using HttpResponseMessage response = await client.PostAsJsonAsync(Networks, Body(), TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private static object Body() => new { network = new { name = new string('n', 250) } };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task RunAsync(string command, params string[] arguments)
    {
        using Process process = Process.Start(command, arguments);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }
}
