using System.Collections.Immutable;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Networks;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Control.Ports;

/// <summary>Ports in the API: as much of Neutron's as chains and their clients need.</summary>
internal sealed class PortKind : ResourceKindOf<Port>
{
    private const AttributeUse PostAndPut = AttributeUse.Post | AttributeUse.Put;

    /// <summary>What Neutron decides itself, so that its clients cannot set it; as a master it tells us.</summary>
    private const AttributeUse DecidedAbove = AttributeUse.Document | AttributeUse.Replace;

    private static readonly string[] _statuses = ["ACTIVE", "DOWN", "BUILD", "ERROR", "N/A"];

    /// <inheritdoc/>
    public override string Singular => "port";

    /// <inheritdoc/>
    public override string Plural => "ports";

    /// <inheritdoc/>
    public override bool IsSfc => false;

    /// <inheritdoc/>
    public override AttributeTable Attributes { get; } = new(
        SfcRules.Id,
        SfcRules.Name,
        new AttributeRule("network_id", AttributeUse.Post, Ids.One, Schema.Id) { Required = true, RefersTo = "networks", Accepts = "a network" },
        new AttributeRule("admin_state_up", PostAndPut, Texts.Boolean, Schema.Boolean) { Default = true, Accepts = "true or false" },
        new AttributeRule("mac_address", PostAndPut, PortReaders.Mac, PortReaders.MacSchema) { Accepts = "six octets such as 02:00:00:00:00:01, or null to have one chosen" },
        new AttributeRule("fixed_ips", PostAndPut, PortReaders.FixedIps, PortReaders.FixedIpsSchema)
        {
            Default = ImmutableArray<FixedIp>.Empty,
            RefersTo = "subnets",
            ReferenceMember = "subnet_id",
            Accepts = "a list of {\"ip_address\": an address, \"subnet_id\": a subnet or absent}",
        },
        new AttributeRule("device_id", PostAndPut, Texts.UpTo255, Schema.Text) { Default = "", Accepts = "text of at most 255 characters" },
        new AttributeRule("device_owner", PostAndPut, Texts.UpTo255, Schema.Text) { Default = "", Accepts = "text of at most 255 characters" },
        SfcRules.TenantId,
        SfcRules.Description,
        new AttributeRule("binding:host_id", PostAndPut, Texts.UpTo255OrNull, Schema.TextOrNull) { Default = "", AdminOnly = true },
        new AttributeRule("binding:vnic_type", PostAndPut, Texts.UpTo255, Schema.Text) { Default = "normal" },
        new AttributeRule("binding:profile", PostAndPut, PortReaders.KeptObject, Schema.ObjectOrNull) { Default = "{}", AdminOnly = true },
        new AttributeRule("port_security_enabled", PostAndPut, Texts.Boolean, Schema.Boolean) { Default = true, Accepts = "true or false" },
        new AttributeRule("status", DecidedAbove, Texts.OneOf([.. _statuses.Select(word => (word, word))]), Schema.Words(_statuses))
        {
            Default = "DOWN",
            Accepts = $"one of {string.Join(", ", _statuses)}",
        },
        new AttributeRule("binding:vif_type", DecidedAbove, PortBinding.ReadVifType, PortBinding.VifTypes) { Accepts = PortBinding.Accepts },
        new AttributeRule("binding:vif_details", DecidedAbove, PortReaders.KeptObject, Schema.ObjectOrNull) { Default = "{}", Accepts = "an object" },
        RevisionNumbers.Rule);

    /// <inheritdoc/>
    public override ImmutableArray<ResourceMember<Port>> Members { get; } =
    [
        ResourceMember<Port>.Id("id", port => port.Id),
        ResourceMember<Port>.Text("name", port => port.Name),
        ResourceMember<Port>.Id("network_id", port => port.NetworkId),
        ResourceMember<Port>.Text("tenant_id", port => port.ProjectId),
        ResourceMember<Port>.Text("mac_address", port => port.MacAddress.ToString()),
        ResourceMember<Port>.Boolean("admin_state_up", port => port.AdminStateUp),
        ResourceMember<Port>.Text("status", port => port.Status),
        ResourceMember<Port>.Text("device_id", port => port.DeviceId),
        ResourceMember<Port>.Text("device_owner", port => port.DeviceOwner),
        new("fixed_ips", PortReaders.WriteFixedIps),
        ResourceMember<Port>.Text("project_id", port => port.ProjectId),
        ResourceMember<Port>.Boolean("port_security_enabled", port => port.PortSecurityEnabled),
        ResourceMember<Port>.Text("binding:vnic_type", port => port.BindingVnicType),
        ResourceMember<Port>.Json("binding:profile", port => port.BindingProfileJson),
        ResourceMember<Port>.Text("binding:host_id", port => port.BindingHostId),
        ResourceMember<Port>.Text("binding:vif_type", PortBinding.ShownVifType) with { Stored = port => port.BindingVifType is not null },
        ResourceMember<Port>.Json("binding:vif_details", port => port.BindingVifDetailsJson),
        ResourceMember<Port>.Text("description", port => port.Description),
        ResourceMember<Port>.Number("revision_number", port => port.RevisionNumber),
    ];

    /// <inheritdoc/>
    public override ApiProblem NotFound(string id) => PortProblems.NotFound(id);

    /// <inheritdoc/>
    protected override ResourceCollection<Port> In(ResourceSet set) => set.Ports;

    /// <inheritdoc/>
    protected override ResourceSet Put(ResourceSet set, ResourceCollection<Port> collection) => set with { Ports = collection };

