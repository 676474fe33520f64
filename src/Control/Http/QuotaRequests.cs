using System.Collections.Immutable;
using System.Text.Json;
using NetworkingSfc.Control.Access;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Publishing;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Http;

/// <summary>Answers <c>/v2.0/quotas</c> as Neutron does, for administrators: the limits of projects, -1 for none.</summary>
internal sealed class QuotaRequests(ControlLoop loop, ControlHostOptions options)
{
    private const string Envelope = "quota";
    private const int MaxProjectCharacters = 255;

    /// <summary>The limits in the order that answers have.</summary>
    public static AttributeTable Attributes { get; } = new([.. Quotas.Names.Select(name =>
        new AttributeRule(name, AttributeUse.Put, Numbers.Between(-1, int.MaxValue), Schema.Integer(-1, int.MaxValue)) { Accepts = "a number, or -1 for unlimited" })]);

    /// <summary>Answers one request about all projects with limits of their own, or about one project.</summary>
    public Task HandleAsync(HttpContext context, string? project)
    {
        string method = context.Request.Method;
        string allowed = project is null ? "GET" : "GET, PUT, DELETE";
        if (!allowed.Split(", ").Contains(method))
        {
            return Answer.MethodNotAllowedAsync(context, allowed);
        }

        if (!AccessGate.CallerOf(context).IsAdmin)
        {
            return Answer.ProblemAsync(context, ApiProblem.AdminRequired("Only admin can view or configure quota"));
        }

        if (project is null)
        {
            return ListAsync(context);
        }

        if (project.Length > MaxProjectCharacters)
        {
            return Answer.ProblemAsync(context, ApiProblem.InvalidValue("project_id", $"'{project}' exceeds maximum length of {MaxProjectCharacters}"));
        }

        return method switch
        {
            "PUT" => UpdateAsync(context, project),
            "DELETE" => DeleteAsync(context, project),
            _ => ShowAsync(context, loop.Current, project),
        };
    }

    private Task ListAsync(HttpContext context)
    {
        ResourceSet set = loop.Current;
        return Answer.JsonAsync(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("quotas");
            foreach (string project in set.QuotaLimits.Keys.Order(StringComparer.Ordinal))
            {
                writer.WriteStartObject();
                WriteLimits(writer, set, project);
                writer.WriteString("project_id", project);
                writer.WriteString("tenant_id", project);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private Task ShowAsync(HttpContext context, ResourceSet set, string project) => Answer.JsonAsync(context, StatusCodes.Status200OK, writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartObject(Envelope);
        WriteLimits(writer, set, project);
        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    private async Task UpdateAsync(HttpContext context, string project)
    {
        RequestBody body = await RequestBody.ReadAsync(context, options.RequestTimeout);
        AttributeValues limits = new();
        ApiProblem? problem = body.Problem ?? ReadLimits(body.Json, out limits);
        if (problem is not null)
        {
            await Answer.ProblemAsync(context, problem);
            return;
        }

        await ApplyAsync(context, project, set => ChangeResult.Of(set with { QuotaLimits = set.QuotaLimits.SetItem(project, Limits(set, project, limits)) }));
    }

    private static ApiProblem? ReadLimits(JsonElement body, out AttributeValues limits)
    {
        limits = new AttributeValues();
        if (JsonMembers.IsFalsy(body))
        {
            return RequestBody.ResourceBodyRequired;
        }

        if (body.ValueKind != JsonValueKind.Object)
        {
            return ApiProblem.BadRequest("Body contains invalid data");
        }

        if (!body.TryGetProperty(Envelope, out JsonElement given) || given.ValueKind == JsonValueKind.Null)
        {
            return ApiProblem.BadRequest($"Unable to find '{Envelope}' in request body");
        }

        return given.ValueKind == JsonValueKind.Object
            ? Attributes.ReadUpdate(JsonMembers.Of(given), out limits)
            : ApiProblem.BadRequest($"Object '{Envelope}' contains invalid data");
    }

    private static ImmutableDictionary<string, int> Limits(ResourceSet set, string project, AttributeValues given)
    {
        ImmutableDictionary<string, int> limits = set.QuotaLimits.GetValueOrDefault(project) ?? ImmutableDictionary<string, int>.Empty;
        foreach (string name in Quotas.Names.Where(given.Has))
        {
            limits = limits.SetItem(name, given.Get<int>(name));
        }

        return limits;
    }

    private async Task DeleteAsync(HttpContext context, string project)
    {
        if (RequestBody.RefuseInDelete(context.Request) is { } problem)
        {
            await Answer.ProblemAsync(context, problem);
            return;
        }

        await ApplyAsync(context, project, set => set.QuotaLimits.ContainsKey(project)
            ? ChangeResult.Of(set with { QuotaLimits = set.QuotaLimits.Remove(project) })
            : new ApiProblem(404, "TenantQuotaNotFound", $"Quota for tenant {project} could not be found."));
    }

    private async Task ApplyAsync(HttpContext context, string project, Change change)
    {
        ChangeResult result = await loop.ApplyAsync(change, context.RequestAborted);
        if (result.Set is not { } set)
        {
            await Answer.ProblemAsync(context, result.Problem!);
        }
        else if (HttpMethods.IsPut(context.Request.Method))
        {
            await ShowAsync(context, set, project);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }

    private void WriteLimits(Utf8JsonWriter writer, ResourceSet set, string project)
    {
        Quotas limits = options.Quotas.For(set, project);
        foreach (AttributeRule rule in Attributes.Rules)
        {
            writer.WriteNumber(rule.Name, limits[rule.Name]);
        }
    }
}
