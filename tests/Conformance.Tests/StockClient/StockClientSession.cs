using System.Diagnostics;
using System.Text.Json;
using NetworkingSfc.Control.Hosting;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.StockClient;

/// <summary>One interpreter with Debian's OpenStack client in it. The system's interpreter: another one would not have the packages.</summary>
public sealed class StockClientSession : IDisposable
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

    /// <summary>Begins with a client that has spoken to no server yet; skips the test when there is none.</summary>
    public void Begin()
    {
        Assert.SkipUnless(_missing is null, $"Debian's python3-openstackclient, python3-neutronclient and python3-networking-sfc are needed: {_missing}");
        Send([]);
    }

    /// <summary>Ends what <see cref="Begin"/> began.</summary>
    public void End()
    {
        if (_missing is null)
        {
            Send([]);
        }
    }

    /// <summary>Runs one command line, its words separated by single blanks.</summary>
    internal ClientRun Run(ControlHost host, string commandLine)
    {
        string[] arguments = ["--os-auth-type", "none", "--os-endpoint", host.Address.ToString().TrimEnd('/'), .. commandLine.Split(' ')];
        Send(arguments);
        JsonElement answer = Answer();
        return new ClientRun(answer.GetProperty("status").GetInt32(), answer.GetProperty("output").GetString()!, answer.GetProperty("error").GetString()!);
    }

    private void Send(string[] arguments)
    {
        _process!.StandardInput.WriteLine(JsonSerializer.Serialize(arguments));
        _process.StandardInput.Flush();
    }

    private JsonElement Answer() =>
        JsonDocument.Parse(_process!.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The interpreter has ended.")).RootElement;
}
