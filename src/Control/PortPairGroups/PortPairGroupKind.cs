using System.Collections.Immutable;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.PortPairGroups;

/// <summary>Port pair groups in the API: table, rules and answers (sfc-api, section 5).</summary>
internal sealed class PortPairGroupKind : ResourceKindOf<PortPairGroup>
{
    /// <summary>The extension attribute that says what happens to packets while no member has weight.</summary>
    public const string OnEmpty = "on_empty";

    /// <inheritdoc/>
    public override string Singular => "port_pair_group";

    /// <inheritdoc/>
    public override string Plural => "port_pair_groups";

    /// <inheritdoc/>
    public override AttributeTable Attributes { get; } = new(
        SfcRules.Id,
        new AttributeRule("group_id", AttributeUse.Document, Numbers.Between(1, int.MaxValue), Schema.Integer(1, int.MaxValue)) { Accepts = "a number from 1" },
        SfcRules.Name,
        SfcRules.Description,
        SfcRules.TenantId,
        new AttributeRule("port_pairs", AttributeUse.Post | AttributeUse.Put, Ids.ListOrNull, Schema.IdsOrNull)
        {
            Default = ImmutableArray<Guid>.Empty,
            RefersTo = "port_pairs",
            Accepts = "a list of different port pairs",
        },
        new AttributeRule("port_pair_group_parameters", AttributeUse.Post, PortPairGroupParametersJson.Read, PortPairGroupParametersJson.Schema)
        {
            Default = PortPairGroupParameters.Default,
            Accepts = "{\"lb_fields\": a list of eth_src, eth_dst, ip_src, ip_dst, tcp_src, tcp_dst, udp_src, udp_dst, \"ppg_n_tuple_mapping\": an object}",
        },
        new AttributeRule("tap_enabled", AttributeUse.Post, Texts.Boolean, Schema.Boolean) { Default = false, Accepts = "true or false" },
        new AttributeRule(OnEmpty, AttributeUse.Post | AttributeUse.Put, Texts.OneOfOrNull([.. EmptyGroupActions.All]), Schema.WordsOrNull(EmptyGroupActions.Words))
        {
            Accepts = "drop, skip or leave, or null for what the server does by default",
        },
        new AttributeRule("exclusive", AttributeUse.Post | AttributeUse.Put, Texts.Boolean, Schema.Boolean) { Default = false, Accepts = "true or false" });

    /// <inheritdoc/>
    public override ImmutableArray<ResourceMember<PortPairGroup>> Members { get; } =
    [
        ResourceMember<PortPairGroup>.Id("id", group => group.Id),
        ResourceMember<PortPairGroup>.Text("name", group => group.Name),
        ResourceMember<PortPairGroup>.Text("description", group => group.Description),
        ResourceMember<PortPairGroup>.Text("project_id", group => group.ProjectId),
        ResourceMember<PortPairGroup>.Ids("port_pairs", group => group.PortPairs),
        ResourceMember<PortPairGroup>.Boolean("tap_enabled", group => group.TapEnabled),
        new("port_pair_group_parameters", (writer, group) => PortPairGroupParametersJson.Write(writer, group.Parameters))
        {
            // The reference fails on this filter; refusing it is the cleaner answer to the same request.
            Key = _ => null,
            ConvertFilter = (attribute, _) => ApiProblem.BadRequest($"'{attribute}' cannot be filtered by: its value is an object."),
        },
        ResourceMember<PortPairGroup>.Number("group_id", group => group.GroupId),
        ResourceMember<PortPairGroup>.Text("tenant_id", group => group.ProjectId),
        ResourceMember<PortPairGroup>.Text(OnEmpty, group => group.OnEmpty is { } action ? EmptyGroupActions.Word(action) : null) with { Shown = group => group.OnEmpty is not null },
        ResourceMember<PortPairGroup>.Boolean("exclusive", group => group.Exclusive) with { Shown = group => group.Exclusive },
    ];

    /// <inheritdoc/>
    public override ApiProblem NotFound(string id) => PortPairGroupProblems.NotFound(id);

    /// <inheritdoc/>
    protected override ResourceCollection<PortPairGroup> In(ResourceSet set) => set.PortPairGroups;

