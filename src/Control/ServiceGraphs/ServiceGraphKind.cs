using System.Collections.Immutable;
using System.Text.Json;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.ServiceGraphs;

/// <summary>Service graphs in the API: table and answers (sfc-api, section 8); the rules are in <see cref="ServiceGraphRules"/>.</summary>
internal sealed class ServiceGraphKind : ResourceKindOf<ServiceGraph>
{
    private static readonly Schema _schema = new($$"""
        {"type": ["object", "null"], "propertyNames": {{Schema.Id.Json}}, "additionalProperties": {{Schema.Ids.Json}}}
        """);

    /// <inheritdoc/>
    public override string Singular => "service_graph";

    /// <inheritdoc/>
    public override string Plural => "service_graphs";

    /// <inheritdoc/>
    public override string ProjectAttribute => "project_id";

    /// <inheritdoc/>
    public override string? AlwaysShown => "tenant_id";

    /// <inheritdoc/>
    public override AttributeTable Attributes { get; } = new(
        SfcRules.Id,
        SfcRules.Name,
        SfcRules.Description,
        SfcRules.ProjectId,
        new AttributeRule("port_chains", AttributeUse.Post, ReadBranches, _schema)
        {
            Required = true,
            RefersTo = "port_chains",
            Accepts = "an object of port chains to lists of port chains",
        });

    /// <inheritdoc/>
    public override ImmutableArray<ResourceMember<ServiceGraph>> Members { get; } =
    [
        ResourceMember<ServiceGraph>.Id("id", graph => graph.Id),
        ResourceMember<ServiceGraph>.Text("name", graph => graph.Name),
        ResourceMember<ServiceGraph>.Text("project_id", graph => graph.ProjectId),
        ResourceMember<ServiceGraph>.Text("description", graph => graph.Description),
        new("port_chains", WriteBranches),
        ResourceMember<ServiceGraph>.Text("tenant_id", graph => graph.ProjectId),
    ];

    /// <inheritdoc/>
    public override ApiProblem NotFound(string id) => ServiceGraphProblems.NotFound(id);

    /// <inheritdoc/>
    protected override ResourceCollection<ServiceGraph> In(ResourceSet set) => set.ServiceGraphs;

    /// <inheritdoc/>
    protected override ResourceSet Put(ResourceSet set, ResourceCollection<ServiceGraph> collection) => set with { ServiceGraphs = collection };

    /// <inheritdoc/>
    protected override ServiceGraph Built(Guid id, AttributeValues values) => new()
    {
        Id = id,
        Name = values.Get<string>("name"),
        Description = values.Get<string>("description"),
        ProjectId = values.Get<string>("project_id"),
        Branches = values.Get<ImmutableArray<ServiceGraphBranch>>("port_chains"),
    };

    /// <inheritdoc/>
    protected override ChangeResult Create(ResourceSet set, ServiceGraph built, AttributeValues values, Caller caller)
    {
        if (ServiceGraphRules.Refuse(set, built.Branches, caller) is { } problem)
        {
            return problem;
        }

        return Replace(set, Kept(built));
    }

    /// <inheritdoc/>
    protected override ServiceGraph Completed(ResourceSet set, ServiceGraph built, ServiceGraph current, AttributeValues values) => Kept(built);

    private static ServiceGraph Kept(ServiceGraph graph) =>
        graph with { Branches = [.. graph.Branches.Where(branch => !branch.Destinations.IsEmpty)] };

    /// <summary>Null stands for none. What is iterated like a list counts as one, as in the reference.</summary>
    private static Reading ReadBranches(string attribute, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return Reading.Of(ImmutableArray<ServiceGraphBranch>.Empty);
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            return ApiProblem.InvalidValue(attribute, $"'{PythonText.Str(value)}' is not a dictionary");
        }

        ImmutableArray<ServiceGraphBranch>.Builder branches = ImmutableArray.CreateBuilder<ServiceGraphBranch>();
        foreach ((string source, JsonElement destinations) in JsonMembers.Of(value))
        {
            if (!Ids.TryParse(source, out Guid sourceId))
            {
                return ServiceGraphProblems.InvalidUuid;
            }

            IEnumerable<string>? names = destinations.ValueKind switch
            {
                JsonValueKind.Array => destinations.EnumerateArray().Select(PythonText.Str),
                JsonValueKind.Object => JsonMembers.Of(destinations).Keys,
                JsonValueKind.String => destinations.GetString()!.Select(character => character.ToString()),
                _ => null,
            };
            if (names is null)
            {
                return ApiProblem.InvalidValue(attribute, $"'{PythonText.Str(destinations)}' is not a list");
            }

            ImmutableArray<Guid>.Builder ids = ImmutableArray.CreateBuilder<Guid>();
            foreach (string name in names)
            {
                if (!Ids.TryParse(name, out Guid id))
                {
                    return ServiceGraphProblems.InvalidUuid;
                }

                ids.Add(id);
            }

            if (branches.Any(branch => branch.Source == sourceId))
            {
                return ApiProblem.InvalidValue(attribute, $"Duplicate items in the list: '{sourceId}'");
            }

            branches.Add(new ServiceGraphBranch(sourceId, ids.ToImmutable()));
        }

        return Reading.Of(branches.ToImmutable());
    }

    private static void WriteBranches(Utf8JsonWriter writer, ServiceGraph graph)
    {
        writer.WriteStartObject();
        foreach (ServiceGraphBranch branch in graph.Branches)
        {
            writer.WriteStartArray(branch.Source.ToString());
            foreach (Guid destination in branch.Destinations)
            {
                writer.WriteStringValue(destination);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
