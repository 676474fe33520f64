using System.CommandLine;

namespace NetworkingSfc.Control.Configuration;

/// <summary><c>--config FILE</c>, the same for every role.</summary>
internal static class ConfigurationOption
{
    /// <summary>The option's name.</summary>
    public const string Name = "--config";

    /// <summary>The option.</summary>
    public static Option<string> File { get; } = new(Name)
    {
        HelpName = "FILE",
        Description = $"Configuration file (TOML); options given here go before it. The package's is {ConfigurationFile.DefaultPath}.",
    };
}
