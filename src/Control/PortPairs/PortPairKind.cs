using System.Collections.Immutable;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.PortPairs;

/// <summary>Port pairs in the API: table, rules and answers (sfc-api, section 4).</summary>
internal sealed class PortPairKind : ResourceKindOf<PortPair>
{
    /// <inheritdoc/>
    public override string Singular => "port_pair";

    /// <inheritdoc/>
    public override string Plural => "port_pairs";

    /// <inheritdoc/>
    public override AttributeTable Attributes { get; } = new(
        SfcRules.Id,
        SfcRules.Name,
        SfcRules.Description,
        SfcRules.TenantId,
        new AttributeRule("ingress", AttributeUse.Post, Ids.One, Schema.Id) { Required = true, RefersTo = "ports", Accepts = "a port" },
        new AttributeRule("egress", AttributeUse.Post, Ids.One, Schema.Id) { Required = true, RefersTo = "ports", Accepts = "a port" },
        new AttributeRule("service_function_parameters", AttributeUse.Post, ServiceFunctionParametersJson.Read, ServiceFunctionParametersJson.Schema)
        {
            Default = ServiceFunctionParameters.Default,
            Accepts = "{\"correlation\": null, \"mpls\" or \"nsh\", \"weight\": a number from 0}",
        });

    /// <inheritdoc/>
    public override ImmutableArray<ResourceMember<PortPair>> Members { get; } =
    [
        ResourceMember<PortPair>.Id("id", pair => pair.Id),
        ResourceMember<PortPair>.Text("name", pair => pair.Name),
        ResourceMember<PortPair>.Text("description", pair => pair.Description),
        ResourceMember<PortPair>.Text("project_id", pair => pair.ProjectId),
        ResourceMember<PortPair>.Id("ingress", pair => pair.Ingress),
        ResourceMember<PortPair>.Id("egress", pair => pair.Egress),
        new("service_function_parameters", (writer, pair) => ServiceFunctionParametersJson.Write(writer, pair.Parameters)),
        ResourceMember<PortPair>.Text("tenant_id", pair => pair.ProjectId),
    ];

    /// <inheritdoc/>
    public override ApiProblem NotFound(string id) => PortPairProblems.NotFound(id);

    /// <inheritdoc/>
    protected override ResourceCollection<PortPair> In(ResourceSet set) => set.PortPairs;

    /// <inheritdoc/>
    protected override ResourceSet Put(ResourceSet set, ResourceCollection<PortPair> collection) => set with { PortPairs = collection };

    /// <inheritdoc/>
    protected override PortPair Built(Guid id, AttributeValues values) => new()
    {
        Id = id,
        Name = values.Get<string>("name"),
        Description = values.Get<string>("description"),
        ProjectId = values.Get<string>("tenant_id"),
        Ingress = values.Get<Guid>("ingress"),
        Egress = values.Get<Guid>("egress"),
        Parameters = values.Get<ServiceFunctionParameters>("service_function_parameters"),
    };

    /// <inheritdoc/>
    protected override ChangeResult Create(ResourceSet set, PortPair built, AttributeValues values, Caller caller)
    {
        if (KeyIndex<PortPair, (Guid Ingress, Guid Egress)>.Find(set.PortPairs, (built.Ingress, built.Egress)) is { } other)
        {
            return PortPairProblems.PortsInUse(built, other);
        }

        if (caller.Find(set.Ports, built.Ingress) is not { } ingress)
        {
            return PortPairProblems.PortNotFound(built.Ingress, "ingress");
        }

        if (caller.Find(set.Ports, built.Egress) is not { } egress)
        {
            return PortPairProblems.PortNotFound(built.Egress, "egress");
        }

        // A port may have lost its device since its pair was made.
        return !caller.Restores && RefuseHosts(ingress, egress) is { } problem ? problem : Replace(set, built);
    }

    /// <inheritdoc/>
    protected override ApiProblem? InUse(ResourceSet set, PortPair current) =>
        KeyIndex<PortPairGroup, Guid>.Find(set.PortPairGroups, current.Id) is not null ? PortPairProblems.InUse(current.Id) : null;

    /// <inheritdoc/>
    public override ChangeResult Delete(ResourceSet set, Resource current)
    {
        ChangeResult result = base.Delete(set, current);
        return result.Set is { } next ? ChangeResult.Of(next with { Functions = next.Functions.Remove(current.Id) }) : result;
    }

    private static ApiProblem? RefuseHosts(Port ingress, Port egress)
    {
        if (ingress.DeviceId.Length == 0)
        {
            return PortPairProblems.NoHost("PortPairIngressNoHost", "ingress", ingress);
        }

        if (egress.DeviceId.Length == 0)
        {
            return PortPairProblems.NoHost("PortPairEgressNoHost", "egress", egress);
        }

        return ingress.DeviceId == egress.DeviceId ? null : PortPairProblems.DifferentHost(ingress, egress);
    }
}
