using System.Collections.Immutable;
using System.Text.Json;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Networks;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Subnets;

/// <summary>Subnets in the API: as much of Neutron's as clients that give ports addresses need.</summary>
internal sealed class SubnetKind : ResourceKindOf<Subnet>
{
    /// <inheritdoc/>
    public override string Singular => "subnet";

    /// <inheritdoc/>
    public override string Plural => "subnets";

    /// <inheritdoc/>
    public override bool IsSfc => false;

    /// <inheritdoc/>
    public override AttributeTable Attributes { get; } = new(
        SfcRules.Id,
        new AttributeRule("ip_version", AttributeUse.Post, Version, Schema.Integers(4, 6)) { Required = true, Accepts = "4 or 6" },
        SfcRules.Name,
        SfcRules.Description,
        new AttributeRule("network_id", AttributeUse.Post, Ids.One, Schema.Id) { Required = true, RefersTo = "networks", Accepts = "a network" },
        new AttributeRule("cidr", AttributeUse.Post, Prefixes.One, Schema.Prefix) { Required = true, Accepts = "address/length such as 10.0.0.0/8" },
        new AttributeRule("gateway_ip", AttributeUse.Post | AttributeUse.Put, Gateway, Schema.AddressOrNull) { Default = SubnetGateway.Chosen, Accepts = "an IP address, or null for none" },
        SfcRules.TenantId,
        new AttributeRule("enable_dhcp", AttributeUse.Post | AttributeUse.Put, Texts.Boolean, Schema.Boolean) { Default = true, Accepts = "true or false" },
        NothingHandedOut("allocation_pools"),
        NothingHandedOut("dns_nameservers"),
        NothingHandedOut("host_routes"),
        RevisionNumbers.Rule);

    /// <inheritdoc/>
    public override ImmutableArray<ResourceMember<Subnet>> Members { get; } =
    [
        ResourceMember<Subnet>.Id("id", subnet => subnet.Id),
        ResourceMember<Subnet>.Text("name", subnet => subnet.Name),
        ResourceMember<Subnet>.Text("tenant_id", subnet => subnet.ProjectId),
        ResourceMember<Subnet>.Id("network_id", subnet => subnet.NetworkId),
        ResourceMember<Subnet>.Number("ip_version", subnet => (int)subnet.Cidr.Family),
        ResourceMember<Subnet>.Boolean("enable_dhcp", subnet => subnet.EnableDhcp),
        ResourceMember<Subnet>.Text("gateway_ip", subnet => subnet.GatewayIp?.ToString()),
        ResourceMember<Subnet>.Text("cidr", subnet => subnet.Cidr.Text),

        ResourceMember<Subnet>.Json("allocation_pools", _ => "[]"),
        ResourceMember<Subnet>.Json("dns_nameservers", _ => "[]"),
        ResourceMember<Subnet>.Json("host_routes", _ => "[]"),
        ResourceMember<Subnet>.Text("description", subnet => subnet.Description),
        ResourceMember<Subnet>.Text("project_id", subnet => subnet.ProjectId),
        ResourceMember<Subnet>.Number("revision_number", subnet => subnet.RevisionNumber),
    ];

    /// <inheritdoc/>
    public override ApiProblem NotFound(string id) => new(404, "SubnetNotFound", $"Subnet {id} could not be found.");

    /// <inheritdoc/>
    protected override ResourceCollection<Subnet> In(ResourceSet set) => set.Subnets;

    /// <inheritdoc/>
    protected override ResourceSet Put(ResourceSet set, ResourceCollection<Subnet> collection) => set with { Subnets = collection };

    /// <inheritdoc/>
    protected override Subnet Built(Guid id, AttributeValues values)
    {
        IpPrefix cidr = values.Get<IpPrefix>("cidr");
        return new Subnet
        {
            Id = id,
            Name = values.Get<string>("name"),
            Description = values.Get<string>("description"),
            ProjectId = values.Get<string>("tenant_id"),
            NetworkId = values.Get<Guid>("network_id"),
            Cidr = cidr,
            GatewayIp = values.Get<SubnetGateway>("gateway_ip").AddressIn(cidr),
            EnableDhcp = values.Get<bool>("enable_dhcp"),
            RevisionNumber = values.Get(RevisionNumbers.Name, 1),
        };
    }

