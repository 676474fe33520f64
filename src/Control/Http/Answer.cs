using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Http;

/// <summary>Writes answers. Every body of the API is <c>application/json</c>.</summary>
internal static class Answer
{
    /// <summary>Header that names a request.</summary>
    public const string RequestId = "x-openstack-request-id";

    /// <summary>Content type of the API's bodies.</summary>
    public const string Json = "application/json";

    /// <summary>Content type of lines for people.</summary>
    public const string PlainText = "text/plain; charset=utf-8";

    /// <summary>The answers are never part of a page, so quotes and letters need no escapes beyond JSON's.</summary>
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Characters of a message; what is wrong stands at its beginning and its end.</summary>
    private const int MaxMessage = 4096;

    /// <summary>An answer with a body.</summary>
    public static Task JsonAsync(HttpContext context, int status, Action<Utf8JsonWriter> write) => SendAsync(context, status, Json, Written(write));

    /// <summary>An answer that is text.</summary>
    public static Task TextAsync(HttpContext context, int status, string contentType, string text) =>
        SendAsync(context, status, contentType, Encoding.UTF8.GetBytes(text));

    /// <summary>The error envelope of Neutron.</summary>
    public static Task ProblemAsync(HttpContext context, ApiProblem problem) => SendAsync(context, problem.Status, Json, Envelope(problem));

    /// <summary>The body of the error envelope. Messages repeat what was sent, but not megabytes of it.</summary>
    public static ReadOnlyMemory<byte> Envelope(ApiProblem problem) => Written(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartObject("NeutronError");
        writer.WriteString("type", problem.Type);
        writer.WriteString("message", Shortened(problem.Message));
        writer.WriteString("detail", "");
        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    /// <summary>A value of <see cref="RequestId"/>.</summary>
    public static string NewRequestId() => $"req-{Guid.NewGuid()}";

    private static ReadOnlyMemory<byte> Written(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, _options))
        {
            write(writer);
        }

        return buffer.WrittenMemory;
    }

    private static async Task SendAsync(HttpContext context, int status, string contentType, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private static string Shortened(string message)
    {
        if (message.Length <= MaxMessage)
        {
            return message;
        }

        int end = char.IsHighSurrogate(message[MaxMessage / 2 - 1]) ? MaxMessage / 2 - 1 : MaxMessage / 2;
        int start = char.IsLowSurrogate(message[^(MaxMessage / 2)]) ? MaxMessage / 2 - 1 : MaxMessage / 2;
        return $"{message[..end]}...{message[^start..]}";
    }

    /// <summary>405 with the methods that the path has.</summary>
    public static Task MethodNotAllowedAsync(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        return ProblemAsync(context, ApiProblem.MethodNotAllowed);
    }
}
