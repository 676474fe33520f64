using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetworkingSfc.Sfc.Client;

namespace NetworkingSfc.Sfc.Trace;

/// <summary><c>sfc trace start</c>: what the forwarder decides about the next packets that match, as they come.</summary>
internal static class TraceCommand
{
    private const string Path = "v2.0/sfc/trace";
    private const int DefaultCount = 100;

    /// <summary>The command for the command line.</summary>
    public static Command Create()
    {
        Command command = new("trace", "Watch what the forwarder decides about packets.") { Start() };
        ServerOptions.AddTo(command);
        return command;
    }

    private static Command Start()
    {
        Option<string> filter = new("--filter")
        {
            Description = "Which packets, by what they carry at any hop: src=PREFIX dst=PREFIX proto=NAME sport=PORT dport=FIRST-LAST port=NAME chain=NAME. Without it, all.",
            HelpName = "TERMS",
            DefaultValueFactory = _ => "",
        };
        Option<int> count = new("--count") { Description = $"Packets after which the trace ends. Default {DefaultCount}.", HelpName = "N", DefaultValueFactory = _ => DefaultCount };
        Option<double?> seconds = new("--seconds") { Description = "Time after which the trace ends. Default 60.", HelpName = "S" };
        Option<string?> outputFile = new("--output") { Description = "Capture to write as well (pcapng): each packet as it came in and as it went out, with the decision as its comment.", HelpName = "FILE" };
        Command command = new("start", "Trace packets until there were enough of them, or for a while.") { filter, count, seconds, outputFile };
        command.SetApiAction(async (arguments, client) =>
        {
            JsonObject trace = new() { ["filter"] = arguments.GetRequiredValue(filter), ["count"] = arguments.GetValue(count) };
            if (arguments.GetValue(seconds) is double limit)
            {
                trace["seconds"] = limit;
            }

            using TraceCapture? capture = arguments.GetValue(outputFile) is string path ? TraceCapture.Create(path) : null;
            TextWriter output = arguments.InvocationConfiguration.Output;
            bool isJson = arguments.GetValue(ServerOptions.Json);
            await foreach (string line in client.PostLinesAsync(Path, new JsonObject { ["trace"] = trace }))
            {
                JsonObject said = Read(line);
                if (said["end"] is null)
                {
                    capture?.Write(said);
                }

                output.WriteLine(isJson ? line : said["end"] is JsonObject end ? TraceText.End(end) : TraceText.Of(said));
            }
        });
        return command;
    }

    private static JsonObject Read(string line)
    {
        try
        {
            return (JsonObject)JsonNode.Parse(line)!;
        }
        catch (Exception strange) when (strange is JsonException or InvalidCastException)
        {
            throw new CommandFailure("The server answered something else than records of a trace; is it the control API of a forwarder?");
        }
    }
}
