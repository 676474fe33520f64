using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Http;

/// <summary>What a path names.</summary>
internal enum ApiPathKind
{
    /// <summary>Nothing.</summary>
    Unknown,

    /// <summary><c>/</c>: the versions.</summary>
    Versions,

    /// <summary><c>/v2.0/</c>: the resources of the version.</summary>
    Resources,

    /// <summary><c>/v2.0/extensions</c>, or one of them.</summary>
    Extensions,

    /// <summary><c>/v2.0/quotas</c>, or those of one project.</summary>
    Quotas,

    /// <summary><c>/v2.0/sfc/state</c>: everything at once.</summary>
    State,

    /// <summary><c>/v2.0/sfc/status</c>: how everything is.</summary>
    Status,

    /// <summary><c>/metrics</c>: the same for Prometheus.</summary>
    Metrics,

    /// <summary><c>/healthz</c>: whether the process does its work.</summary>
    Health,

    /// <summary><c>/readyz</c>: whether what is wanted is carried out.</summary>
    Ready,

    /// <summary><c>/v2.0/sfc/trace</c>: what becomes of packets.</summary>
    Trace,

    /// <summary><c>/openapi.json</c>: the description of all of this.</summary>
    OpenApi,

    /// <summary>A list of resources.</summary>
    Collection,

    /// <summary>One resource.</summary>
    Item,
}

/// <summary>A path taken apart. Lenient where the reference is: <c>.json</c> and a trailing slash are dropped, dashes stand for underscores, <c>/sfc</c> may be left out.</summary>
/// <param name="Kind">What is named.</param>
/// <param name="Resource">The kind of resource, for collections and items.</param>
/// <param name="Name">The last segment: id, alias or project.</param>
internal readonly record struct ApiPath(ApiPathKind Kind, ResourceKind? Resource = null, string? Name = null)
{
    private const string Version = "/v2.0/";
    private const string Suffix = ".json";

    /// <summary>Takes a decoded path apart.</summary>
    public static ApiPath Parse(string path)
    {
        if (path is "/" or "")
        {
            return new ApiPath(ApiPathKind.Versions);
        }

        ApiPathKind plain = path switch
        {
            "/openapi.json" => ApiPathKind.OpenApi,
            "/metrics" => ApiPathKind.Metrics,
            "/healthz" => ApiPathKind.Health,
            "/readyz" => ApiPathKind.Ready,
            _ => ApiPathKind.Unknown,
        };
        if (plain != ApiPathKind.Unknown)
        {
            return new ApiPath(plain);
        }

        if (!path.StartsWith(Version, StringComparison.Ordinal))
        {
            return default;
        }

        string rest = path[Version.Length..].TrimEnd('/');
        if (rest.Length == 0)
        {
            return new ApiPath(ApiPathKind.Resources);
        }

        rest = rest.EndsWith(Suffix, StringComparison.Ordinal) ? rest[..^Suffix.Length] : rest;
        string[] segments = rest.Split('/');
        bool sfc = segments[0] == "sfc";
        ReadOnlySpan<string> names = sfc ? segments.AsSpan(1) : segments;
        if (names.Length is 0 or > 2)
        {
            return default;
        }

        string? item = names.Length == 2 ? names[1] : null;
        ResourceKind? kind = ResourceCatalog.Find(names[0].Replace('-', '_'));
        if (kind is not null && (kind.IsSfc || !sfc))
        {
            return new ApiPath(item is null ? ApiPathKind.Collection : ApiPathKind.Item, kind, item);
        }

        return (names[0], sfc) switch
        {
            ("extensions", false) => new ApiPath(ApiPathKind.Extensions, Name: item),
            ("state", true) when item is null => new ApiPath(ApiPathKind.State),
            ("status", true) when item is null => new ApiPath(ApiPathKind.Status),
            ("trace", true) when item is null => new ApiPath(ApiPathKind.Trace),
            ("quotas", false) => new ApiPath(ApiPathKind.Quotas, Name: item),
            _ => default,
        };
    }
}
