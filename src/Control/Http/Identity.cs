using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Http;

/// <summary>Reads who asks from the headers that a trusted proxy sets. The server checks no credentials: it listens on loopback unless told otherwise.</summary>
internal static class Identity
{
    private const string AdminRole = "admin";

    /// <summary>The caller; without identity headers the administrator of the default project.</summary>
    public static Caller Of(IHeaderDictionary headers)
    {
        string? project = First(headers, "X-Project-Id") ?? First(headers, "X-Tenant-Id");
        string? roles = First(headers, "X-Roles");
        if (project is null && roles is null)
        {
            return Caller.Default;
        }

        bool admin = roles?.Split(',', StringSplitOptions.TrimEntries).Contains(AdminRole, StringComparer.OrdinalIgnoreCase) ?? false;
        return new Caller(project ?? Caller.Default.ProjectId, admin);
    }

    private static string? First(IHeaderDictionary headers, string name) =>
        headers.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues values) && !string.IsNullOrEmpty(values[0]) ? values[0] : null;
}
