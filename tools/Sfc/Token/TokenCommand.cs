using System.CommandLine;
using NetworkingSfc.Control.Access;

namespace NetworkingSfc.Sfc.Token;

/// <summary><c>sfc token</c>: makes a token for the API. The token is for its holder, the line for the server's token file.</summary>
internal static class TokenCommand
{
    /// <summary>The command for the command line.</summary>
    public static Command Create()
    {
        Option<AccessRole> role = new("--role") { Description = "What the holder may do.", Required = true };
        Option<string> project = new("--project") { Description = "The project the holder acts for.", HelpName = "PROJECT", Required = true };
        Command command = new("token", "Make a token: prints the line for the token file, and on standard error the token itself.") { role, project };
        command.SetAction(arguments => Run(arguments.GetValue(role), arguments.GetRequiredValue(project), Console.Out, Console.Error));
        return command;
    }

    /// <summary>Runs the command. The two go to different streams, so that <c>&gt;&gt;</c> adds a line to the file and nothing else.</summary>
    /// <returns>Exit status: 0, or 2 when the project is none.</returns>
    public static int Run(AccessRole role, string project, TextWriter text, TextWriter error)
    {
        try
        {
            text.WriteLine(AccessToken.Create(role, project, out string secret));
            error.WriteLine(secret);
            return 0;
        }
        catch (ArgumentException exception)
        {
            error.WriteLine($"sfc token: {exception.Message}");
            return 2;
        }
    }
}
