using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Runtime.InteropServices;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.Configuration;
using NetworkingSfc.Control.Drivers;
using NetworkingSfc.Control.Drivers.Forwarder;
using NetworkingSfc.Control.Drivers.OpenVswitch;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.Store.Sqlite;

namespace NetworkingSfc.Control.Hosting;

/// <summary>
/// <c>up</c>: serves the control API in the foreground until SIGTERM or SIGINT, with the forwarder in this process;
/// <c>control</c>: the same with the forwarder in another one.
/// </summary>
internal static class UpCommand
{
    private static readonly ControlHostOptions _defaults = new();
    private static readonly DriverOptions _driverDefaults = new();

    private static readonly Option<ListenAddress> _listen = new("--listen")
    {
        HelpName = "ADDRESS",
        Description = "Where to listen: HOST:PORT, http://HOST:PORT, https://HOST:PORT or unix:PATH. Port 0 takes a free one. Default 127.0.0.1:9696.",
        CustomParser = ReadListen,
    };

    private static readonly Option<string> _data = new("--data")
    {
        HelpName = "DIR",
        Description = $"Directory of the desired state; {DataDirectory.InMemory} keeps none. Default {DataDirectory.DefaultText}.",
    };

    private static readonly Option<string> _tokens = new("--tokens") { HelpName = "FILE", Description = "File of the tokens that callers are known by; read again on SIGHUP." };
    private static readonly Option<string> _certificate = new("--tls-certificate") { HelpName = "FILE", Description = "Certificate of the server, PEM; read again on SIGHUP, with the key and --client-ca." };
    private static readonly Option<string> _key = new("--tls-key") { HelpName = "FILE", Description = "Private key of the certificate, PEM." };
    private static readonly Option<string> _clientCa = new("--client-ca") { HelpName = "FILE", Description = "Authorities of the certificates that clients must show, PEM." };
    private static readonly Option<bool> _insecure = new("--insecure") { Description = "Listen beyond loopback although TLS or tokens are missing." };

    private static readonly Option<UnixFileMode?> _socketMode = new("--socket-mode")
    {
        HelpName = "MODE",
        Description = "Mode of the Unix socket: 600 (default) or 660.",
        CustomParser = ReadSocketMode,
    };

