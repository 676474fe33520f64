using System.Collections.Immutable;
using System.CommandLine;
using NetworkingSfc.Control.Access;
using NetworkingSfc.Control.Configuration;

namespace NetworkingSfc.Control.Hosting;

/// <summary>Looks at a configuration file without applying it.</summary>
public static class ConfigurationCheck
{
    /// <summary>
    /// Everything wrong with a file, each with its line; empty when both roles can start with it. What a start would look at beyond the
    /// file (whether the address may be listened on, and the files of tokens and TLS) is looked at when the file itself is right.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="StartRefusedException">It cannot be read.</exception>
    public static ImmutableArray<ConfigurationProblem> Of(string path)
    {
        Command control = UpCommand.CreateControl();
        ConfigurationFile file = RoleConfiguration.Read(path, RoleConfiguration.Roles(control, ForwardCommand.Create()));
        return file.Problems.IsEmpty ? ProblemsOfStart(file, control) : file.Problems;
    }

    private static ImmutableArray<ConfigurationProblem> ProblemsOfStart(ConfigurationFile file, Command control)
    {
        ControlHostOptions options = UpCommand.Options(control.Parse([.. file.OptionsFor(control.Parse([]))]));
        List<ConfigurationProblem> problems = [];
        Look(() => ListenRules.Check(options), "listen", "tls-certificate");
        if (options.TokenFile is { } tokens && TokenSet.Read(tokens, out _) is { } wrong)
        {
            Say(wrong, "tokens");
        }

        if (options.Tls is { } tls)
        {
            Look(() => TlsEndpoint.Load(tls with { ClientCa = null }), "tls-certificate");
            Look(() => TlsEndpoint.ReadAuthorities(tls), "client-ca");
        }

        return [.. problems.OrderBy(problem => problem.Line)];

        void Look(Action start, params string[] settings)
        {
            try
            {
                start();
            }
            catch (Exception refused) when (refused is ArgumentException or StartRefusedException)
            {
                Say(refused.Message, settings);
            }
        }

        void Say(string message, params string[] settings) => problems.Add(new ConfigurationProblem(file.LineOf(RoleConfiguration.Control, settings), message));
    }
}
