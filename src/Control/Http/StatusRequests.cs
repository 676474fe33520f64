using System.Text.Json;
using NetworkingSfc.Control.Access;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Publishing;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.Telemetry;

namespace NetworkingSfc.Control.Http;

/// <summary>Answers <c>/v2.0/sfc/status</c> and <c>/metrics</c>: what can be seen of everything, for who may read everything.</summary>
internal sealed class StatusRequests(ControlLoop loop, ControlHostOptions options)
{
    private readonly StatusReader _reader = new(options.Drivers, options.Forwarder);

    /// <summary>The requests so far.</summary>
    public RequestCounters Requests { get; } = new();

    /// <summary>Answers <c>/v2.0/sfc/status</c>.</summary>
    public Task StatusAsync(HttpContext context) => Refuse(context)
        ?? Answer.JsonAsync(context, StatusCodes.Status200OK, writer => JsonSerializer.Serialize(writer, _reader.Read(loop.Current), StatusReportJson.Default.StatusReport));

    /// <summary>Answers <c>/metrics</c>.</summary>
    public Task MetricsAsync(HttpContext context)
    {
        if (Refuse(context) is { } refused)
        {
            return refused;
        }

        MetricsText text = new();
        Metrics.Write(text, _reader.Read(loop.Current));
        Requests.Write(text);
        return Answer.TextAsync(context, StatusCodes.Status200OK, MetricsText.ContentType, text.ToString());
    }

    private static Task? Refuse(HttpContext context) =>
        !HttpMethods.IsGet(context.Request.Method) ? Answer.MethodNotAllowedAsync(context, "GET")
        : AccessGate.CallerOf(context).IsAdmin ? null
        : Answer.ProblemAsync(context, ApiProblem.AdminRequired("Only admin can view status and metrics"));
}
