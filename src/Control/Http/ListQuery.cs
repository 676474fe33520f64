using System.Globalization;
using System.Numerics;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Http;

/// <summary>A list as it was asked for: filter, members, order and page (sfc-api, section 11).</summary>
internal sealed class ListQuery
{
    private static readonly string[] _reserved = ["fields", "limit", "marker", "page_reverse", "sort_key", "sort_dir"];

    private Predicate<Resource> _filter = _ => true;
    private List<(Func<Resource, string?> Key, bool Descending)> _order = [];

    /// <summary>Members asked for; none means all.</summary>
    public HashSet<string> Fields { get; private init; } = [];

    /// <summary>Page size; 0 for the whole list.</summary>
    public int Limit { get; private set; }

    /// <summary>Whether pages are walked backwards.</summary>
    public bool Reverse { get; private init; }

    private string? Marker { get; init; }

    /// <summary>Members that a show or a list was asked for.</summary>
    public static HashSet<string> FieldsOf(IEnumerable<KeyValuePair<string, string>> parameters) =>
        [.. parameters.Where(pair => pair.Key == "fields" && pair.Value.Length > 0).Select(pair => pair.Value)];

    /// <summary>Reads the parameters.</summary>
    public static ApiProblem? Read(ResourceKind kind, List<KeyValuePair<string, string>> parameters, out ListQuery query)
    {
        query = new ListQuery
        {
            Fields = FieldsOf(parameters),
            Marker = Last(parameters, "marker"),
            Reverse = Last(parameters, "page_reverse") is { } text && text.Equals("true", StringComparison.OrdinalIgnoreCase),
        };
        return query.ReadLimit(parameters)
            ?? query.ReadOrder(kind, parameters)
            ?? kind.ReadFilters(parameters.Where(pair => !_reserved.Contains(pair.Key)), out query._filter);
    }

    /// <summary>The resources of the page, in order. With a limit the order is by ascending id, unless another was asked for.</summary>
    public List<Resource> Select(IEnumerable<Resource> visible)
    {
        IEnumerable<Resource> matching = visible.Where(resource => _filter(resource));
        if (Limit == 0)
        {
            return [.. Ordered(matching)];
        }

        List<Resource> all = [.. Ordered(matching.OrderBy(resource => resource.IdText, StringComparer.Ordinal))];
        int start = 0;
        int end = all.Count;
        if (!string.IsNullOrEmpty(Marker))
        {
            int marker = all.FindIndex(resource => resource.IdText == Marker);
            if (marker < 0)
            {
                return [];
            }

            (start, end) = Reverse ? (0, marker) : (marker + 1, end);
        }

        int count = Math.Min(Limit, end - start);
        return all.GetRange(Reverse ? end - count : start, count);
    }

    private ApiProblem? ReadLimit(List<KeyValuePair<string, string>> parameters)
    {
        if (Last(parameters, "limit") is not { Length: > 0 } text)
        {
            return null;
        }

        if (!BigInteger.TryParse(text.Length < 100 ? text : "", NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger limit) || limit.Sign < 0)
        {
            return new ApiProblem(400, "BadRequest", $"Bad limit request: Limit must be an integer 0 or greater and not '{text}'.");
        }

        Limit = limit > int.MaxValue ? int.MaxValue : (int)limit;
        return null;
    }

    private ApiProblem? ReadOrder(ResourceKind kind, List<KeyValuePair<string, string>> parameters)
    {
        string[] keys = [.. parameters.Where(pair => pair.Key == "sort_key").Select(pair => pair.Value)];
        string[] directions = [.. parameters.Where(pair => pair.Key == "sort_dir").Select(pair => pair.Value)];
        if (keys.Length != directions.Length)
        {
            return ApiProblem.BadRequest("The number of sort_keys and sort_dirs must be same");
        }

        string[] invalid = [.. keys.Where(key => kind.SortKey(key) is null)];
        if (invalid.Length > 0)
        {
            return ApiProblem.BadRequest($"{PythonText.Repr(invalid)} is invalid attribute for sort_keys");
        }

        string[] unknown = [.. directions.Where(direction => direction is not ("asc" or "desc"))];
        if (unknown.Length > 0)
        {
            return ApiProblem.BadRequest($"{PythonText.Repr(unknown)} is invalid value for sort_dirs, valid value is 'asc' and 'desc'");
        }

        _order = [.. keys.Zip(directions, (key, direction) => (kind.SortKey(key)!, direction == "desc"))];
        return null;
    }

    private IEnumerable<Resource> Ordered(IEnumerable<Resource> resources)
    {
        // Sorting is stable, so the first key is applied last.
        foreach ((Func<Resource, string?> key, bool descending) in Enumerable.Reverse(_order))
        {
            resources = descending
                ? resources.OrderByDescending(key, StringComparer.Ordinal)
                : resources.OrderBy(key, StringComparer.Ordinal);
        }

        return resources;
    }

    private static string? Last(List<KeyValuePair<string, string>> parameters, string name) =>
        parameters.FindLastIndex(pair => pair.Key == name) is >= 0 and int index ? parameters[index].Value : null;
}