    /// <inheritdoc/>
    protected override Port Built(Guid id, AttributeValues values) => new()
    {
        Id = id,
        Name = values.Get<string>("name"),
        Description = values.Get<string>("description"),
        ProjectId = values.Get<string>("tenant_id"),
        NetworkId = values.Get<Guid>("network_id"),
        AdminStateUp = values.Get<bool>("admin_state_up"),
        MacAddress = values.Get<MacAddress?>("mac_address") ?? default,
        FixedIps = values.Get<ImmutableArray<FixedIp>>("fixed_ips"),
        DeviceId = values.Get<string>("device_id"),
        DeviceOwner = values.Get<string>("device_owner"),
        BindingHostId = values.Get<string>("binding:host_id"),
        BindingVnicType = values.Get<string>("binding:vnic_type"),
        BindingProfileJson = values.Get<string>("binding:profile"),
        PortSecurityEnabled = values.Get<bool>("port_security_enabled"),
        Status = values.Get("status", "DOWN"),
        BindingVifType = values.Get<string?>("binding:vif_type", null),
        BindingVifDetailsJson = values.Get("binding:vif_details", "{}"),
        RevisionNumber = values.Get(RevisionNumbers.Name, 1),
    };

    /// <inheritdoc/>
    protected override Port Completed(ResourceSet set, Port built, Port current, AttributeValues values)
    {
        Port completed = built with
        {
            MacAddress = values.Get<MacAddress?>("mac_address") ?? current.MacAddress,
            RevisionNumber = values.Get(RevisionNumbers.Name, current.RevisionNumber),
        };

        // What cannot be placed or bound differs from what is there, so the update that follows refuses it.
        _ = PortAddresses.PlaceFixedIps(set, restores: false, ref completed);
        _ = PortBinding.Complete(ref completed);
        return completed;
    }

    /// <inheritdoc/>
    public override ResourceSet Recount(ResourceSet read, ResourceSet stored) => Put(read, RevisionNumbers.Recount(
        ResourceSet.Empty.Ports, read.Ports, stored.Ports, (port, number) => port with { RevisionNumber = number }, IsStoredAlike));

    /// <inheritdoc/>
    protected override ChangeResult Create(ResourceSet set, Port built, AttributeValues values, Caller caller)
    {
        if (NetworkProblems.RefuseUnknown(set, built.NetworkId, caller) is { } problem)
        {
            return problem;
        }

        if (values.Get<MacAddress?>("mac_address") is null)
        {
            built = built with { MacAddress = PortAddresses.ChooseMac(set, built) };
        }

        ApiProblem? refused = PortAddresses.RefuseMac(set, built)
            ?? PortAddresses.PlaceFixedIps(set, caller.Restores, ref built)
            ?? PortBinding.Complete(ref built)
            ?? PortBinding.RefusePlace(set, built);
        return refused is null ? Replace(set, built) : refused;
    }

    /// <inheritdoc/>
    protected override ChangeResult Update(ResourceSet set, Port current, AttributeValues values, Caller caller)
    {
        Port updated = Renamed(current, values) with
        {
            AdminStateUp = values.Get("admin_state_up", current.AdminStateUp),
            MacAddress = values.Has("mac_address")
                ? values.Get<MacAddress?>("mac_address") ?? PortAddresses.ChooseMac(set, current)
                : current.MacAddress,
            FixedIps = values.Get("fixed_ips", current.FixedIps),
            DeviceId = values.Get("device_id", current.DeviceId),
            DeviceOwner = values.Get("device_owner", current.DeviceOwner),
            BindingHostId = values.Get("binding:host_id", current.BindingHostId),
            BindingVnicType = values.Get("binding:vnic_type", current.BindingVnicType),
            BindingProfileJson = values.Get("binding:profile", current.BindingProfileJson),
            PortSecurityEnabled = values.Get("port_security_enabled", current.PortSecurityEnabled),
            Status = values.Get("status", current.Status),
            BindingVifType = values.Get("binding:vif_type", current.BindingVifType),
            BindingVifDetailsJson = values.Get("binding:vif_details", current.BindingVifDetailsJson),
        };
        int number = RevisionNumbers.Next(current, values, isChanged: updated != current);
        if (number == current.RevisionNumber)
        {
            return Replace(set, current);
        }

        // Addresses are looked at when they are sent: subnets made since must not get in the way of other changes.
        updated = updated with { RevisionNumber = number };
        ApiProblem? problem = values.Has("mac_address") ? PortAddresses.RefuseMac(set, updated) : null;
        problem ??= values.Has("fixed_ips") ? PortAddresses.PlaceFixedIps(set, restores: false, ref updated) : null;
        problem ??= PortBinding.Complete(ref updated) ?? PortBinding.RefusePlace(set, updated);
        return problem is null ? Replace(set, updated) : problem;
    }

    /// <inheritdoc/>
    protected override ApiProblem? InUse(ResourceSet set, Port current)
    {
        Guid id = current.Id;
        if (set.PortPairs.FirstOrDefault(pair => pair.Ingress == id || pair.Egress == id) is { } pair)
        {
            return PortProblems.InUse(id, "Port Pair", pair.Id);
        }

        return set.FlowClassifiers.FirstOrDefault(one => one.LogicalSourcePort == id || one.LogicalDestinationPort == id) is { } classifier
            ? PortProblems.InUse(id, "Flow Classifier", classifier.Id)
            : null;
    }

    /// <inheritdoc/>
    public override ChangeResult Delete(ResourceSet set, Resource current)
    {
        ChangeResult result = base.Delete(set, current);
        Guid network = ((Port)current).NetworkId;
        return result.Set is { } next && next.Uplinks.TryGetValue(network, out Guid uplink) && uplink == current.Id
            ? ChangeResult.Of(next with { Uplinks = next.Uplinks.Remove(network) })
            : result;
    }
}
