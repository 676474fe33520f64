using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Runtime.InteropServices;
using NetworkingSfc.Control.Configuration;
using NetworkingSfc.Dataplane.Channel;
using NetworkingSfc.Dataplane.Ports.Linux;

namespace NetworkingSfc.Control.Hosting;

/// <summary>
/// <c>forward</c>: forwards packets in the foreground until SIGTERM or SIGINT. Nothing here may touch the web server or the
/// store, which this role must not even load.
/// </summary>
internal static class ForwardCommand
{
    private const int MostWorkers = 1_024;

    private static readonly Option<string> _socket = new("--socket")
    {
        HelpName = "PATH",
        Description = $"Unix socket at which a control process says what to do. Default {ForwarderSocket.DefaultText}.",
    };

    private static readonly Option<string> _state = new("--state-dir")
    {
        HelpName = "DIR",
        Description = $"Directory of the last snapshot, with which it starts. Default forward in {DataDirectory.DefaultText}.",
    };

    private static readonly Option<int?> _workers = new("--workers")
    {
        HelpName = "N",
        Description = "Threads that forward. Default 1.",
        CustomParser = ReadWorkers,
    };

    /// <summary>The command for the command line.</summary>
    public static Command Create()
    {
        Command command = new("forward", "Forward packets in the foreground until SIGTERM or SIGINT, as a control process says.") { _socket, _state, _workers, ConfigurationOption.File };
        command.SetAction((arguments, _) => RunAsync(arguments));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult given)
    {
        RoleConfiguration? configuration = RoleConfiguration.Apply(given, out ParseResult arguments);
        ForwardOptions options = new()
        {
            SocketPath = Path.GetFullPath(arguments.GetValue(_socket) ?? ForwarderSocket.Default),
            StateDirectory = Path.GetFullPath(arguments.GetValue(_state) ?? Path.Combine(DataDirectory.Default, "forward")),
            Workers = arguments.GetValue(_workers) ?? 1,
        };
        TaskCompletionSource stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        await using ForwardProcess process = Start(options);
        string status = $"Forwarding generation {process.Definition.Generation}, orders at unix:{options.SocketPath}";
        await Console.Out.WriteLineAsync(status);
        ServiceNotifier service = new();
        service.Ready(status);
        await stop.Task;
        service.Stopping();
        return 0;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.TrySetResult();
        }
    }

    private static ForwardProcess Start(ForwardOptions options)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(options.SocketPath)!);
            return ForwardProcess.Start(options, Console.Error.WriteLine);
        }
        catch (Exception failure) when (failure is SocketPathException or IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException(failure.Message);
        }
    }

    private static int? ReadWorkers(ArgumentResult argument)
    {
        if (int.TryParse(argument.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int workers) && workers is >= 1 and <= MostWorkers)
        {
            return workers;
        }

        argument.AddError($"--workers '{argument.Tokens[0].Value}' is not possible. Accepted is a whole number from 1 to {MostWorkers}.");
        return null;
    }
}
