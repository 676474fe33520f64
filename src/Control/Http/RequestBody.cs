using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Unicode;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Http;

/// <summary>A request body as JSON, or why it is none. The content type is not looked at, as in the reference.</summary>
internal readonly record struct RequestBody(JsonElement Json, ApiProblem? Problem)
{
    private static readonly JsonDocumentOptions _options = new() { MaxDepth = JsonScan.MaxDepth };

    /// <summary>Reads the whole body as JSON within the time allowed.</summary>
    public static async Task<RequestBody> ReadAsync(HttpContext context, TimeSpan timeout)
    {
        (ReadOnlyMemory<byte> bytes, ApiProblem? problem) = await ReadBytesAsync(context, timeout);
        return problem is null ? Parse(bytes) : Refused(problem);
    }

    /// <summary>Reads the whole body within the time allowed.</summary>
    public static async Task<(ReadOnlyMemory<byte> Bytes, ApiProblem? Problem)> ReadBytesAsync(HttpContext context, TimeSpan timeout)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(timeout);
        try
        {
            return (await ReadToEndAsync(context.Request.BodyReader, deadline.Token), null);
        }
        catch (BadHttpRequestException exception)
        {
            return (default, ServerRefusals.ProblemOf(exception));
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            context.Response.Headers.Connection = "close";
            return (default, new ApiProblem(408, "HTTPRequestTimeout",
                $"The body did not arrive in full within {timeout.TotalSeconds:0.###} seconds."));
        }
        catch (Exception exception) when (exception is OverflowException or InvalidDataException or IOException)
        {
            // The server reports some malformed transfers (a chunk size that overflows) as faults of its own.
            return (default, ApiProblem.BadRequest("The body is not transferred in a well-formed way. Accepted are Content-Length and chunked bodies."));
        }
    }

    private static RequestBody Parse(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            return Refused(ResourceBodyRequired);
        }

        if (!Utf8.IsValid(body.Span))
        {
            return Refused(ApiProblem.BadRequest("The body is not UTF-8. Accepted is JSON in UTF-8."));
        }

        if (new JsonScan(body.Span).Check() is { } wrong)
        {
            return Refused(ApiProblem.BadRequest(wrong));
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(body, _options);
            return new RequestBody(document.RootElement.Clone(), null);
        }
        catch (JsonException)
        {
            return Refused(new ApiProblem(400, "MalformedRequestBody", "Malformed request body: Cannot understand JSON."));
        }
    }

    /// <summary>400 when a DELETE comes with a body.</summary>
    public static ApiProblem? RefuseInDelete(HttpRequest request) => request.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0
        ? ApiProblem.BadRequest("Request body is not supported in DELETE.")
        : null;

    /// <summary>What an empty body, and everything that Python takes for false, is answered with.</summary>
    public static ApiProblem ResourceBodyRequired { get; } = ApiProblem.BadRequest("Resource body required");

    private static RequestBody Refused(ApiProblem problem) => new(default, problem);

    private static async Task<byte[]> ReadToEndAsync(PipeReader reader, CancellationToken cancellation)
    {
        while (true)
        {
            ReadResult result = await reader.ReadAsync(cancellation);
            if (result.IsCompleted)
            {
                byte[] body = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return body;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }
}
