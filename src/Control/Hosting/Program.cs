namespace NetworkingSfc.Control.Hosting;

/// <summary>Entry point of the control role.</summary>
internal static class Program
{
    private const int UsageError = 2;
    private const string Usage = "Usage: control [--listen URL]   (default http://127.0.0.1:9696)";

    private static async Task<int> Main(string[] arguments)
    {
        ControlHostOptions options = new();
        try
        {
            options = ReadOptions(arguments);
            await using ControlHost host = ControlHost.Build(options);
            await host.StartAsync();
            await Console.Out.WriteLineAsync($"Listening on {host.Address}");
            await host.WaitForShutdownAsync();
            return 0;
        }
        catch (ArgumentException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return UsageError;
        }
        catch (IOException exception)
        {
            // The address is taken, or not one of this machine's.
            await Console.Error.WriteLineAsync($"Cannot listen on {options.Listen}: {exception.Message}");
            return 1;
        }
    }

    private static ControlHostOptions ReadOptions(string[] arguments)
    {
        ControlHostOptions options = new();
        for (int index = 0; index < arguments.Length; index += 2)
        {
            string name = arguments[index];
            string? value = index + 1 < arguments.Length ? arguments[index + 1] : null;
            if (name != "--listen" || value is null || !Uri.TryCreate(value, UriKind.Absolute, out Uri? listen))
            {
                throw new ArgumentException($"'{string.Join(' ', arguments[index..])}' is not understood. {Usage}");
            }

            options = options with { Listen = listen };
        }

        return options;
    }
}