    private static readonly Option<Quotas> _quotas = new("--quota")
    {
        HelpName = "NAME=N",
        Description = $"Resources of a kind that one project may have: NAME=N, -1 for no limit; may be repeated. Names: {string.Join(", ", Quotas.Names)}.",
        CustomParser = ReadQuotas,
        AllowMultipleArgumentsPerToken = true,
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<int?> _requestRate = new("--request-rate")
    {
        HelpName = "N",
        Description = "Requests that one client may send in a second. Default: no bound.",
        CustomParser = ReadRequestRate,
    };

    private static readonly Option<TimeSpan?> _requestTimeout = new("--request-timeout")
    {
        HelpName = "S",
        Description = "Seconds in which the head, and the body, of a request must have arrived in full. Default 30.",
        CustomParser = ReadRequestTimeout,
    };

    private static readonly Option<EmptyGroupAction?> _onEmpty = new("--on-empty")
    {
        HelpName = string.Join('|', EmptyGroupActions.Words),
        Description = "What happens to packets while no member has weight, at groups that say nothing of it: drop (default), skip the group, or leave the chain.",
        CustomParser = ReadOnEmpty,
    };

    private static readonly Option<string[]> _drivers = new("--driver")
    {
        HelpName = "NAME",
        Description = $"What carries out the desired state: {string.Join(", ", DriverCatalog.Names)}; may be repeated. Default {DriverCatalog.Default}.",
        CustomParser = ReadDrivers,
        AllowMultipleArgumentsPerToken = true,
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string> _bridge = new("--ovs-bridge") { HelpName = "NAME", Description = $"Bridge for the driver openvswitch. Default {_driverDefaults.Bridge}." };
    private static readonly Option<string> _switchFolder = new("--ovs-sockets") { HelpName = "DIR", Description = $"Where Open vSwitch has its sockets. Default {SwitchPrograms.DefaultFolder}." };

    private static readonly Option<FlowDialect?> _dialect = new("--ovs-dialect")
    {
        HelpName = "NAME",
        Description = "Flows of the driver openvswitch: fixed (default) or reference, which has the faults of networking-sfc.",
        CustomParser = ReadDialect,
    };

    private static readonly Option<string> _forwarderSocket = new("--forwarder-socket")
    {
        HelpName = "PATH",
        Description = $"Unix socket of the forwarder (forward --socket). Default {ForwarderSocket.DefaultText}.",
    };

    /// <summary>The command <c>up</c> for the command line.</summary>
    public static Command Create()
    {
        Command command = Create("up", "Serve the control API in the foreground until SIGTERM or SIGINT.");
        WorkerCommandOptions.AddTo(command);
        command.SetAction((arguments, _) => RunAsync(arguments, isAlone: true));
        return command;
    }

    /// <summary>The command <c>control</c>: the same options and the forwarder's socket.</summary>
    public static Command CreateControl()
    {
        Command command = Create("control", "Serve the control API like up, for a forwarder in another process, which goes on when this one ends.");
        command.Add(_forwarderSocket);
        command.SetAction((arguments, _) => RunAsync(arguments, isAlone: false));
        return command;
    }

    private static Command Create(string name, string description)
    {
        Command command = new(name, description)
        {
            _listen, _data, _tokens, _certificate, _key, _clientCa, _insecure, _socketMode, _quotas, _requestRate, _requestTimeout,
            _onEmpty, _drivers, _bridge, _switchFolder, _dialect, ConfigurationOption.File,
        };
        command.Validators.Add(CheckTls);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult given, bool isAlone)
    {
        RoleConfiguration? configuration = RoleConfiguration.Apply(given, out ParseResult arguments);
        string? forwarderSocket = isAlone ? null : Path.GetFullPath(arguments.GetValue(_forwarderSocket) ?? ForwarderSocket.Default);
        ControlHostOptions options = Options(arguments);

        // Before a data directory is made for a server that will not start.
        ListenRules.Check(options);
        using SqliteStateStore? stored = DataDirectory.Open(arguments.GetValue(_data) ?? DataDirectory.Default);

        // An option that is a list and was not given is an empty list.
        string[] names = arguments.GetValue(_drivers) is { Length: > 0 } named ? named : [DriverCatalog.Default];
        ImmutableArray<IStateDriver> chosen = [.. names.Select(name => DriverCatalog.Make(name, DriversOptions(arguments, forwarderSocket)))];
        RemoteForwarder? remote = chosen.OfType<FollowingDriver>().Select(driver => driver.Target).OfType<RemoteForwarder>().SingleOrDefault();
        await using DriverSet drivers = new(chosen)
        {
            Numbers = remote is null ? StableNumbers.None : await remote.NumbersAsync(),
            OnEmpty = arguments.GetValue(_onEmpty) ?? EmptyGroupAction.Drop,
            Configured = configuration?.Ports ?? [],
        };
        ForwarderDriver? forwarder = chosen.OfType<ForwarderDriver>().SingleOrDefault();
        using LocalForwarder? running = forwarder is null ? null : new LocalForwarder(forwarder, WorkerCommandOptions.Read(arguments));
        await using ControlHost host = ControlHost.Build(options with
        {
            Store = stored is null ? options.Store : stored,
            Compile = drivers.Compile,
            Publish = drivers.Publish,
            Drivers = drivers,
            Traced = remote is not null ? remote : forwarder,
            Forwarder = remote is not null ? remote : forwarder is not null ? forwarder : options.Forwarder,
        });
        ServiceNotifier service = new();
        using PosixSignalRegistration? reload = ReloadOnHangup(host, drivers, configuration, service, isWanted: options.TokenFile is not null || options.Tls is not null || configuration is not null);
        await host.StartAsync();
        await Console.Out.WriteLineAsync($"Listening on {host.ListeningOn}");
        service.Ready($"Listening on {host.ListeningOn}");
        using PeriodicBeat beat = new(service, host.IsTakingChangesAsync);
        Task stopped = host.WaitForShutdownAsync();
        if (running is null || await Task.WhenAny(stopped, running.Failure) == stopped)
        {
            await stopped;
            service.Stopping();
            return 0;
        }

        await Console.Error.WriteLineAsync($"{await running.Failure}");
        return Program.Failure;
    }

    private static DriverOptions DriversOptions(ParseResult arguments, string? forwarderSocket) => new()
    {
        ForwarderSocket = forwarderSocket,
        Notice = Console.Error.WriteLine,
        Bridge = arguments.GetValue(_bridge) ?? _driverDefaults.Bridge,
        Dialect = arguments.GetValue(_dialect) ?? _driverDefaults.Dialect,
        Switch = arguments.GetValue(_switchFolder) is { } folder ? _driverDefaults.Switch with { Folder = Path.GetFullPath(folder) } : _driverDefaults.Switch,
    };

    /// <summary>Where there is nothing to read again, a closed terminal ends the server as it ends others.</summary>
    private static PosixSignalRegistration? ReloadOnHangup(
        ControlHost host, DriverSet drivers, RoleConfiguration? configuration, ServiceNotifier service, bool isWanted) => !isWanted
        ? null
        : PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            service.Reloading();
            host.ReloadTokens();
            host.ReloadCertificate();
            if (configuration is not null)
            {
                host.ReloadConfiguration(configuration, drivers);
            }

            service.Ready($"Listening on {host.ListeningOn}");
        });

