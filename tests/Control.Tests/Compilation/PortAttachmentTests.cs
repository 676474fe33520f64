using System.Text;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.State;
using NetworkingSfc.Dataplane.Ports;
using Xunit;

namespace NetworkingSfc.Control.Tests.Compilation;

/// <summary>What ports are bound to becomes what the forwarder opens.</summary>
public sealed class PortAttachmentTests
{
    [Theory]
    [InlineData("", null, 0)]
    [InlineData(""", "binding:host_id": "h" """, null, 0)]
    [InlineData(""", "binding:vif_type": "ovs", "binding:vif_details": {"kind": "memory"} """, null, 0)]
    [InlineData(""", "binding:vif_type": "other", "binding:vif_details": {"vlan": 7} """, null, 0)]
    [InlineData(""", "binding:vif_type": "tap", "binding:vif_details": {"vif_name": "t0", "vlan": "12"} """, "tap interface=t0", 12)]
    [InlineData(""", "binding:vif_type": "vhostuser", "binding:vif_details": {"vhostuser_socket": "/run/a"} """, "vhost-user socket=/run/a", 0)]
    [InlineData(""", "binding:vif_type": "vhostuser", "binding:vif_details": {"vhostuser_socket": "/run/a", "vhostuser_mode": "client"} """, "vhost-user mode=server socket=/run/a", 0)]
    [InlineData(""", "binding:vif_type": "vhostuser", "binding:vif_details": {"vhostuser_socket": "/run/a", "vhostuser_mode": "server"} """, "vhost-user mode=client socket=/run/a", 0)]
    [InlineData(""", "binding:vif_type": "other", "binding:vif_details": {"kind": "libpcap", "interface": "v0", "vlan": 4094} """, "libpcap interface=v0", 4094)]
    [InlineData(""", "binding:vif_type": "other", "binding:vif_details": {"kind": "memory", "frames": "64", "queues": 2} """, "memory frames=64 queues=2", 0)]
    public void A_binding_is_what_is_opened(string members, string? device, int vlanId)
    {
        CompiledState state = Compile(ResourcesWith(members), previous: null);
        PortAttachment? attachment = Assert.Single(state.Definition.Ports).Attachment;
        Assert.Equal((device, vlanId), (attachment?.Device.ToString(), attachment?.VlanId ?? 0));
        Assert.Equal(device is null ? null : Assert.Single(state.Resources.Ports).IdText, attachment?.Name);
    }

    [Fact]
    public void Another_binding_is_another_attachment_and_the_same_one_is_kept()
    {
        CompiledState first = Compile(ResourcesWith(""", "binding:vif_type": "tap", "binding:vif_details": {"vif_name": "t0"} """), previous: null);
        CompiledState same = Compile(first.Resources, first);
        Port bound = Assert.Single(first.Resources.Ports);
        CompiledState moved = Compile(first.Resources with { Ports = first.Resources.Ports.With(bound with { BindingVifDetailsJson = """{"vif_name":"t1"}""" }) }, same);
        CompiledState unbound = Compile(moved.Resources with { Ports = moved.Resources.Ports.With(bound with { BindingVifType = null }) }, moved);

        Assert.Same(first.Definition.Ports[0].Attachment, same.Definition.Ports[0].Attachment);
        Assert.Equal(["tap interface=t0", "tap interface=t1", null],
            new[] { same, moved, unbound }.Select(state => state.Definition.Ports[0].Attachment?.Device.ToString()));
    }

    [Fact]
    public void What_is_configured_for_a_port_takes_the_place_of_its_binding_while_it_is_configured()
    {
        ResourceSet set = ResourcesWith(""", "binding:vif_type": "tap", "binding:vif_details": {"vif_name": "t0"} """);
        PortAttachment configured = new("configured", new PortDevice("memory", []));
        CompiledState with = Compile(set, previous: null, new Dictionary<Guid, PortAttachment> { [Assert.Single(set.Ports).Id] = configured });
        CompiledState without = Compile(set, with);

        Assert.Equal(configured, with.Definition.Ports[0].Attachment);
        Assert.Equal("tap interface=t0", without.Definition.Ports[0].Attachment?.Device.ToString());
    }

    private static ResourceSet ResourcesWith(string members)
    {
        StateReading reading = StateDocument.Parse(Encoding.UTF8.GetBytes($$$$"""
            {"networks": [{"name": "n"}], "ports": [{"name": "p", "network_id": "n"{{{{members}}}} }]}
            """));
        Assert.True(reading.Document is not null, string.Join("\n", reading.Errors));
        return reading.Document.Resources;
    }

    private static CompiledState Compile(ResourceSet set, CompiledState? previous, IReadOnlyDictionary<Guid, PortAttachment>? configured = null)
    {
        CompiledState? state = SnapshotCompiler.Compile(set, previous, generation: 1, out _, configured);
        Assert.NotNull(state);
        return state;
    }
}
