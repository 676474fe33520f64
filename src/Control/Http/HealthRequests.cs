using NetworkingSfc.Control.Drivers;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Publishing;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Http;

/// <summary>
/// Answers <c>/healthz</c> (the process does its work) and <c>/readyz</c> (what is wanted is carried out), to anybody: they reveal
/// no name.
/// </summary>
internal sealed class HealthRequests(ControlLoop loop, ControlHostOptions options)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private Task _turn = Task.CompletedTask;

    /// <summary>Whether the control loop takes changes.</summary>
    public Task HealthAsync(HttpContext context) => AnswerAsync(context, "healthy", async () => await IsTurningAsync()
        ? []
        : [$"The control loop has not had its turn for {_patience.TotalSeconds:F0} s."]);

    /// <summary>Whether every driver has done all that is wanted, and every worker of the forwarder uses it.</summary>
    public Task ReadyAsync(HttpContext context) => AnswerAsync(context, "ready", () => Task.FromResult<IReadOnlyList<string>>([.. Missing()]));

    // However many ask, one question waits among the changes.
    private async Task<bool> IsTurningAsync()
    {
        Task turn;
        lock (_gate)
        {
            turn = _turn = _turn.IsCompleted ? loop.ApplyAsync(set => ChangeResult.Of(set), CancellationToken.None) : _turn;
        }

        try
        {
            await turn.WaitAsync(_patience);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private IEnumerable<string> Missing()
    {
        foreach (DriverReport report in options.Drivers.Reports)
        {
            if (report.Failure is not null || report.Applied != report.Wanted)
            {
                yield return report.Failure is null
                    ? $"The driver {report.Driver} has not applied revision {report.Wanted} yet."
                    : $"The driver {report.Driver} cannot apply revision {report.Wanted}; the status and the log say why.";
            }
        }

        if (options.Forwarder is NoForwarder)
        {
            yield break;
        }

        if (options.Forwarder.Running is null)
        {
            yield return "The forwarder is away.";
            yield break;
        }

        ulong wanted = options.Drivers.Current.Definition.Generation;
        foreach ((int worker, ulong adopted) in options.Forwarder.Adopted.Index())
        {
            if (adopted < wanted)
            {
                yield return $"Worker {worker} of the forwarder uses generation {adopted}; {wanted} is wanted.";
            }
        }
    }

    private static async Task AnswerAsync(HttpContext context, string good, Func<Task<IReadOnlyList<string>>> find)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            await Answer.MethodNotAllowedAsync(context, "GET, HEAD");
            return;
        }

        IReadOnlyList<string> wrong = await find();
        await (wrong.Count == 0
            ? Answer.TextAsync(context, StatusCodes.Status200OK, Answer.PlainText, good + "\n")
            : Answer.TextAsync(context, StatusCodes.Status503ServiceUnavailable, Answer.PlainText, string.Concat(wrong.Select(reason => reason + "\n"))));
    }
}
