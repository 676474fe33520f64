using System.Collections.Immutable;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Networks;

/// <summary>Networks in the API: as much of Neutron's as ports, chains and their clients need.</summary>
internal sealed class NetworkKind : ResourceKindOf<Network>
{
    /// <summary>The least IPv4 asks of a link (RFC 791).</summary>
    private const int MinMtu = 68;
    private const int MaxMtu = 65535;
    private const string Learn = "learn";

    /// <inheritdoc/>
    public override string Singular => "network";

    /// <inheritdoc/>
    public override string Plural => "networks";

    /// <inheritdoc/>
    public override bool IsSfc => false;

    /// <inheritdoc/>
    public override AttributeTable Attributes { get; } = new(
        SfcRules.Id,
        SfcRules.Name,
        SfcRules.Description,
        SfcRules.TenantId,
        new AttributeRule("admin_state_up", AttributeUse.Post | AttributeUse.Put, Texts.Boolean, Schema.Boolean) { Default = true, Accepts = "true or false" },
        new AttributeRule("shared", AttributeUse.Post | AttributeUse.Put, Texts.Boolean, Schema.Boolean) { Default = false, Accepts = "true or false" },
        new AttributeRule("mtu", AttributeUse.Post | AttributeUse.Put, Numbers.Between(MinMtu, MaxMtu), Schema.Integer(MinMtu, MaxMtu)) { Default = Network.NoMtu, Accepts = "a number from 68 to 65535" },
        new AttributeRule("switching", AttributeUse.Post | AttributeUse.Put, Texts.OneOf(("static", false), (Learn, true)), Schema.Words("static", Learn))
        {
            Default = false,
            Accepts = "static or learn",
        },
        new AttributeRule("status", AttributeUse.Document | AttributeUse.Replace, Texts.OneOf(("ACTIVE", true)), Schema.Words("ACTIVE")) { Default = true, Accepts = "ACTIVE" },
        RevisionNumbers.Rule);

    /// <inheritdoc/>
    public override ImmutableArray<ResourceMember<Network>> Members { get; } =
    [
        ResourceMember<Network>.Id("id", network => network.Id),
        ResourceMember<Network>.Text("name", network => network.Name),
        ResourceMember<Network>.Text("tenant_id", network => network.ProjectId),
        ResourceMember<Network>.Boolean("admin_state_up", network => network.AdminStateUp),
        ResourceMember<Network>.Number("mtu", network => network.ShownMtu) with { Stored = network => network.Mtu != Network.NoMtu },
        ResourceMember<Network>.Text("status", _ => "ACTIVE"),
        ResourceMember<Network>.Boolean("shared", network => network.Shared),
        ResourceMember<Network>.Text("description", network => network.Description),
        ResourceMember<Network>.Text("project_id", network => network.ProjectId),
        ResourceMember<Network>.Number("revision_number", network => network.RevisionNumber),
        ResourceMember<Network>.Text("switching", _ => Learn) with { Shown = network => network.Learns },
    ];

    /// <inheritdoc/>
    public override ApiProblem NotFound(string id) => NetworkProblems.NotFound(id);

    /// <inheritdoc/>
    protected override ResourceCollection<Network> In(ResourceSet set) => set.Networks;

    /// <inheritdoc/>
    protected override ResourceSet Put(ResourceSet set, ResourceCollection<Network> collection) => set with { Networks = collection };

    /// <inheritdoc/>
    protected override Network Built(Guid id, AttributeValues values) => new()
    {
        Id = id,
        Name = values.Get<string>("name"),
        Description = values.Get<string>("description"),
        ProjectId = values.Get<string>("tenant_id"),
        AdminStateUp = values.Get<bool>("admin_state_up"),
        Shared = values.Get<bool>("shared"),
        Mtu = values.Get<int>("mtu"),
        Learns = values.Get<bool>("switching"),
        RevisionNumber = values.Get(RevisionNumbers.Name, 1),
    };

    /// <inheritdoc/>
    protected override Network Completed(ResourceSet set, Network built, Network current, AttributeValues values) =>
        built with { RevisionNumber = values.Get(RevisionNumbers.Name, current.RevisionNumber) };

    /// <inheritdoc/>
    public override ResourceSet Recount(ResourceSet read, ResourceSet stored) => Put(read, RevisionNumbers.Recount(
        ResourceSet.Empty.Networks, read.Networks, stored.Networks, (network, number) => network with { RevisionNumber = number }, IsStoredAlike));

    /// <inheritdoc/>
    protected override ChangeResult Create(ResourceSet set, Network built, AttributeValues values, Caller caller) => Replace(set, built);

    /// <inheritdoc/>
    protected override ChangeResult Update(ResourceSet set, Network current, AttributeValues values, Caller caller)
    {
        Network updated = Renamed(current, values) with
        {
            AdminStateUp = values.Get("admin_state_up", current.AdminStateUp),
            Shared = values.Get("shared", current.Shared),
            Mtu = values.Get("mtu", current.Mtu),
            Learns = values.Get("switching", current.Learns),
        };
        return Replace(set, updated with { RevisionNumber = RevisionNumbers.Next(current, values, isChanged: updated != current) });
    }

    /// <inheritdoc/>
    protected override ApiProblem? InUse(ResourceSet set, Network current) =>
        set.Ports.Any(port => port.NetworkId == current.Id) ? NetworkProblems.InUse(current.Id) : null;

    /// <inheritdoc/>
    public override ChangeResult Delete(ResourceSet set, Resource current)
    {
        ChangeResult result = base.Delete(set, current);
        if (result.Set is null)
        {
            return result;
        }

        // A network takes its subnets along, as in Neutron.
        ResourceSet next = result.Set;
        foreach (Subnets.Subnet subnet in set.Subnets.Where(subnet => subnet.NetworkId == current.Id))
        {
            next = next with { Subnets = next.Subnets.Without(subnet.Id) };
        }

        return ChangeResult.Of(next);
    }
}
