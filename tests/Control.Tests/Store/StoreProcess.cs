using System.Diagnostics;
using NetworkingSfc.Control.Drivers;
using NetworkingSfc.Control.Drivers.Forwarder;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.Store.Sqlite;

namespace NetworkingSfc.Control.Tests.Store;

/// <summary>The control side with a store and the real compiler in a process of its own, which may be killed.</summary>
internal sealed class StoreProcess : IDisposable
{
    /// <summary>Set for the process that is to serve; holds the data directory.</summary>
    public const string DirectoryVariable = "SFC_TEST_STORE_DIRECTORY";

    private readonly Process _process;

    private StoreProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Starts this executable again. Like a shell's "trap '' XFSZ", so that a file at its size limit is an error and not the end.</summary>
    public static StoreProcess Start(string directory)
    {
        ProcessStartInfo start = new("/bin/sh", ["-c", "trap '' XFSZ; exec \"$0\"", Environment.ProcessPath!]) { RedirectStandardOutput = true };
        start.Environment[DirectoryVariable] = directory;
        return new StoreProcess(Process.Start(start)!);
    }

    /// <summary>The address it serves on, or null when it ended before it did.</summary>
    public async Task<Uri?> AddressAsync() =>
        await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line ? new Uri(line) : null;

    /// <summary>SIGKILL, and its end.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    /// <summary>What the started process does.</summary>
    public static async Task<int> ServeAsync(string directory)
    {
        using SqliteStateStore store = SqliteStateStore.Open(directory);
        ForwarderDriver driver = new();
        await using DriverSet drivers = new(driver);
        await using ControlHost host = ControlHost.Build(new ControlHostOptions
        {
            Listen = ListenAddress.Parse("127.0.0.1:0"),
            LogToConsole = false,
            Store = store,
            Compile = drivers.Compile,
            Publish = drivers.Publish,
            Quotas = Quotas.Names.Aggregate(Quotas.Default, (quotas, name) => quotas.With(name, -1)),
        });
        await host.StartAsync();
        await Console.Out.WriteLineAsync(host.Address.ToString());
        await host.WaitForShutdownAsync();
        return 0;
    }
}