    /// <summary>What the command line says of the server.</summary>
    /// <param name="arguments">The command line; checked.</param>
    internal static ControlHostOptions Options(ParseResult arguments) => new()
    {
        Listen = arguments.GetValue(_listen) ?? _defaults.Listen,
        TokenFile = arguments.GetValue(_tokens),
        Tls = arguments.GetValue(_certificate) is { } certificate
            ? new TlsFiles(certificate, arguments.GetRequiredValue(_key), arguments.GetValue(_clientCa))
            : null,
        Insecure = arguments.GetValue(_insecure),
        SocketMode = arguments.GetValue(_socketMode) ?? _defaults.SocketMode,
        Quotas = arguments.GetValue(_quotas) ?? _defaults.Quotas,
        RequestsPerSecond = arguments.GetValue(_requestRate),
        RequestTimeout = arguments.GetValue(_requestTimeout) ?? _defaults.RequestTimeout,
    };

    private static void CheckTls(CommandResult command)
    {
        bool certificate = command.GetResult(_certificate) is not null;
        bool key = command.GetResult(_key) is not null;
        if (certificate != key || (command.GetResult(_clientCa) is not null && !certificate))
        {
            command.AddError("TLS is not configured in full. Accepted are --tls-certificate and --tls-key together, and --client-ca with both of them.");
        }
    }

    private static ListenAddress? ReadListen(ArgumentResult argument)
    {
        try
        {
            return ListenAddress.Parse(argument.Tokens[0].Value);
        }
        catch (ArgumentException exception)
        {
            argument.AddError(exception.Message);
            return null;
        }
    }

    private static UnixFileMode? ReadSocketMode(ArgumentResult argument)
    {
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        switch (argument.Tokens[0].Value)
        {
            case "600" or "0600":
                return owner;
            case "660" or "0660":
                return owner | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
            default:
                argument.AddError($"--socket-mode '{argument.Tokens[0].Value}' is not possible. Accepted are 600 (the owner) and 660 (the owner and the group).");
                return null;
        }
    }

    private static Quotas ReadQuotas(ArgumentResult argument)
    {
        Quotas quotas = Quotas.Default;
        foreach (Token token in argument.Tokens)
        {
            string[] parts = token.Value.Split('=');
            if (parts.Length != 2 || !Quotas.Names.Contains(parts[0])
                || !int.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int limit) || limit < -1)
            {
                argument.AddError($"--quota '{token.Value}' is not possible. Accepted is NAME=N with a name of {string.Join(", ", Quotas.Names)} and a number from 0, or -1 for no limit.");
                return quotas;
            }

            quotas = quotas.With(parts[0], limit);
        }

        return quotas;
    }

    private static string[] ReadDrivers(ArgumentResult argument)
    {
        string[] names = [.. argument.Tokens.Select(token => token.Value)];
        if (Array.Find(names, name => !DriverCatalog.Names.Contains(name) || names.Count(other => other == name) > 1) is { } wrong)
        {
            argument.AddError($"--driver '{wrong}' is not possible. Accepted are {string.Join(", ", DriverCatalog.Names)}, each once.");
        }

        return names;
    }

    private static EmptyGroupAction? ReadOnEmpty(ArgumentResult argument)
    {
        EmptyGroupAction? action = EmptyGroupActions.Find(argument.Tokens[0].Value);
        if (action is null)
        {
            argument.AddError($"--on-empty '{argument.Tokens[0].Value}' is not possible. Accepted are {string.Join(", ", EmptyGroupActions.Words)}.");
        }

        return action;
    }

    private static FlowDialect? ReadDialect(ArgumentResult argument)
    {
        switch (argument.Tokens[0].Value)
        {
            case "fixed":
                return FlowDialect.Fixed;
            case "reference":
                return FlowDialect.Reference;
        }

        argument.AddError($"--ovs-dialect '{argument.Tokens[0].Value}' is not possible. Accepted are fixed and reference.");
        return null;
    }

    private static int? ReadRequestRate(ArgumentResult argument)
    {
        if (int.TryParse(argument.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int perSecond) && perSecond > 0)
        {
            return perSecond;
        }

        argument.AddError($"--request-rate '{argument.Tokens[0].Value}' is not possible. Accepted is a whole number of requests per second from 1.");
        return null;
    }

    private static TimeSpan? ReadRequestTimeout(ArgumentResult argument)
    {
        const double longest = 3600;
        if (double.TryParse(argument.Tokens[0].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
            && seconds is >= 0.1 and <= longest)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        argument.AddError($"--request-timeout '{argument.Tokens[0].Value}' is not possible. Accepted are seconds from 0.1 to {longest}.");
        return null;
    }
}
