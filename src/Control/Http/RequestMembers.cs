using System.Collections.Immutable;
using System.Text.Json;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Http;

/// <summary>Takes the attributes out of a request's envelope and settles the owner: steps 2 and 3 of the order of checks (sfc-api, section 2.2).</summary>
internal static class RequestMembers
{
    /// <summary>The attributes of the resource named by a body, or of each of several where the kind allows that.</summary>
    public static ApiProblem? Read(
        ResourceKind kind, JsonElement body, Caller caller, bool isCreate, out ImmutableArray<OrderedDictionary<string, JsonElement>> resources)
    {
        resources = [];
        if (JsonMembers.IsFalsy(body))
        {
            return RequestBody.ResourceBodyRequired;
        }

        if (body.ValueKind != JsonValueKind.Object)
        {
            return ApiProblem.BadRequest("Body contains invalid data");
        }

        if (body.TryGetProperty(kind.Plural, out JsonElement several))
        {
            return kind.IsSfc || !isCreate
                ? ApiProblem.BadRequest("Bulk operation not supported")
                : ReadSeveral(kind, several, caller, out resources);
        }

        if (!body.TryGetProperty(kind.Singular, out JsonElement one) || one.ValueKind == JsonValueKind.Null)
        {
            return ApiProblem.BadRequest($"Unable to find '{kind.Singular}' in request body");
        }

        ApiProblem? problem = ReadOne(kind, one, caller, isCreate, out OrderedDictionary<string, JsonElement> members);
        resources = [members];
        return problem;
    }

    private static ApiProblem? ReadSeveral(
        ResourceKind kind, JsonElement items, Caller caller, out ImmutableArray<OrderedDictionary<string, JsonElement>> resources)
    {
        resources = [];
        if (items.ValueKind != JsonValueKind.Array)
        {
            return InvalidData(kind);
        }

        if (items.GetArrayLength() == 0)
        {
            return ApiProblem.BadRequest("Resources required");
        }

        var read = ImmutableArray.CreateBuilder<OrderedDictionary<string, JsonElement>>();
        foreach (JsonElement item in items.EnumerateArray())
        {
            bool wrapped = item.ValueKind == JsonValueKind.Object && item.TryGetProperty(kind.Singular, out _);
            JsonElement one = wrapped ? item.GetProperty(kind.Singular) : item;
            if (ReadOne(kind, one, caller, isCreate: true, out OrderedDictionary<string, JsonElement> members) is { } problem)
            {
                return problem;
            }

            read.Add(members);
        }

        resources = read.ToImmutable();
        return null;
    }

    private static ApiProblem? ReadOne(
        ResourceKind kind, JsonElement resource, Caller caller, bool isCreate, out OrderedDictionary<string, JsonElement> members)
    {
        members = [];
        if (resource.ValueKind != JsonValueKind.Object)
        {
            return InvalidData(kind);
        }

        members = JsonMembers.Of(resource);
        return Owners.Settle(kind, members, caller, isCreate);
    }

    private static ApiProblem InvalidData(ResourceKind kind) => ApiProblem.BadRequest($"Object '{kind.Singular}' contains invalid data");
}
