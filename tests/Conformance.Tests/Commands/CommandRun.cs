using System.Text.Json;
using NetworkingSfc.Sfc;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Commands;

/// <summary>What one run of <c>sfc</c> came to, in this process.</summary>
internal sealed record CommandRun(int Status, string Output, string Error)
{
    private const int Columns = 100;

    public static async Task<CommandRun> OfAsync(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter error = new() { NewLine = "\n" };
        int status = await Program.RunAsync(arguments, output, error);
        return new CommandRun(status, output.ToString(), error.ToString());
    }

    /// <summary>Done: status 0 and nothing on standard error.</summary>
    public CommandRun Good()
    {
        Assert.True(Status == 0 && Error.Length == 0, $"{Status}\n{Output}{Error}");
        return this;
    }

    /// <summary>Done, and what people read fits their terminal.</summary>
    public string Table()
    {
        Good();
        Assert.All(Output.Split('\n'), line => Assert.InRange(line.Length, 0, Columns));
        return Output;
    }

    /// <summary>Done, and standard output is one JSON value.</summary>
    public JsonElement Json() => JsonDocument.Parse(Good().Output).RootElement;

    /// <summary>Refused or failed: status 1, nothing printed, one message.</summary>
    public void Refused(string message)
    {
        Assert.Equal((1, ""), (Status, Output));
        Assert.Equal(message + "\n", Error);
    }

    /// <summary>Wrong usage: status 2 and a message.</summary>
    public void Misused(string message)
    {
        Assert.Equal(2, Status);
        Assert.Contains(message, Error, StringComparison.Ordinal);
    }
}
