using System.Diagnostics;
using System.Text.Json;
using NetworkingSfc.Control.Hosting;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.StockClient;

/// <summary>One interpreter with Debian's OpenStack client in it. The system's interpreter: another one would not have the packages.</summary>
internal sealed class StockClientSession : IDisposable
{
    private const string Interpreter = "/usr/bin/python3";

    private readonly Process? _process;
    private readonly string? _missing;

    public StockClientSession()
    {
        if (!File.Exists(Interpreter))
        {
            _missing = $"there is no {Interpreter}";
            return;
        }

        ProcessStartInfo start = new(Interpreter) { RedirectStandardInput = true, RedirectStandardOutput = true };

        // Isolated: nothing of the user's own may stand in for the packages.
        start.ArgumentList.Add("-I");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "StockClient", "session.py"));
        foreach (string name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(name => name.StartsWith("OS_", StringComparison.Ordinal)))
        {
            start.Environment.Remove(name);
        }

        _process = Process.Start(start)!;
        _missing = Answer().GetProperty("missing").GetString();
    }

    public void Dispose()
    {
        _process?.StandardInput.Close();
        _process?.WaitForExit();
        _process?.Dispose();
    }

    /// <summary>Skips the test when the client is not installed.</summary>
    public void SkipUnlessInstalled() => Assert.SkipUnless(
        _missing is null, $"Debian's python3-openstackclient, python3-neutronclient and python3-networking-sfc are needed: {_missing}");

    /// <summary>Runs one command line, its words separated by single blanks.</summary>
    public ClientRun Run(ControlHost host, string commandLine)
    {
        string[] arguments = ["--os-auth-type", "none", "--os-endpoint", host.Address.ToString().TrimEnd('/'), .. commandLine.Split(' ')];
        _process!.StandardInput.WriteLine(JsonSerializer.Serialize(arguments));
        _process.StandardInput.Flush();
        JsonElement answer = Answer();
        return new ClientRun(answer.GetProperty("status").GetInt32(), answer.GetProperty("output").GetString()!, answer.GetProperty("error").GetString()!);
    }

    private JsonElement Answer() =>
        JsonDocument.Parse(_process!.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The interpreter has ended.")).RootElement;
}
