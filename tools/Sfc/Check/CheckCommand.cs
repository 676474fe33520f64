using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.State;
using NetworkingSfc.Sfc.Client;
using NetworkingSfc.Sfc.Printing;
using NetworkingSfc.Sfc.State;

namespace NetworkingSfc.Sfc.Check;

/// <summary><c>sfc check FILE</c>: everything wrong with a state document or a configuration file, without applying it.</summary>
internal static class CheckCommand
{
    private const string ConfigurationSuffix = ".toml";

    /// <summary>The command for the command line.</summary>
    public static Command Create()
    {
        Argument<string> file = new("FILE") { Description = $"The state document, or a configuration file ({ConfigurationSuffix})." };
        Command command = new("check", "Say everything that is wrong with a state document or a configuration file, and where.") { file, ServerOptions.Json };
        command.SetCheckedAction(arguments =>
        {
            string path = arguments.GetRequiredValue(file);
            StateError[] errors = [.. path.EndsWith(ConfigurationSuffix, StringComparison.Ordinal) ? ErrorsOfConfiguration(path) : ErrorsOf(StateFile.Load(path).Reading)];
            Print(arguments, path, errors);
            return Task.FromResult(errors.Length == 0 ? 0 : CommandFailure.Refused);
        });
        return command;
    }

    private static IEnumerable<StateError> ErrorsOf(StateReading reading)
    {
        if (reading.Document is not { } document)
        {
            return reading.Errors;
        }

        _ = SnapshotCompiler.Compile(document.Resources, previous: null, generation: 1, out ImmutableArray<ApiProblem> problems);
        return problems.Select(problem => new StateError("$", problem.Message));
    }

    private static IEnumerable<StateError> ErrorsOfConfiguration(string path)
    {
        try
        {
            return ConfigurationCheck.Of(path).Select(problem => new StateError($"line {problem.Line}", problem.Message));
        }
        catch (StartRefusedException unreadable)
        {
            throw new CommandFailure(unreadable.Message);
        }
    }

    private static void Print(ParseResult arguments, string path, StateError[] errors)
    {
        TextWriter output = arguments.InvocationConfiguration.Output;
        if (arguments.GetValue(ServerOptions.Json))
        {
            JsonArray list = [.. errors.Select(error => (JsonNode?)new JsonObject { ["where"] = error.Where, ["message"] = error.Message })];
            output.WriteLine(new JsonObject { ["errors"] = list }.ToJsonString());
        }
        else if (errors.Length == 0)
        {
            output.WriteLine($"{path}: nothing is wrong");
        }
        else
        {
            foreach (StateError error in errors)
            {
                arguments.InvocationConfiguration.Error.WriteLine($"{path}: {TableOutput.Printable(error.ToString())}");
            }
        }
    }
}
