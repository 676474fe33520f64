using System.Collections.Immutable;
using System.CommandLine;
using NetworkingSfc.Control.Configuration;

namespace NetworkingSfc.Control.Hosting;

/// <summary>The configuration file of the running role: read at the start, and again when asked to.</summary>
internal sealed class RoleConfiguration
{
    /// <summary>The section of the control role.</summary>
    public const string Control = "control";

    /// <summary>The section of the forward role.</summary>
    public const string Forward = "forward";

    private readonly string _path;
    private readonly Command _command;
    private readonly ParseResult _given;
    private ImmutableArray<string> _options;

    private RoleConfiguration(string path, ParseResult given, ConfigurationFile file)
    {
        _path = path;
        _given = given;
        _command = given.CommandResult.Command;
        _options = file.OptionsFor(given);
        Ports = file.Ports;
    }

    /// <summary>The ports that the file attaches.</summary>
    public ImmutableArray<ConfiguredPort> Ports { get; private set; }

    /// <summary>Adds to a command line what its configuration file says.</summary>
    /// <param name="given">The command line.</param>
    /// <param name="arguments">Both together; the command line alone where no file is named.</param>
    /// <returns>The configuration, or null where no file is named.</returns>
    /// <exception cref="ArgumentException">The file cannot be read or used: every reason with its line. Starting again would not help.</exception>
    public static RoleConfiguration? Apply(ParseResult given, out ParseResult arguments)
    {
        arguments = given;
        if (given.GetValue(ConfigurationOption.File) is not { } path)
        {
            return null;
        }

        Command command = given.CommandResult.Command;
        ConfigurationFile file;
        try
        {
            file = Read(path, command);
        }
        catch (StartRefusedException unreadable)
        {
            throw new ArgumentException(unreadable.Message, unreadable);
        }

        if (!file.Problems.IsEmpty)
        {
            throw new ArgumentException(Sentences(path, file));
        }

        RoleConfiguration configuration = new(path, given, file);
        arguments = command.Parse([.. configuration._options, .. given.Tokens.Select(token => token.Value).SkipWhile(word => word == command.Name)]);
        return arguments.Errors.Count == 0 ? configuration
            : throw new ArgumentException(string.Join(Environment.NewLine, arguments.Errors.Select(error => $"{path} and the command line: {error.Message}")));
    }

    /// <summary>Reads the file again.</summary>
    /// <param name="notice">
    /// What there is to say: why the file cannot be used, in which case nothing changes, or which settings wait for a restart.
    /// </param>
    /// <returns>True when <see cref="Ports"/> may be others now.</returns>
    public bool Reload(out string? notice)
    {
        notice = null;
        ConfigurationFile file;
        try
        {
            file = Read(_path, _command);
        }
        catch (StartRefusedException unreadable)
        {
            notice = unreadable.Message;
            return false;
        }

        if (!file.Problems.IsEmpty)
        {
            notice = $"The configuration stays as it was. {Sentences(_path, file)}";
            return false;
        }

        ImmutableArray<string> options = file.OptionsFor(_given);
        if (!options.SequenceEqual(_options))
        {
            string[] names = [.. options.Except(_options).Concat(_options.Except(options)).Select(option => option.Split('=')[0]).Distinct()];
            notice = $"{_path}: these settings take effect when the process is started again: {string.Join(", ", names)}.";
            _options = options;
        }

        Ports = file.Ports;
        return true;
    }

    private static string Sentences(string path, ConfigurationFile file) =>
        string.Join(Environment.NewLine, file.Problems.Select(problem => $"{path}:{problem.Line}: {problem.Message}"));

    // The forward role knows nothing of the other's options, which would load what it must not load.
    private static ConfigurationFile Read(string path, Command command) => Read(path, command.Name == Forward
        ? Roles(control: null, command)
        : Roles(command, ForwardCommand.Create()));

    /// <summary>Reads a file whatever the role is.</summary>
    /// <param name="path">The file.</param>
    /// <param name="roles">Its sections.</param>
    /// <exception cref="StartRefusedException">It cannot be read.</exception>
    internal static ConfigurationFile Read(string path, ImmutableDictionary<string, Command?> roles)
    {
        try
        {
            return ConfigurationFile.Read(path, roles);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"The configuration file '{path}' cannot be read: {failure.Message} Accepted is a TOML file that this user may read.");
        }
    }

    /// <summary>The sections and whose options they set.</summary>
    internal static ImmutableDictionary<string, Command?> Roles(Command? control, Command? forward) =>
        ImmutableDictionary<string, Command?>.Empty.Add(Control, control).Add(Forward, forward);
}