    /// <inheritdoc/>
    protected override Subnet Completed(ResourceSet set, Subnet built, Subnet current, AttributeValues values) =>
        built with { RevisionNumber = values.Get(RevisionNumbers.Name, current.RevisionNumber) };

    /// <inheritdoc/>
    public override ResourceSet Recount(ResourceSet read, ResourceSet stored) => Put(read, RevisionNumbers.Recount(
        ResourceSet.Empty.Subnets, read.Subnets, stored.Subnets, (subnet, number) => subnet with { RevisionNumber = number }, IsStoredAlike));

    /// <inheritdoc/>
    protected override ChangeResult Create(ResourceSet set, Subnet built, AttributeValues values, Caller caller)
    {
        if (NetworkProblems.RefuseUnknown(set, built.NetworkId, caller) is { } problem)
        {
            return problem;
        }

        int version = values.Get<int>("ip_version");
        if (version != (int)built.Cidr.Family)
        {
            return new ApiProblem(400, "InvalidInput",
                $"Invalid input for operation: cidr '{built.Cidr.Text}' does not match the ip_version '{version}'.")
            { Attribute = "cidr" };
        }

        foreach (Subnet other in set.Subnets)
        {
            if (other.NetworkId == built.NetworkId && other.Cidr.Overlaps(built.Cidr))
            {
                return new ApiProblem(400, "InvalidInput",
                    $"Invalid input for operation: Requested subnet with cidr: {built.Cidr.Text} for network: {built.NetworkId} overlaps with another subnet.")
                { Attribute = "cidr" };
            }
        }

        return Replace(set, built);
    }

    /// <inheritdoc/>
    protected override ChangeResult Update(ResourceSet set, Subnet current, AttributeValues values, Caller caller)
    {
        Subnet updated = Renamed(current, values) with
        {
            GatewayIp = values.Has("gateway_ip") ? values.Get<SubnetGateway>("gateway_ip").AddressIn(current.Cidr) : current.GatewayIp,
            EnableDhcp = values.Get("enable_dhcp", current.EnableDhcp),
        };
        return Replace(set, updated with { RevisionNumber = RevisionNumbers.Next(current, values, isChanged: updated != current) });
    }

    /// <inheritdoc/>
    protected override ApiProblem? InUse(ResourceSet set, Subnet current) =>
        set.Ports.Any(port => port.FixedIps.Any(ip => ip.SubnetId == current.Id))
            ? new ApiProblem(409, "SubnetInUse",
                $"Unable to complete operation on subnet {current.Id}: One or more ports have an IP allocation from this subnet.")
            : null;

    private static Reading Version(string attribute, JsonElement value) =>
        Numbers.TryConvert(value, out System.Numerics.BigInteger version) && (version == 4 || version == 6)
            ? Reading.Of((int)version)
            : ApiProblem.InvalidValue(attribute, $"'{PythonText.Str(value)}' is not in [4, 6]");

    // Shown because the stock client takes these lists apart; anything in them would be promised and not done.
    private static AttributeRule NothingHandedOut(string attribute) =>
        new(attribute, AttributeUse.Post | AttributeUse.Put, EmptyList, Schema.EmptyList) { Default = "[]", Accepts = "an empty list" };

    private static Reading EmptyList(string attribute, JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0
            ? Reading.Of("[]")
            : ApiProblem.InvalidValue(attribute, $"'{PythonText.Str(value)}' is not an empty list; addresses, names and routes are not handed out here");

    private static Reading Gateway(string attribute, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return Reading.Of(SubnetGateway.None);
        }

        return value.ValueKind == JsonValueKind.String && IpAddressValue.TryParse(value.GetString()!, out IpAddressValue address)
            ? Reading.Of(new SubnetGateway(IsChosen: false, address))
            : ApiProblem.InvalidValue(attribute, $"'{PythonText.Str(value)}' is not a valid IP address");
    }
}
