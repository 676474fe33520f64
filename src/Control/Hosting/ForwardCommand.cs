using System.CommandLine;
using System.Runtime.InteropServices;
using NetworkingSfc.Control.Configuration;
using NetworkingSfc.Dataplane.Attachments;
using NetworkingSfc.Dataplane.Channel;
using NetworkingSfc.Dataplane.Ports.Linux;

namespace NetworkingSfc.Control.Hosting;

/// <summary>
/// <c>forward</c>: forwards packets in the foreground until SIGTERM or SIGINT. Nothing here may touch the web server or the
/// store, which this role must not even load.
/// </summary>
internal static class ForwardCommand
{
    /// <summary>Far more than opening ports takes, and less than a service manager waits.</summary>
    private static readonly TimeSpan _longestWaitForPorts = TimeSpan.FromSeconds(10);

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

    /// <summary>The command for the command line.</summary>
    public static Command Create()
    {
        Command command = new("forward", "Forward packets in the foreground until SIGTERM or SIGINT, as a control process says.") { _socket, _state, ConfigurationOption.File };
        WorkerCommandOptions.AddTo(command);
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
            Workers = WorkerCommandOptions.Read(arguments),
        };
        TaskCompletionSource stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        await using ForwardProcess process = Start(options);
        await Console.Out.WriteLineAsync(Forwarding());
        ServiceNotifier service = new();
        using PosixSignalRegistration? reload = ReloadOnHangup(configuration, service, Status);

        // Who waits for this service wants its ports. One that cannot be opened is tried again and keeps nobody waiting.
        await Task.WhenAny(process.PortsTried, process.Failure, stop.Task, Task.Delay(_longestWaitForPorts));
        service.Ready(Status());
        _ = Task.Run(() => ProgramFiles.LoadAll(typeof(ForwardProcess).Assembly));
        using PeriodicBeat beat = new(service, StepAsync);
        if (await Task.WhenAny(stop.Task, process.Failure) == stop.Task)
        {
            service.Stopping();
            return 0;
        }

        await Console.Error.WriteLineAsync($"{await process.Failure}");
        return Program.Failure;

        string Forwarding() => $"Forwarding generation {process.Definition.Generation}, orders at unix:{options.SocketPath}";

        string Status() => $"{Forwarding()}; {process.PortStates.Count(port => port.Condition == PortCondition.Up)} of {process.PortStates.Length} ports up";

        async Task StepAsync()
        {
            await process.StepAsync();
            service.Status(Status());
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.TrySetResult();
        }
    }

    // Which ports there are the control role says; everything else in the file counts from the next start on.
    private static PosixSignalRegistration? ReloadOnHangup(RoleConfiguration? configuration, ServiceNotifier service, Func<string> status) => configuration is null
        ? null
        : PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            service.Reloading();
            _ = configuration.Reload(out string? notice);
            Console.Error.WriteLine(notice ?? "The configuration was read again; nothing of it has changed.");
            service.Ready(status());
        });

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
}
