using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using NetworkingSfc.Dataplane.Ports;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace NetworkingSfc.Control.Configuration;

/// <summary>
/// The configuration file (TOML): a section for each role, whose settings are the options of the role's command without their
/// dashes, and a <c>[[port]]</c> for each port that is attached here rather than by the API.
/// </summary>
/// <remarks>
/// Options are defined once, on the command: it reads and refuses a value of the file as it does one of the command line, and what the
/// command line says goes before the file.
/// </remarks>
public sealed class ConfigurationFile
{
    /// <summary>Where the package puts it.</summary>
    public const string DefaultPath = "/etc/sfc/sfc.toml";

    private const string PortSection = "port";
    private const int FirstLine = 1;

    private readonly ImmutableDictionary<string, Command?> _roles;
    private readonly Dictionary<string, List<Setting>> _settings = [];
    private readonly List<ConfigurationProblem> _problems = [];
    private readonly List<ConfiguredPort> _ports = [];

    private ConfigurationFile(ImmutableDictionary<string, Command?> roles) => _roles = roles;

    /// <summary>All that is wrong, in the order of the lines.</summary>
    public ImmutableArray<ConfigurationProblem> Problems => [.. _problems.OrderBy(problem => problem.Line)];

    /// <summary>The ports that the file attaches.</summary>
    public ImmutableArray<ConfiguredPort> Ports => [.. _ports];

    /// <summary>Reads a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="roles">The commands whose options the sections set, by the sections' names; null for a section that is not looked at.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be read.</exception>
    public static ConfigurationFile Read(string path, ImmutableDictionary<string, Command?> roles) => Parse(File.ReadAllText(path), roles);

    /// <summary>Reads the text of a file.</summary>
    /// <param name="text">The text.</param>
    /// <param name="roles">The commands whose options the sections set, by the sections' names; null for a section that is not looked at.</param>
    public static ConfigurationFile Parse(string text, ImmutableDictionary<string, Command?> roles)
    {
        ConfigurationFile file = new(roles);
        DocumentSyntax document = SyntaxParser.Parse(text, sourceName: null, validate: true);
        file._problems.AddRange(document.Diagnostics.Select(diagnostic => new ConfigurationProblem(
            LineOf(diagnostic.Span), $"This is not TOML: {diagnostic.Message.TrimEnd('.')}. Accepted is a file as in https://toml.io.")));
        if (document.HasErrors)
        {
            return file;
        }

        foreach (KeyValueSyntax item in document.KeyValues)
        {
            file.Refuse(item, $"The setting '{NameOf(item.Key)}' is in no section. {file.AcceptedSections()}");
        }

        foreach (TableSyntaxBase table in document.Tables)
        {
            file.Take(table);
        }

        file.CheckRoles();
        return file;
    }

    /// <summary>
    /// What the file adds to a command line: the settings of the command's section, or for a command without one of all sections,
    /// that are options of the command and were not given.
    /// </summary>
    /// <param name="given">What the arguments alone say.</param>
    /// <returns>Options to put before the arguments.</returns>
    public ImmutableArray<string> OptionsFor(ParseResult given)
    {
        Command command = given.CommandResult.Command;
        return
        [
            .. _settings.Where(section => section.Key == command.Name || !_roles.ContainsKey(command.Name)).SelectMany(section => section.Value)
                .Where(setting => command.Options.FirstOrDefault(option => option.Name == setting.Option.Name) is { } option
                    && given.GetResult(option) is null or { Implicit: true })
                .SelectMany(setting => setting.Tokens),
        ];
    }

    /// <summary>Where a section says the first of some settings that it says at all; its first line with a setting when it says none, and 1 without the section.</summary>
    /// <param name="section">The section.</param>
    /// <param name="settings">The settings, the one that matters most first.</param>
    public int LineOf(string section, params string[] settings) => !_settings.TryGetValue(section, out List<Setting>? said) ? FirstLine
        : settings.Select(name => said.Find(setting => setting.Option.Name == $"--{name}")).FirstOrDefault(setting => setting is not null)?.Line ?? said[0].Line;

    private static int LineOf(SourceSpan span) => span.Start.Line + FirstLine;

    private static string NameOf(KeySyntax? key) => key?.ToString().Trim() ?? "";

