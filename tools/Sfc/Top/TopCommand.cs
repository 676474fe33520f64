using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using NetworkingSfc.Control.Telemetry;
using NetworkingSfc.Sfc.Client;
using NetworkingSfc.Sfc.Status;

namespace NetworkingSfc.Sfc.Top;

/// <summary><c>sfc top</c>: what moves now, by chain, hop, member, port and worker, from two looks at a server again and again.</summary>
internal static class TopCommand
{
    private const double LeastSeconds = 0.1;
    private const double MostSeconds = 3_600;
    private const string ClearScreen = "\u001b[H\u001b[2J";

    /// <summary>The command for the command line.</summary>
    public static Command Create()
    {
        Option<double> interval = new("--interval")
        {
            HelpName = "S",
            Description = "Seconds between two looks. Default 1.",
            DefaultValueFactory = _ => 1,
            CustomParser = ReadInterval,
        };
        Option<bool> once = new("--once") { Description = "Print the rates of one interval and end." };
        Command command = new("top", "Show live what each chain, hop, member, port and worker moves and what is dropped, until Ctrl-C.") { interval, once };
        ServerOptions.AddTo(command);
        command.SetApiAction((arguments, client) => RunAsync(
            client, TimeSpan.FromSeconds(arguments.GetValue(interval)), arguments.GetValue(once), arguments.GetValue(ServerOptions.Json), arguments.InvocationConfiguration.Output));
        return command;
    }

    private static async Task RunAsync(ApiClient client, TimeSpan interval, bool isOnce, bool isJson, TextWriter output)
    {
        bool isScreen = !isOnce && !isJson && output == Console.Out && !Console.IsOutputRedirected;
        StatusReport before = await LookAsync(client);
        do
        {
            await Task.Delay(interval);
            StatusReport now = await LookAsync(client);
            TopRates rates = TopRates.Between(before, now);
            if (isJson)
            {
                output.WriteLine(JsonSerializer.Serialize(rates, TopRatesJson.Default.TopRates));
            }
            else
            {
                // All at once, so that the screen does not flicker.
                using StringWriter text = new();
                TopPrinter.Print(text, now, rates);
                output.Write((isScreen ? ClearScreen : "") + text);
            }

            output.Flush();
            before = now;
        }
        while (!isOnce);
    }

    private static async Task<StatusReport> LookAsync(ApiClient client) => ServerStatus.Read(await ServerStatus.GetAsync(client));

    private static double ReadInterval(ArgumentResult argument)
    {
        if (double.TryParse(argument.Tokens[0].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
            && seconds is >= LeastSeconds and <= MostSeconds)
        {
            return seconds;
        }

        argument.AddError(string.Create(CultureInfo.InvariantCulture,
            $"--interval '{argument.Tokens[0].Value}' is not possible. Accepted are seconds from {LeastSeconds} to {MostSeconds}."));
        return default;
    }
}
