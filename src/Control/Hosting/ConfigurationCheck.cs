using System.Collections.Immutable;
using NetworkingSfc.Control.Configuration;

namespace NetworkingSfc.Control.Hosting;

/// <summary>Looks at a configuration file without applying it.</summary>
public static class ConfigurationCheck
{
    /// <summary>Everything wrong with a file, each with its line; empty when both roles can start with it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="StartRefusedException">It cannot be read.</exception>
    public static ImmutableArray<ConfigurationProblem> Of(string path) =>
        RoleConfiguration.Read(path, RoleConfiguration.Roles(UpCommand.CreateControl(), ForwardCommand.Create())).Problems;
}
