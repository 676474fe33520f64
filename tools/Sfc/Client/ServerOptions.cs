using System.CommandLine;

namespace NetworkingSfc.Sfc.Client;

/// <summary>The options of every command that talks to the control API.</summary>
internal static class ServerOptions
{
    private const string ServerVariable = "SFC_SERVER";
    private const string TokenVariable = "SFC_TOKEN";

    /// <summary><c>--json</c>: what the API answers instead of tables.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "Print JSON instead of tables.", Recursive = true };

    private static Option<string?> Server { get; } = new("--server")
    {
        Description = $"Address of the control API: http://HOST:PORT, https://HOST:PORT or unix:PATH. Without it: {ServerVariable}, else {ServerAddress.Default}.",
        HelpName = "ADDRESS",
        Recursive = true,
    };

    // A token on the command line could be read by every user of the machine.
    private static Option<string?> TokenFile { get; } = new("--token-file")
    {
        Description = $"File whose first line is the token to send. Without it: {TokenVariable}, else none is sent.",
        HelpName = "FILE",
        Recursive = true,
    };

    /// <summary>Adds the options to a command and everything below it.</summary>
    /// <param name="command">The command.</param>
    public static void AddTo(Command command)
    {
        command.Options.Add(Server);
        command.Options.Add(TokenFile);
        command.Options.Add(Json);
    }

    /// <summary>A client of the server that the command line, or else the environment, names.</summary>
    /// <param name="arguments">The command line.</param>
    public static ApiClient Open(ParseResult arguments)
    {
        string server = arguments.GetValue(Server) ?? Variable(ServerVariable) ?? ServerAddress.Default;
        string? token = arguments.GetValue(TokenFile) is string path ? ReadToken(path) : Variable(TokenVariable);
        return new ApiClient(ServerAddress.Parse(server), token);
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string ReadToken(string path)
    {
        string token;
        try
        {
            using StreamReader reader = File.OpenText(path);
            token = reader.ReadLine()?.Trim() ?? "";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandFailure($"The token file '{path}' cannot be read: {failure.Message}");
        }

        return token.Length > 0 ? token : throw new CommandFailure($"The first line of the token file '{path}' is empty. Accepted is a token there.");
    }
}
