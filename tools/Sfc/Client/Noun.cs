namespace NetworkingSfc.Sfc.Client;

/// <summary>A kind of resource as the command line and the API call it.</summary>
/// <param name="Word">The command, for example <c>pair</c>.</param>
/// <param name="Singular">Key of one resource in a body, for example <c>port_pair</c>.</param>
/// <param name="Collection">Path of the list, relative to the root.</param>
internal sealed record Noun(string Word, string Singular, string Collection)
{
    private const string SfcRoot = "v2.0/sfc/";

    /// <summary>Networks.</summary>
    public static Noun Network { get; } = new("network", "network", "v2.0/networks");

    /// <summary>Ports.</summary>
    public static Noun Port { get; } = new("port", "port", "v2.0/ports");

    /// <summary>Port pairs.</summary>
    public static Noun Pair { get; } = new("pair", "port_pair", SfcRoot + "port_pairs");

    /// <summary>Port pair groups.</summary>
    public static Noun Group { get; } = new("group", "port_pair_group", SfcRoot + "port_pair_groups");

    /// <summary>Flow classifiers.</summary>
    public static Noun Classifier { get; } = new("classifier", "flow_classifier", SfcRoot + "flow_classifiers");

    /// <summary>Port chains.</summary>
    public static Noun Chain { get; } = new("chain", "port_chain", SfcRoot + "port_chains");

    /// <summary>Service graphs.</summary>
    public static Noun Graph { get; } = new("graph", "service_graph", SfcRoot + "service_graphs");

    /// <summary>Key of a list in an answer.</summary>
    public string Plural => Singular + "s";

    /// <summary>What people call one of them.</summary>
    public string Spoken => Singular.Replace('_', ' ');

    /// <summary>Path of one resource.</summary>
    /// <param name="id">Its id.</param>
    public string Item(string id) => $"{Collection}/{Uri.EscapeDataString(id)}";
}
