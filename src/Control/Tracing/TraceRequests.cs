using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using NetworkingSfc.Control.Access;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Http;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Channel;
using NetworkingSfc.Dataplane.Tracing;

namespace NetworkingSfc.Control.Tracing;

/// <summary>
/// Answers <c>/v2.0/sfc/trace</c>, for administrators: a POST begins a trace, and its answer is a line of JSON for each record
/// as it comes, and one for the end. A client that leaves ends its trace.
/// </summary>
internal sealed class TraceRequests(ControlHostOptions options)
{
    private const string ContentType = "application/x-ndjson";
    private const int MostFilterCharacters = 4_096;

    private static readonly JsonWriterOptions _json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly ImmutableArray<string> _members = ["filter", "count", "seconds"];

    /// <summary>Answers one request.</summary>
    public Task HandleAsync(HttpContext context) => context.Request.Method switch
    {
        "POST" when AccessGate.CallerOf(context).IsAdmin => TraceAsync(context),
        "POST" => Answer.ProblemAsync(context, ApiProblem.AdminRequired("Only admin can trace packets")),
        _ => Answer.MethodNotAllowedAsync(context, "POST"),
    };

    private async Task TraceAsync(HttpContext context)
    {
        RequestBody body = await RequestBody.ReadAsync(context, options.RequestTimeout);
        TraceRequest? request = null;
        CompiledState? state = options.Traced?.State;
        ApiProblem? problem = body.Problem
            ?? (state is null ? Conflict("This server has no forwarder whose packets it could trace. Accepted is one with the driver forwarder, once it has published a state.") : null)
            ?? Read(body.Json, state!, out request);
        if (problem is not null)
        {
            await Answer.ProblemAsync(context, problem);
            return;
        }

        await using IAsyncEnumerator<TraceNews> trace = options.Traced!.TraceAsync(request!, context.RequestAborted).GetAsyncEnumerator(context.RequestAborted);
        try
        {
            // The first news only says that it has begun.
            await trace.MoveNextAsync();
        }
        catch (Exception refused) when (refused is TraceRefusedException or ChannelException)
        {
            await Answer.ProblemAsync(context, Conflict(refused.Message));
            return;
        }

        context.Response.ContentType = ContentType;
        await context.Response.Body.FlushAsync(context.RequestAborted);
        while (await trace.MoveNextAsync())
        {
            await context.Response.Body.WriteAsync(Lines(trace.Current), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    // Names are those of the state that is published now: a record is seldom older.
    private ReadOnlyMemory<byte> Lines(TraceNews news)
    {
        ArrayBufferWriter<byte> lines = new();
        TraceJson json = new(options.Traced!.State!);
        foreach (TraceRecord record in news.Records)
        {
            Line(lines, writer => json.Write(writer, record));
        }

        if (news.End is { } end)
        {
            Line(lines, writer => TraceJson.Write(writer, end));
        }

        return lines.WrittenMemory;
    }

    private static void Line(ArrayBufferWriter<byte> lines, Action<Utf8JsonWriter> write)
    {
        using (Utf8JsonWriter writer = new(lines, _json))
        {
            write(writer);
        }

        lines.Write("\n"u8);
    }

    private static ApiProblem Conflict(string message) => new(409, "TraceNotPossible", message);

    private static ApiProblem? Read(JsonElement body, CompiledState state, out TraceRequest? request)
    {
        request = null;
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("trace", out JsonElement trace) || trace.ValueKind != JsonValueKind.Object)
        {
            return ApiProblem.BadRequest("The body has no object 'trace'. Accepted is {\"trace\": {\"filter\": TEXT, \"count\": N, \"seconds\": S}}.");
        }

        if (trace.EnumerateObject().Select(member => member.Name).FirstOrDefault(name => !_members.Contains(name)) is { } unknown)
        {
            return ApiProblem.BadRequest($"A trace has no '{unknown}'. Accepted are {string.Join(", ", _members)}.");
        }

        if (!trace.TryGetProperty("count", out JsonElement given) || given.ValueKind != JsonValueKind.Number || !given.TryGetInt32(out int count) || count is < 1 or > TraceRequest.MostPackets)
        {
            return ApiProblem.InvalidValue("count", $"it is the number of packets after which the trace ends, from 1 to {TraceRequest.MostPackets}");
        }

        double seconds = TraceRequest.DefaultTime.TotalSeconds;
        if (trace.TryGetProperty("seconds", out given)
            && (given.ValueKind != JsonValueKind.Number || !given.TryGetDouble(out seconds) || !(seconds > 0 && seconds <= TraceRequest.LongestTime.TotalSeconds)))
        {
            return ApiProblem.InvalidValue("seconds", $"it is the time after which the trace ends, above 0 and up to {TraceRequest.LongestTime.TotalSeconds}");
        }

        string filterText = "";
        if (trace.TryGetProperty("filter", out given))
        {
            if (given.ValueKind != JsonValueKind.String || given.GetString() is not { Length: <= MostFilterCharacters } text)
            {
                return ApiProblem.InvalidValue("filter", $"it is a text of up to {MostFilterCharacters} characters with {TraceFilterReader.Accepted}");
            }

            filterText = text;
        }

        if (TraceFilterReader.Read(filterText, state, out TraceFilter filter) is { } problem)
        {
            return problem;
        }

        request = new TraceRequest(filter, count, TimeSpan.FromSeconds(seconds));
        return null;
    }
}
