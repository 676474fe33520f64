using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NetworkingSfc.Control.Access;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.OpenApi;
using NetworkingSfc.Control.Publishing;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.Tracing;

namespace NetworkingSfc.Control.Http;

/// <summary>Answers every request: takes the path apart, reads from the current set or hands a change to the control loop.</summary>
internal sealed class ApiHandler(ControlLoop loop, AccessGate gate, ControlHostOptions options, ILogger logger)
{
    private const string RevisionCondition = "revision_number=";

    private readonly QuotaRequests _quotas = new(loop, options);
    private readonly StateRequests _state = new(loop, options);
    private readonly StatusRequests _status = new(loop, options);
    private readonly HealthRequests _health = new(loop, options);
    private readonly TraceRequests _traces = new(options);
    private readonly DriverStatus _drivers = new(options.Drivers);
    private readonly EmptyGroupDefault _onEmpty = new(options.Drivers);

    /// <summary>Answers one request. Nothing a client sends ends in an exception; what does is a fault of ours, logged and answered as one.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        long started = Stopwatch.GetTimestamp();
        context.Response.Headers[Answer.RequestId] = Answer.NewRequestId();
        try
        {
            ApiPath path = ApiPath.Parse(context.Request.Path.Value ?? "/");
            await (gate.Refuse(context, isForAnybody: path.Kind is ApiPathKind.Health or ApiPathKind.Ready) is { } problem
                ? Answer.ProblemAsync(context, problem)
                : RouteAsync(context, path));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            HttpLog.ClientLeft(logger, context.Request.Method);
            if (!context.Response.HasStarted)
            {
                // Nobody gets it, but requests are counted by it.
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            }
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            HttpLog.RequestFailed(logger, context.Request.Method, exception);
            await Answer.ProblemAsync(context, ApiProblem.InternalError);
        }
        finally
        {
            _status.Requests.Count(context.Response.StatusCode, started);
        }
    }

    private Task RouteAsync(HttpContext context, ApiPath path) => path.Kind switch
    {
        ApiPathKind.Versions => DocumentAsync(context, writer => Discovery.WriteVersions(writer, AddressOf(context))),
        ApiPathKind.Resources => DocumentAsync(context, writer => Discovery.WriteResources(writer, AddressOf(context))),
        ApiPathKind.Extensions => ExtensionsAsync(context, path.Name),
        ApiPathKind.Quotas => _quotas.HandleAsync(context, path.Name),
        ApiPathKind.State => _state.HandleAsync(context),
        ApiPathKind.Status => _status.StatusAsync(context),
        ApiPathKind.Metrics => _status.MetricsAsync(context),
        ApiPathKind.Health => _health.HealthAsync(context),
        ApiPathKind.Ready => _health.ReadyAsync(context),
        ApiPathKind.Trace => _traces.HandleAsync(context),
        ApiPathKind.OpenApi => DocumentAsync(context, OpenApiDocument.Write),
        ApiPathKind.Collection => CollectionAsync(context, path.Resource!),
        ApiPathKind.Item => ItemAsync(context, path.Resource!, path.Name!),
        _ => Answer.ProblemAsync(context, ApiProblem.NoSuchPath),
    };

    private static Task DocumentAsync(HttpContext context, Action<Utf8JsonWriter> write) => HttpMethods.IsGet(context.Request.Method)
        ? Answer.JsonAsync(context, StatusCodes.Status200OK, write)
        : Answer.MethodNotAllowedAsync(context, "GET");

    private static Task ExtensionsAsync(HttpContext context, string? alias)
    {
        if (alias is null)
        {
            return DocumentAsync(context, Discovery.WriteExtensions);
        }

        return Discovery.Extension(alias) is { } write
            ? DocumentAsync(context, write)
            : Answer.JsonAsync(context, StatusCodes.Status404NotFound, writer => Discovery.WriteNoExtension(writer, alias));
    }

    private Task CollectionAsync(HttpContext context, ResourceKind kind) => context.Request.Method switch
    {
        "GET" => ListAsync(context, kind),
        "POST" => CreateAsync(context, kind),
        "PUT" => UpdateAsync(context, kind, id: null),
        "DELETE" => Answer.ProblemAsync(context, kind.NotFound("None")),
        _ => Answer.MethodNotAllowedAsync(context, "GET, POST"),
    };

    private Task ItemAsync(HttpContext context, ResourceKind kind, string id) => context.Request.Method switch
    {
        "GET" => ShowAsync(context, kind, id),
        "PUT" => UpdateAsync(context, kind, id),
        "DELETE" => DeleteAsync(context, kind, id),
        "POST" => RefusePostAsync(context, kind),
        _ => Answer.MethodNotAllowedAsync(context, "GET, PUT, DELETE"),
    };

    private Task ListAsync(HttpContext context, ResourceKind kind)
    {
        List<KeyValuePair<string, string>> parameters = QueryText.Parse(context.Request.QueryString.Value);
        if (ListQuery.Read(kind, parameters, out ListQuery query) is { } problem)
        {
            return Answer.ProblemAsync(context, problem);
        }

        Caller caller = AccessGate.CallerOf(context);
        List<Resource> page = query.Select(kind.All(loop.Current).Where(caller.Sees));
        return Answer.JsonAsync(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray(kind.Plural);
            page.ForEach(resource => kind.Write(writer, resource, query.Fields, More(resource, query.Fields)));
            writer.WriteEndArray();
            if (query.Limit > 0)
            {
                PageLinks.Write(writer, kind, query, page, AddressOf(context) + context.Request.Path, parameters);
            }

            writer.WriteEndObject();
        });
    }

    private Task ShowAsync(HttpContext context, ResourceKind kind, string id)
    {
        HashSet<string> fields = ListQuery.FieldsOf(QueryText.Parse(context.Request.QueryString.Value));
        Resource? resource = RequestChanges.Find(loop.Current, kind, id, AccessGate.CallerOf(context));
        return resource is null
            ? Answer.ProblemAsync(context, kind.NotFound(id))
            : Answer.JsonAsync(context, StatusCodes.Status200OK, writer => WriteOne(writer, kind, resource, fields, More(resource, fields)));
    }

    /// <summary>What those get on top who ask for it by its name.</summary>
    private Action<Utf8JsonWriter>? More(Resource resource, HashSet<string> fields) => _drivers.For(resource, fields) ?? _onEmpty.For(resource, fields);

    private async Task CreateAsync(HttpContext context, ResourceKind kind)
    {
        RequestBody body = await RequestBody.ReadAsync(context, options.RequestTimeout);
        ApiProblem? problem = ReadCreate(context, kind, body, out Change? change, out bool several);
        if (problem is not null)
        {
            await Answer.ProblemAsync(context, problem);
            return;
        }

        ChangeResult result = await loop.ApplyAsync(change!, context.RequestAborted);
        await AnswerAsync(context, result, StatusCodes.Status201Created, writer =>
        {
            if (several)
            {
                WriteSeveral(writer, kind, result.Resources);
            }
            else
            {
                WriteOne(writer, kind, result.Resources[0], []);
            }
        });
    }

    /// <summary>The reference looks at the body of a POST before it finds that an item takes none.</summary>
    private async Task RefusePostAsync(HttpContext context, ResourceKind kind)
    {
        RequestBody body = await RequestBody.ReadAsync(context, options.RequestTimeout);
        ApiProblem? problem = ReadCreate(context, kind, body, out _, out _);
        await (problem is null ? Answer.MethodNotAllowedAsync(context, "GET, PUT, DELETE") : Answer.ProblemAsync(context, problem));
    }

    private ApiProblem? ReadCreate(HttpContext context, ResourceKind kind, RequestBody body, out Change? change, out bool several)
    {
        Caller caller = AccessGate.CallerOf(context);
        change = null;
        several = false;
        ImmutableArray<OrderedDictionary<string, JsonElement>> resources = [];
        ApiProblem? problem = body.Problem ?? RequestMembers.Read(kind, body.Json, caller, isCreate: true, out resources);
        if (problem is not null)
        {
            return problem;
        }

        several = body.Json.TryGetProperty(kind.Plural, out _);
        return RequestChanges.ReadCreate(kind, resources, caller, options.Quotas, out change);
    }

    private async Task UpdateAsync(HttpContext context, ResourceKind kind, string? id)
    {
        RequestBody body = await RequestBody.ReadAsync(context, options.RequestTimeout);
        ApiProblem? problem = ReadUpdate(context, kind, id, body, out Change? change);
        if (problem is not null)
        {
            await Answer.ProblemAsync(context, problem);
            return;
        }

        ChangeResult result = await ApplyAndAdoptAsync(context, change!);
        await AnswerAsync(context, result, result.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK, writer => WriteOne(writer, kind, result.Resources[0], []));
    }

    private ApiProblem? ReadUpdate(HttpContext context, ResourceKind kind, string? id, RequestBody body, out Change? change)
    {
        Caller caller = AccessGate.CallerOf(context);
        change = null;
        if (body.Problem is not null)
        {
            return body.Problem;
        }

        return RequestMembers.Read(kind, body.Json, caller, isCreate: false, out ImmutableArray<OrderedDictionary<string, JsonElement>> resources)
            ?? ReadCondition(context.Request, kind, out int? expected)
            ?? ReadCreateParameter(context.Request, out bool creates)
            ?? (creates && id is not null
                ? RequestChanges.ReadPut(kind, id, resources[0], caller, options.Quotas, expected, out change)
                : RequestChanges.ReadUpdate(kind, id ?? "None", resources[0], caller, expected, out change));
    }

    private async Task DeleteAsync(HttpContext context, ResourceKind kind, string id)
    {
        int? expected = null;
        if ((RequestBody.RefuseInDelete(context.Request) ?? ReadCondition(context.Request, kind, out expected)) is { } problem)
        {
            await Answer.ProblemAsync(context, problem);
            return;
        }

        Change change = RequestChanges.Delete(kind, id, AccessGate.CallerOf(context), expected);
        await AnswerAsync(context, await ApplyAndAdoptAsync(context, change), StatusCodes.Status204NoContent, write: null);
    }

    private async Task<ChangeResult> ApplyAndAdoptAsync(HttpContext context, Change change)
    {
        ChangeResult result = await loop.ApplyAsync(change, context.RequestAborted);
        await Adoption.WaitAsync(options.Forwarder, result.Generation, context.RequestAborted);
        return result;
    }

    private static Task AnswerAsync(HttpContext context, ChangeResult result, int status, Action<Utf8JsonWriter>? write)
    {
        if (result.Problem is not null)
        {
            return Answer.ProblemAsync(context, result.Problem);
        }

        if (write is not null)
        {
            return Answer.JsonAsync(context, status, write);
        }

        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    /// <summary>Networks, subnets and ports take <c>If-Match: revision_number=N</c>; the SFC resources have no revision numbers.</summary>
    private static ApiProblem? ReadCondition(HttpRequest request, ResourceKind kind, out int? expected)
    {
        expected = null;
        string? condition = request.Headers.IfMatch;
        if (kind.IsSfc || condition is null)
        {
            return null;
        }

        if (condition.StartsWith(RevisionCondition, StringComparison.Ordinal)
            && int.TryParse(condition.AsSpan(RevisionCondition.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            expected = number;
            return null;
        }

        return ApiProblem.BadRequest($"If-Match '{condition}' is not understood. Accepted is revision_number=N with a number N.");
    }

    /// <summary>Whether a PUT may make the object that it names.</summary>
    private static ApiProblem? ReadCreateParameter(HttpRequest request, out bool creates)
    {
        creates = false;
        foreach ((string name, string text) in QueryText.Parse(request.QueryString.Value))
        {
            if (name == "create")
            {
                Reading reading = Texts.Boolean(name, JsonSerializer.SerializeToElement(text, JsonText.Default.String));
                if (reading.Problem is not null)
                {
                    return reading.Problem;
                }

                creates = (bool)reading.Value!;
            }
        }

        return null;
    }

    private static string AddressOf(HttpContext context) => $"{context.Request.Scheme}://{context.Request.Host}";

    private static void WriteOne(Utf8JsonWriter writer, ResourceKind kind, Resource resource, HashSet<string> fields, Action<Utf8JsonWriter>? more = null)
    {
        writer.WriteStartObject();
        writer.WritePropertyName(kind.Singular);
        kind.Write(writer, resource, fields, more);
        writer.WriteEndObject();
    }

    private static void WriteSeveral(Utf8JsonWriter writer, ResourceKind kind, IReadOnlyList<Resource> resources)
    {
        writer.WriteStartObject();
        writer.WriteStartArray(kind.Plural);
        foreach (Resource resource in resources)
        {
            kind.Write(writer, resource, []);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