    // What one value is on the command line; null for a value that no option takes.
    private static IEnumerable<string>? Words(ValueSyntax? value) => value switch
    {
        StringValueSyntax { Value: { } text } => [text],
        IntegerValueSyntax number => [number.Value.ToString(CultureInfo.InvariantCulture)],
        FloatValueSyntax number => [number.Value.ToString(CultureInfo.InvariantCulture)],
        BooleanValueSyntax truth => [truth.Value ? "true" : "false"],
        ArraySyntax list => list.Items.Select(item => Words(item.Value) is { } words && item.Value is not ArraySyntax ? words.First() : null) is { } all && all.All(word => word is not null)
            ? all.Select(word => word!)
            : null,
        _ => null,
    };

    private void Take(TableSyntaxBase table)
    {
        string name = NameOf(table.Name);
        if (table is TableArraySyntax && name == PortSection)
        {
            TakePort(table);
        }
        else if (table is TableSyntax && _roles.TryGetValue(name, out Command? role))
        {
            foreach (KeyValueSyntax item in role is null ? [] : table.Items.ToArray())
            {
                TakeSetting(name, role!, item);
            }
        }
        else
        {
            Refuse(table, $"There is no section '{name}' in this form. {AcceptedSections()}");
        }
    }

    private void TakeSetting(string section, Command role, KeyValueSyntax item)
    {
        string name = NameOf(item.Key);
        if (role.Options.FirstOrDefault(option => option.Name == $"--{name}" && option.Name != ConfigurationOption.Name) is not { } option)
        {
            Refuse(item, $"The section '{section}' has no setting '{name}'. Accepted are {string.Join(", ", NamesOf(role))}.");
            return;
        }

        if (Words(item.Value) is not { } words)
        {
            Refuse(item, $"The setting '{name}' has a value of a kind that no setting has. Accepted are text, numbers, true, false and lists of those.");
            return;
        }

        // Without a word it would be no setting at all, and with it would go what it was there for: the tokens, the certificate.
        if (!words.Any())
        {
            Refuse(item, $"The setting '{name}' is an empty list. Accepted is a list with a value in it, or no such setting.");
            return;
        }

        Setting setting = new(option, [.. words.Select(word => $"{option.Name}={word}")], LineOf(item.Span));
        ParseResult parsed = new Command("read") { option }.Parse([.. setting.Tokens]);
        foreach (ParseError error in parsed.Errors)
        {
            Refuse(item, error.Message);
        }

        if (parsed.Errors.Count == 0)
        {
            if (!_settings.TryGetValue(section, out List<Setting>? settings))
            {
                _settings.Add(section, settings = []);
            }

            settings.Add(setting);
        }
    }

    private void TakePort(TableSyntaxBase table)
    {
        Dictionary<string, string> texts = [];
        foreach (KeyValueSyntax item in table.Items)
        {
            if (item.Value is ArraySyntax || Words(item.Value) is not { } words)
            {
                Refuse(item, $"The setting '{NameOf(item.Key)}' of a port is no text and no number. Accepted are text and numbers.");
                return;
            }

            texts[NameOf(item.Key)] = words.First();
        }

        try
        {
            ConfiguredPort port = ConfiguredPort.Of(texts);
            if (_ports.Any(other => other.Port == port.Port))
            {
                Refuse(table, $"The port '{port.Port}' is attached twice. Accepted is one [[port]] for each.");
                return;
            }

            _ports.Add(port);
        }
        catch (PortOpenException refused)
        {
            Refuse(table, refused.Message);
        }
    }

    // What holds between several settings of a role; said where its section's first setting is.
    private void CheckRoles()
    {
        foreach ((string role, List<Setting> settings) in _settings)
        {
            ParseResult parsed = _roles[role]!.Parse([.. settings.SelectMany(setting => setting.Tokens)]);
            _problems.AddRange(parsed.Errors.Select(error => new ConfigurationProblem(settings[0].Line, error.Message)));
        }
    }

    private static IEnumerable<string> NamesOf(Command role) =>
        role.Options.Where(option => option is not System.CommandLine.Help.HelpOption && option.Name != ConfigurationOption.Name).Select(option => option.Name.TrimStart('-'));

    private string AcceptedSections() => $"Accepted are {string.Join(", ", _roles.Keys.Order().Select(name => $"[{name}]"))} and [[{PortSection}]].";

    private void Refuse(SyntaxNode where, string message) => _problems.Add(new ConfigurationProblem(LineOf(where.Span), message));

    private sealed record Setting(Option Option, ImmutableArray<string> Tokens, int Line);
}
