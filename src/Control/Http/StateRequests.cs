using Microsoft.AspNetCore.Http.Features;
using NetworkingSfc.Control.Access;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Publishing;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.State;

namespace NetworkingSfc.Control.Http;

/// <summary>Answers <c>/v2.0/sfc/state</c>: the whole state, for administrators.</summary>
internal sealed class StateRequests(ControlLoop loop, ControlHostOptions options)
{
    /// <summary>Answers one request.</summary>
    public Task HandleAsync(HttpContext context) => context.Request.Method switch
    {
        "GET" when IsAdmin(context) => ShowAsync(context),
        "PUT" when IsAdmin(context) => ReplaceAsync(context),
        "GET" or "PUT" => Answer.ProblemAsync(context, ApiProblem.AdminRequired("Only admin can view or replace the state")),
        _ => Answer.MethodNotAllowedAsync(context, "GET, PUT"),
    };

    private static bool IsAdmin(HttpContext context) => AccessGate.CallerOf(context).IsAdmin;

    private Task ShowAsync(HttpContext context)
    {
        ResourceSet set = loop.Current;
        return Answer.JsonAsync(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("revision", set.Revision);
            writer.WriteStartArray("generations");
            foreach (ulong generation in options.Forwarder.Adopted)
            {
                writer.WriteNumberValue(generation);
            }

            writer.WriteEndArray();
            StateWriter.Write(writer, set);
            writer.WriteEndObject();
        });
    }

    private async Task ReplaceAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = options.MaxStateBytes;
        }

        (ReadOnlyMemory<byte> body, ApiProblem? problem) = await RequestBody.ReadBytesAsync(context, options.RequestTimeout);
        Change? change = null;
        problem ??= StateImport.Read(body, out change);
        if (problem is not null)
        {
            await Answer.ProblemAsync(context, problem);
            return;
        }

        ChangeResult result = await loop.ApplyAsync(change!, context.RequestAborted);
        if (result.Set is not { } set)
        {
            await Answer.ProblemAsync(context, result.Problem!);
            return;
        }

        await Adoption.WaitAsync(options.Forwarder, result.Generation, context.RequestAborted);
        await Answer.JsonAsync(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("revision", set.Revision);
            writer.WriteNumber("generation", result.Generation);
            writer.WriteEndObject();
        });
    }
}