    /// <inheritdoc/>
    protected override ResourceSet Put(ResourceSet set, ResourceCollection<PortPairGroup> collection) => set with { PortPairGroups = collection };

    /// <inheritdoc/>
    protected override PortPairGroup Built(Guid id, AttributeValues values) => new()
    {
        Id = id,
        GroupId = values.Get("group_id", 0),
        Name = values.Get<string>("name"),
        Description = values.Get<string>("description"),
        ProjectId = values.Get<string>("tenant_id"),
        PortPairs = values.Get<ImmutableArray<Guid>>("port_pairs"),
        Parameters = values.Get<PortPairGroupParameters>("port_pair_group_parameters"),
        TapEnabled = values.Get<bool>("tap_enabled"),
        OnEmpty = values.Get<EmptyGroupAction?>(OnEmpty),
        Exclusive = values.Get<bool>("exclusive"),
    };

    /// <inheritdoc/>
    protected override PortPairGroup Completed(ResourceSet set, PortPairGroup built, PortPairGroup current, AttributeValues values) =>
        built.GroupId == 0 ? built with { GroupId = current.GroupId } : built;

    /// <inheritdoc/>
    protected override ChangeResult Create(ResourceSet set, PortPairGroup built, AttributeValues values, Caller caller)
    {
        if (RefuseMembers(set, built, caller) is { } problem)
        {
            return problem;
        }

        // Of n groups, one of the first n + 1 numbers is free.
        FreeNumber numbers = new(set.PortPairGroups.Count + 1);
        foreach (PortPairGroup other in set.PortPairGroups.All)
        {
            if (other.GroupId == built.GroupId)
            {
                return PortPairGroupProblems.GroupIdInUse(built.GroupId);
            }

            numbers.Take(other.GroupId);
        }

        return Replace(set, built.GroupId == 0 ? built with { GroupId = numbers.Lowest()!.Value } : built);
    }

    /// <inheritdoc/>
    protected override ChangeResult Update(ResourceSet set, PortPairGroup current, AttributeValues values, Caller caller)
    {
        PortPairGroup updated = Renamed(current, values) with
        {
            PortPairs = values.Get("port_pairs", current.PortPairs),
            OnEmpty = values.Get(OnEmpty, current.OnEmpty),
            Exclusive = values.Get("exclusive", current.Exclusive),
        };
        ApiProblem? problem = values.Has("port_pairs") ? RefuseMembers(set, updated, caller) : null;
        if (problem is null && updated.Exclusive && set.PortChains.Count(chain => chain.PortPairGroups.Contains(updated.Id)) > 1)
        {
            problem = PortPairGroupProblems.Exclusive(updated.Id);
        }

        return problem is null ? Replace(set, updated) : problem;
    }

    /// <inheritdoc/>
    protected override ApiProblem? InUse(ResourceSet set, PortPairGroup current) =>
        set.PortChains.Any(chain => chain.PortPairGroups.Contains(current.Id)) ? PortPairGroupProblems.InUse(current.Id) : null;

    /// <summary>Existence of all first, then correlation and membership of each in order, then the number of tap members.</summary>
    private static ApiProblem? RefuseMembers(ResourceSet set, PortPairGroup group, Caller caller)
    {
        List<PortPair> pairs = [];
        foreach (Guid id in group.PortPairs)
        {
            if (caller.Find(set.PortPairs, id) is not { } pair)
            {
                return PortPairProblems.NotFound(id.ToString()) with { Attribute = "port_pairs" };
            }

            pairs.Add(pair);
        }

        foreach (PortPair pair in pairs)
        {
            if (!pair.Parameters.CorrelationGiven)
            {
                return PortPairGroupProblems.PairWithoutCorrelation(pair.Id);
            }

            if (pair.Parameters.Correlation != pairs[0].Parameters.Correlation)
            {
                return PortPairGroupProblems.InconsistentCorrelations;
            }

            if (KeyIndex<PortPairGroup, Guid>.Find(set.PortPairGroups, pair.Id) is { } other && other.Id != group.Id)
            {
                return PortPairProblems.InUse(pair.Id) with { Attribute = "port_pairs" };
            }
        }

        return group.TapEnabled && pairs.Count > 1 ? PortPairGroupProblems.MultiplePairsInTap : null;
    }
}
