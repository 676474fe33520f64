using System.CommandLine;

namespace NetworkingSfc.Sfc.Client;

/// <summary>Gives commands their actions: a failure becomes one message under the command's name and an exit status.</summary>
internal static class CommandAction
{
    /// <summary>Sets the action of a command that talks to the control API.</summary>
    /// <param name="command">The command.</param>
    /// <param name="action">What it does; done when it returns.</param>
    public static void SetApiAction(this Command command, Func<ParseResult, ApiClient, Task> action) =>
        command.SetCheckedAction(async arguments =>
        {
            using ApiClient client = ServerOptions.Open(arguments);
            await action(arguments, client);
            return 0;
        });

    /// <summary>Sets the action of a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="action">What it does; gives the exit status.</param>
    public static void SetCheckedAction(this Command command, Func<ParseResult, Task<int>> action) =>
        command.SetAction(async (arguments, _) =>
        {
            try
            {
                return await action(arguments);
            }
            catch (CommandFailure failure)
            {
                arguments.InvocationConfiguration.Error.WriteLine($"sfc {NameOf(arguments.CommandResult.Command)}: {failure.Message}");
                return failure.Status;
            }
        });

    /// <summary>The command as it is typed, without the program.</summary>
    private static string NameOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault(parent => parent is not RootCommand) is { } parent
            ? $"{NameOf(parent)} {command.Name}"
            : command.Name;
}
