using System.Collections.Immutable;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.ServiceGraphs;

namespace NetworkingSfc.Control.PortChains;

/// <summary>Port chains in the API: table, rules and answers (sfc-api, section 6).</summary>
internal sealed class PortChainKind : ResourceKindOf<PortChain>
{
    private const int MaxChainId = 65535;

    /// <inheritdoc/>
    public override string Singular => "port_chain";

    /// <inheritdoc/>
    public override string Plural => "port_chains";

    /// <inheritdoc/>
    public override AttributeTable Attributes { get; } = new(
        SfcRules.Id,
        new AttributeRule("chain_id", AttributeUse.Post, Numbers.Between(0, MaxChainId), Schema.Integer(0, MaxChainId)) { Default = 0, Accepts = "a number from 1 to 65535 that no other chain has, or 0 for the lowest free one" },
        SfcRules.Name,
        SfcRules.Description,
        SfcRules.TenantId,
        new AttributeRule("port_pair_groups", AttributeUse.Post | AttributeUse.Put, Ids.ListOrOne, Schema.Ids)
        {
            Required = true,
            RefersTo = "port_pair_groups",
            Accepts = "a list of different port pair groups, at least one",
        },
        new AttributeRule("flow_classifiers", AttributeUse.Post | AttributeUse.Put, Ids.ListOrOne, Schema.Ids)
        {
            Default = ImmutableArray<Guid>.Empty,
            RefersTo = "flow_classifiers",
            Accepts = "a list of different flow classifiers",
        },
        new AttributeRule("chain_parameters", AttributeUse.Post, ChainParameters.Read, ChainParameters.Schema)
        {
            Default = ChainParameters.Default,
            Accepts = "{\"correlation\": \"mpls\" or \"nsh\", \"symmetric\": true or false}",
        },
        new AttributeRule("reverse_path_id", AttributeUse.Document, Numbers.Between(1, ChainIds.MaxLabelPath), Schema.Integer(1, ChainIds.MaxLabelPath))
        {
            Accepts = "for a symmetric MPLS chain, a number from 1 to 4095 that no chain id and no other way back has",
        });

    /// <inheritdoc/>
    public override ImmutableArray<ResourceMember<PortChain>> Members { get; } =
    [
        ResourceMember<PortChain>.Id("id", chain => chain.Id),
        ResourceMember<PortChain>.Text("name", chain => chain.Name),
        ResourceMember<PortChain>.Text("project_id", chain => chain.ProjectId),
        ResourceMember<PortChain>.Text("description", chain => chain.Description),
        ResourceMember<PortChain>.Ids("port_pair_groups", chain => chain.PortPairGroups),
        ResourceMember<PortChain>.Ids("flow_classifiers", chain => chain.FlowClassifiers),
        new("chain_parameters", ChainParameters.Write),
        ResourceMember<PortChain>.Number("chain_id", chain => chain.ChainId),
        ResourceMember<PortChain>.Text("tenant_id", chain => chain.ProjectId),

        // Not part of the API, but of the state: another number would move the way back of live chains.
        ResourceMember<PortChain>.Number("reverse_path_id", chain => chain.ReversePathId) with
        {
            Key = null,
            Shown = _ => false,
            Stored = chain => chain.ReversePathId is not null,
        },
    ];

    /// <inheritdoc/>
    public override ApiProblem NotFound(string id) => PortChainProblems.NotFound(id);

    /// <inheritdoc/>
    protected override ResourceCollection<PortChain> In(ResourceSet set) => set.PortChains;

    /// <inheritdoc/>
    protected override ResourceSet Put(ResourceSet set, ResourceCollection<PortChain> collection) => set with { PortChains = collection };

    /// <inheritdoc/>
    protected override PortChain Built(Guid id, AttributeValues values)
    {
        ChainParameters parameters = values.Get<ChainParameters>("chain_parameters");
        return new PortChain
        {
            Id = id,
            ChainId = values.Get<int>("chain_id"),
            Name = values.Get<string>("name"),
            Description = values.Get<string>("description"),
            ProjectId = values.Get<string>("tenant_id"),
            PortPairGroups = values.Get<ImmutableArray<Guid>>("port_pair_groups"),
            FlowClassifiers = values.Get<ImmutableArray<Guid>>("flow_classifiers"),
            Correlation = parameters.Correlation,
            Symmetric = parameters.Symmetric,
            ReversePathId = values.Get<int?>("reverse_path_id", null),
        };
    }

    /// <inheritdoc/>
    protected override PortChain Completed(ResourceSet set, PortChain built, PortChain current, AttributeValues values) => built with
    {
        ChainId = built.ChainId == 0 ? current.ChainId : built.ChainId,
        ReversePathId = built.ReversePathId ?? current.ReversePathId,
    };

    /// <inheritdoc/>
    protected override ChangeResult Create(ResourceSet set, PortChain built, AttributeValues values, Caller caller)
    {
        ApiProblem? problem = PortChainRules.RefuseGroups(set, built, caller)
            ?? (caller.Restores ? null : PortChainRules.RefuseCorrelations(set, built))
            ?? PortChainRules.RefuseClassifiers(set, built, caller)
            ?? ChainIds.Assign(set, ref built);
        return problem is null ? Replace(set, built) : problem;
    }

    /// <inheritdoc/>
    protected override ChangeResult Update(ResourceSet set, PortChain current, AttributeValues values, Caller caller)
    {
        bool groups = values.Has("port_pair_groups");
        bool classifiers = values.Has("flow_classifiers");
        PortChain updated = Renamed(current, values) with
        {
            PortPairGroups = values.Get("port_pair_groups", current.PortPairGroups),
            FlowClassifiers = values.Get("flow_classifiers", current.FlowClassifiers),
        };

        // Correlations are checked on create only, as recorded.
        ApiProblem? problem = groups || classifiers ? InUse(set, current) : null;
        problem ??= groups ? PortChainRules.RefuseGroups(set, updated, caller) : null;
        problem ??= classifiers ? PortChainRules.RefuseClassifiers(set, updated, caller) : null;
        return problem is null ? Replace(set, updated) : problem;
    }

    /// <inheritdoc/>
    protected override ApiProblem? InUse(ResourceSet set, PortChain current) =>
        set.ServiceGraphs.Any(graph => graph.Names(current.Id)) ? ServiceGraphProblems.PortChainInUse(current.Id) : null;
}
