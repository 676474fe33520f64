using System.CommandLine;
using NetworkingSfc.Control.Drivers;
using NetworkingSfc.Control.Drivers.Forwarder;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.State;
using NetworkingSfc.Control.Store;
using NetworkingSfc.Sfc.Replay;

namespace NetworkingSfc.Sfc.Run;

/// <summary>
/// <c>sfc run</c>: the quick start. Brings up the control API and the forwarder with an embedded default, installs the
/// sample chains through the API, replays a capture through them and prints who got what.
/// </summary>
internal static class RunCommand
{
    private const string SourcePort = "tenant";

    /// <summary>The command for the command line.</summary>
    public static Command Create()
    {
        Option<string> capture = new("--capture") { Description = "The capture to replay.", Required = true };
        Option<string> output = new("--output")
        {
            Description = "The pcapng to write.",
            DefaultValueFactory = _ => "sfc-run.pcapng",
        };
        Option<bool> stay = new("--stay") { Description = "Keep serving the API when the replay is done, until stopped." };
        Option<string> listen = new("--listen")
        {
            Description = "Address of the API; port 0 takes a free one.",
            DefaultValueFactory = _ => "127.0.0.1:0",
        };
        Command command = new("run", "Install sample chains through the API, replay a capture through them, print the counts.") { capture, output, stay, listen };
        command.SetAction((arguments, _) => RunAsync(
            arguments.GetRequiredValue(capture),
            arguments.GetRequiredValue(output),
            arguments.GetRequiredValue(listen),
            arguments.GetValue(stay),
            Console.Out,
            Console.Error));
        return command;
    }

    /// <summary>Runs the command.</summary>
    /// <returns>Exit status: 0, or 1 when something is wrong.</returns>
    public static async Task<int> RunAsync(string capture, string output, string listen, bool stay, TextWriter text, TextWriter error)
    {
        StateDocument document = StateDocument.Parse(await ReadSampleAsync("host.json")).Document!;
        ForwarderDriver forwarder = new();
        await using DriverSet drivers = new(forwarder);
        try
        {
            await using ControlHost host = ControlHost.Build(new ControlHostOptions
            {
                Listen = ListenAddress.Parse(listen),
                Store = new MemoryStateStore(document.Resources),
                Compile = drivers.Compile,
                Publish = drivers.Publish,
                Forwarder = forwarder,
            });
            await host.StartAsync();
            text.WriteLine($"The control API listens on {host.Address}");
            using HttpClient client = new() { BaseAddress = host.Address };
            await new SampleInstaller(client, text).InstallAsync(OpenSample("chains.json"));

            Guid source = host.Current.Ports.Single(port => port.Name == SourcePort).Id;
            Dictionary<Guid, ServiceFunction> functions = host.Current.PortPairs.ToDictionary(pair => pair.Id, ServiceFunction.DefaultFor);
            ReplayReport? report = ReplaySession.Run(
                forwarder.Current, forwarder.Snapshots, functions, [(source, capture)], output, workers: 1, error);
            if (report is null)
            {
                return 1;
            }

            ReplayPrinter.Print(report, host.Current, json: false, text);
            text.WriteLine($"Every crossing of a port is in {output}");
            if (stay)
            {
                text.WriteLine($"Serving on {host.Address} until stopped.");
                await host.WaitForShutdownAsync();
            }

            return 0;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or ArgumentException or StartRefusedException)
        {
            error.WriteLine($"sfc run: {failure.Message}");
            return 1;
        }
    }

    private static Stream OpenSample(string name) =>
        typeof(RunCommand).Assembly.GetManifestResourceStream($"Sample.{name}")
        ?? throw new InvalidOperationException($"The sample file {name} is not embedded.");

    private static async Task<byte[]> ReadSampleAsync(string name)
    {
        using Stream sample = OpenSample(name);
        byte[] bytes = new byte[sample.Length];
        await sample.ReadExactlyAsync(bytes);
        return bytes;
    }
}
