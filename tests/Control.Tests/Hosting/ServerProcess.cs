using System.Collections.Concurrent;
using System.Diagnostics;

namespace NetworkingSfc.Control.Tests.Hosting;

/// <summary>The server as a process of its own, which is how it meets signals and standard streams.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly string _program = Path.Combine(AppContext.BaseDirectory, "NetworkingSfc.Control");
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _errorLines = [];
    private readonly Task _error;

    private ServerProcess(Process process)
    {
        _process = process;
        _error = ReadErrorAsync();
    }

    /// <summary>What it said when it was ready.</summary>
    public string Ready { get; private set; } = "";

    public int Id => _process.Id;

    public string Address => Ready["Listening on ".Length..];

    /// <summary>Starts a server and waits until it is ready.</summary>
    public static Task<ServerProcess> StartAsync(params string[] arguments) => StartAsync(environment: [], capabilities: null, arguments);

    /// <summary>Starts a server as a service manager would and waits until it is ready.</summary>
    /// <param name="environment">Variables it gets besides its own.</param>
    /// <param name="capabilities">All that it may have (CAP_...); null for those of the test.</param>
    /// <param name="arguments">Its command line.</param>
    public static async Task<ServerProcess> StartAsync(Dictionary<string, string> environment, IReadOnlyList<string>? capabilities, params string[] arguments)
    {
        ServerProcess server = Start(arguments, environment, capabilities);
        server.Ready = await server._process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(_patience) ?? "";
        return server;
    }

    /// <summary>Runs something that ends by itself.</summary>
    public static async Task<(int Status, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using ServerProcess server = Start(arguments);
        return await server.EndAsync();
    }

    /// <summary>Sends a signal of this name, for example TERM.</summary>
    public async Task SignalAsync(string name)
    {
        using Process kill = Process.Start("/bin/sh", ["-c", $"kill -{name} {_process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits for the end; the output is what came after the line that said it is ready.</summary>
    public async Task<(int Status, string Output, string Error)> EndAsync()
    {
        string output = await _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(_patience);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(_patience);
        await _error;
        return (_process.ExitCode, output, string.Concat(_errorLines.Select(line => line + '\n')));
    }

    /// <summary>Waits until a line of standard error contains a text.</summary>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> SaysAsync(string text)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (!_errorLines.Any(line => line.Contains(text, StringComparison.Ordinal)))
        {
            Assert.True(clock.Elapsed < _patience, $"'{text}' is not in: {string.Join('\n', _errorLines)}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        return clock.Elapsed;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task ReadErrorAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            _errorLines.Enqueue(line);
        }
    }

    private static ServerProcess Start(string[] arguments, Dictionary<string, string>? environment = null, IReadOnlyList<string>? capabilities = null)
    {
        string set = string.Concat((capabilities ?? []).Select(name => $",+{name["CAP_".Length..].ToLowerInvariant()}"));
        ProcessStartInfo start = capabilities is null ? new(_program, arguments)
            : new("setpriv", [$"--bounding-set=-all{set}", $"--inh-caps=-all{set}", "--", _program, .. arguments]);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        foreach ((string name, string value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        return new ServerProcess(Process.Start(start)!);
    }
}
