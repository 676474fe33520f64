using System.Text.Json;
using NetworkingSfc.Control.Attributes;

namespace NetworkingSfc.Control.Resources;

/// <summary>The owner of a resource has two names, <c>project_id</c> and <c>tenant_id</c>; tables know one of them.</summary>
internal static class Owners
{
    private static readonly string[] _owners = ["project_id", "tenant_id"];

    /// <summary>Puts the owner under the name that the kind's table has; on create the caller's project when none is given.</summary>
    public static ApiProblem? Settle(ResourceKind kind, OrderedDictionary<string, JsonElement> members, Caller caller, bool isCreate)
    {
        JsonElement[] given = [.. _owners.Where(members.ContainsKey).Select(name => members[name])];
        if (given.Length == 2 && PythonText.Repr(given[0]) != PythonText.Repr(given[1]))
        {
            return ApiProblem.BadRequest("'project_id' and 'tenant_id' do not match");
        }

        if (given.Length > 0 && !caller.IsAdmin && PythonText.Str(given[0]) != caller.ProjectId)
        {
            return ApiProblem.BadRequest(
                "Specifying 'project_id' or 'tenant_id' other than the authenticated project in request requires admin or advsvc privileges");
        }

        if (given.Length == 0 && !isCreate)
        {
            return null;
        }

        JsonElement owner = given.Length > 0 ? given[0] : JsonSerializer.SerializeToElement(caller.ProjectId, JsonText.Default.String);
        foreach (string name in _owners)
        {
            members.Remove(name);
        }

        members[kind.ProjectAttribute] = owner;
        return null;
    }
}
