using Microsoft.Extensions.Primitives;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Access;

/// <summary>Believes the identity headers that a trusted proxy sets: used when there is no token file, on an address that only this machine reaches.</summary>
internal sealed class HeaderCallers : ICallerSource
{
    private const string AdminRole = "admin";

    /// <inheritdoc/>
    public ApiProblem? Identify(IHeaderDictionary headers, out Caller caller)
    {
        string? project = First(headers, "X-Project-Id") ?? First(headers, "X-Tenant-Id");
        string? roles = First(headers, "X-Roles");
        if (project is null && roles is null)
        {
            caller = Caller.Default;
            return null;
        }

        bool admin = roles?.Split(',', StringSplitOptions.TrimEntries).Contains(AdminRole, StringComparer.OrdinalIgnoreCase) ?? false;
        caller = new Caller(project ?? Caller.Default.ProjectId, admin);
        return null;
    }

    private static string? First(IHeaderDictionary headers, string name) =>
        headers.TryGetValue(name, out StringValues values) && !string.IsNullOrEmpty(values[0]) ? values[0] : null;
}
