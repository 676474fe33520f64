using System.CommandLine;
using NetworkingSfc.Control.Store;

namespace NetworkingSfc.Control.Hosting;

/// <summary>Entry point of both roles. Exit status: 0 stopped as asked, 1 refused or failed, 2 wrong usage or a configuration that cannot be used.</summary>
internal static class Program
{
    internal const int Failure = 1;
    private const int UsageError = 2;

    /// <summary>Messages of our own say what would be accepted; those of the parser do not.</summary>
    private const string Accepted = "Accepted";

    private static async Task<int> Main(string[] arguments)
    {
        RootCommand root = new("Service function chaining: the control API and the forwarder.");
        foreach (Command command in arguments is ["forward", ..] ? [ForwardCommand.Create()] : All())
        {
            root.Add(command);
        }

        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            string[] errors = [.. parsed.Errors.Select(error => error.Message)];
            return Fail(UsageError, errors.Any(error => error.Contains(Accepted, StringComparison.Ordinal))
                ? errors
                : [.. errors, Usage(parsed.CommandResult.Command == root ? [.. root.Subcommands] : [parsed.CommandResult.Command])]);
        }

        try
        {
            // The host stops on signals by itself, and lets no exception through to a printer of stack traces.
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (ArgumentException exception)
        {
            return Fail(UsageError, exception.Message);
        }
        catch (Exception exception) when (exception is StartRefusedException or UnusableStoreException)
        {
            return Fail(Failure, exception.Message);
        }
        catch (Exception exception)
        {
            return Fail(Failure, $"The server failed: {exception.Message.ReplaceLineEndings(" ")} ({exception.GetType().Name})");
        }
    }

    // Apart from the entry point, because the forward role must not load what the control role is made of.
    private static Command[] All() => [UpCommand.Create(), UpCommand.CreateControl(), ForwardCommand.Create()];

    private static string Usage(Command[] commands) => $"{Accepted} is " + string.Join(" Or ", commands.Select(command =>
        $"{command.Name} with {string.Join(", ", command.Options.Select(option => option.Name))}; {command.Name} --help explains them."));

    private static int Fail(int status, params string[] lines)
    {
        foreach (string line in lines)
        {
            Console.Error.WriteLine(line);
        }

        return status;
    }
}
