using System.Text.Json;
using NetworkingSfc.Control.Telemetry;
using NetworkingSfc.Sfc.Client;

namespace NetworkingSfc.Sfc.Status;

/// <summary>How a server and its forwarder are.</summary>
internal static class ServerStatus
{
    private const string Path = "v2.0/sfc/status";

    /// <summary>Asks for it.</summary>
    /// <param name="client">Whom to ask.</param>
    public static Task<ApiAnswer> GetAsync(ApiClient client) => client.GetAsync(Path);

    /// <summary>Reads it.</summary>
    /// <param name="answer">What was answered.</param>
    public static StatusReport Read(ApiAnswer answer)
    {
        try
        {
            if (JsonSerializer.Deserialize(answer.Text, StatusReportJson.Default.StatusReport) is { Forwarder: not null } report
                && !report.Drivers.IsDefault && !report.Workers.IsDefault && !report.Chains.IsDefault && !report.Ports.IsDefault)
            {
                return report;
            }
        }
        catch (JsonException)
        {
            // Falls through: an object of another kind is no better.
        }

        throw new CommandFailure($"{answer.Sender} answered something else than its status; is it the control API of a forwarder?");
    }
}
