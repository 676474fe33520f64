using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Http;

/// <summary>
/// What the HTTP server refuses before it has a request to hand on: bad request lines, versions it does not speak, heads that
/// are too large or too slow. Left alone it answers bare, and some of it with 505. It tells in an event first, and there the
/// answer can still be given in the form of all others; framing, keep-alive and pipelining stay the server's.
/// </summary>
internal sealed class ServerRefusals : IObserver<KeyValuePair<string, object?>>
{
    private const string BadRequest = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    /// <summary>Answers what the server refuses, from now until disposed.</summary>
    /// <param name="server">Where the server tells.</param>
    public static IDisposable AnswerThoseOf(DiagnosticListener server) => server.Subscribe(new ServerRefusals(), name => name == BadRequest);

    /// <summary>The problem with a request that the server cannot read. A client caused it, so it is never a 5xx.</summary>
    public static ApiProblem ProblemOf(BadHttpRequestException refusal)
    {
        int status = refusal.StatusCode < StatusCodes.Status500InternalServerError ? refusal.StatusCode : StatusCodes.Status400BadRequest;
        return new ApiProblem(status, TypeOf(status), refusal.Message);
    }

    /// <inheritdoc/>
    public void OnNext(KeyValuePair<string, object?> value)
    {
        IFeatureCollection request = (IFeatureCollection)value.Value!;
        IHttpResponseFeature response = request.GetRequiredFeature<IHttpResponseFeature>();

        // What is wrong with a body that nobody read is found after the answer.
        if (!response.HasStarted && request.Get<IBadRequestExceptionFeature>()?.Error is BadHttpRequestException refusal)
        {
            Write(request, response, ProblemOf(refusal));
        }
    }

    /// <inheritdoc/>
    public void OnCompleted()
    {
    }

    /// <inheritdoc/>
    public void OnError(Exception error)
    {
    }

    /// <summary>There is no response body before there is a request, so the body goes where the server puts the head: to the connection, which it closes after that.</summary>
    private static void Write(IFeatureCollection request, IHttpResponseFeature response, ApiProblem problem)
    {
        ReadOnlyMemory<byte> body = Answer.Envelope(problem);
        response.StatusCode = problem.Status;
        response.Headers[Answer.RequestId] = Answer.NewRequestId();
        response.Headers.Connection = "close";
        response.Headers.ContentType = Answer.Json;
        response.Headers.ContentLength = body.Length;

        // At once, because nobody can have asked to be called first.
        Task head = request.GetRequiredFeature<IHttpResponseBodyFeature>().StartAsync();
        Debug.Assert(head.IsCompletedSuccessfully);
        if (!HttpMethods.IsHead(request.GetRequiredFeature<IHttpRequestFeature>().Method))
        {
            PipeWriter connection = request.GetRequiredFeature<IConnectionTransportFeature>().Transport.Output;
            connection.Write(body.Span);
        }
    }

    private static string TypeOf(int status) => status switch
    {
        StatusCodes.Status405MethodNotAllowed => "HTTPMethodNotAllowed",
        StatusCodes.Status408RequestTimeout => "HTTPRequestTimeout",
        StatusCodes.Status413PayloadTooLarge => "HTTPRequestEntityTooLarge",
        StatusCodes.Status414UriTooLong => "HTTPRequestURITooLong",
        StatusCodes.Status431RequestHeaderFieldsTooLarge => "HTTPRequestHeaderFieldsTooLarge",
        _ => "HTTPBadRequest",
    };
}
