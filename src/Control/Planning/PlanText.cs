using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Planning;

/// <summary>How findings call things.</summary>
internal static class PlanText
{
    private const int MostNamed = 5;

    /// <summary>The quoted name, or the id of what has none.</summary>
    public static string Label(Resource resource) => resource.Name.Length > 0 ? $"'{resource.Name}'" : resource.IdText;

    /// <summary>Several things in one phrase, the first few by name.</summary>
    public static string List(IEnumerable<string> things)
    {
        string[] all = [.. things.Distinct()];
        string named = string.Join(", ", all.Take(MostNamed));
        return all.Length > MostNamed ? $"{named} and {all.Length - MostNamed} more" : named;
    }

    /// <summary>Several objects by name, or null when there are none.</summary>
    public static string? Named(IEnumerable<Resource> resources)
    {
        string[] names = [.. resources.Select(Label)];
        return names.Length == 0 ? null : List(names);
    }
}
