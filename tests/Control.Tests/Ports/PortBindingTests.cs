using System.Text.Json.Nodes;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Tests.Http;

namespace NetworkingSfc.Control.Tests.Ports;

/// <summary>How a port is attached, as a master says it.</summary>
public sealed class PortBindingTests
{
    private const string Network = "11111111-0000-4000-8000-000000000001";
    private const string Port = "/v2.0/ports/22222222-0000-4000-8000-000000000001?create=true";

    [Theory]
    [InlineData("", "unbound", "{}")]
    [InlineData(""", "binding:host_id": "h" """, "other", "{}")]
    [InlineData(""", "binding:vif_type": "ovs", "binding:vif_details": {"bridge_name": "br-int"} """, "ovs", """{"bridge_name":"br-int"}""")]
    [InlineData(""", "binding:vif_type": "tap" """, "tap", """{"vif_name":"tap22222222-00"}""")]
    [InlineData(""", "binding:vif_type": "tap", "binding:vif_details": {"vif_name": "t0"} """, "tap", """{"vif_name":"t0"}""")]
    [InlineData(""", "binding:vif_type": "vhostuser", "binding:vif_details": {"vhostuser_socket": "/run/a", "vhostuser_mode": "server"} """, "vhostuser", """{"vhostuser_socket":"/run/a","vhostuser_mode":"server"}""")]
    [InlineData(""", "binding:vif_type": "other", "binding:vif_details": {"vlan": "4094"} """, "other", """{"vlan":"4094"}""")]
    [InlineData(""", "binding:vif_type": "tap", "binding:vif_details": {"vlan": 7, "vif_name": "t0"} """, "tap", """{"vlan":7,"vif_name":"t0"}""")]
    [InlineData(""", "binding:vif_type": "other", "binding:vif_details": {"kind": "memory", "frames": "64", "queues": 2} """, "other", """{"kind":"memory","frames":"64","queues":2}""")]
    public async Task Is_shown_as_said(string members, string type, string details)
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        JsonNode port = (await PutAsync(client, 201, members))["port"]!;
        Assert.Equal((type, details), ((string)port["binding:vif_type"]!, port["binding:vif_details"]!.ToJsonString()));

        // And the same again is no change.
        Assert.Equal(1, (int)(await PutAsync(client, 200, members))["port"]!["revision_number"]!);
    }

    [Theory]
    [InlineData(""", "binding:vif_type": "wire" """, "'wire' is not accepted")]
    [InlineData(""", "binding:vif_type": "vhostuser" """, "needs vhostuser_socket")]
    [InlineData(""", "binding:vif_type": "vhostuser", "binding:vif_details": {"vhostuser_socket": ["x"]} """, "needs vhostuser_socket")]
    [InlineData(""", "binding:vif_type": "vhostuser", "binding:vif_details": {"vhostuser_socket": "x", "vhostuser_mode": "both"} """, "client or server")]
    [InlineData(""", "binding:vif_type": "tap", "binding:vif_details": {"vif_name": "a-name-that-is-too-long"} """, "1 to 15 characters")]
    [InlineData(""", "binding:vif_details": 5 """, "is not a dictionary")]
    [InlineData(""", "binding:vif_details": {"vlan": 4095} """, "1 to 4094")]
    [InlineData(""", "binding:vif_details": {"vlan": "x"} """, "1 to 4094")]
    [InlineData(""", "binding:vif_details": {"vlan": null} """, "1 to 4094")]
    [InlineData(""", "binding:vif_type": "other", "binding:vif_details": {"kind": ["memory"]} """, "kind of port to open, as text: memory, ")]
    [InlineData(""", "binding:vif_type": "other", "binding:vif_details": {"kind": null} """, "kind of port to open, as text")]
    [InlineData(""", "binding:vif_type": "other", "binding:vif_details": {"kind": "wire"} """, "There is no port of kind 'wire'; accepted are memory")]
    [InlineData(""", "binding:vif_type": "other", "binding:vif_details": {"kind": "memory", "colour": "red"} """, "has no setting 'colour'; accepted are 'queues'")]
    [InlineData(""", "binding:vif_type": "other", "binding:vif_details": {"kind": "memory", "frames": {}} """, "each a text or a number")]
    [InlineData(""", "binding:vif_type": "other", "binding:vif_details": {"kind": "libpcap"} """, "needs the setting 'interface'")]
    [InlineData(""", "status": "UP" """, "'UP' is not accepted")]
    public async Task Nonsense_is_refused(string members, string message)
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        Assert.Contains(message, (string)(await PutAsync(client, 400, members))["NeutronError"]!["message"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"tap\"", """{"vif_name": "t0"}""", "\"tap\"", """{"vif_name": "t0"}""", "has what is untagged on the device 'tap interface=t0' already.")]
    [InlineData("\"tap\"", """{"vif_name": "t0", "vlan": 7}""", "\"tap\"", """{"vlan": "7", "vif_name": "t0"}""", "has what is tagged with VLAN 7 on the device 'tap interface=t0' already.")]
    [InlineData("\"vhostuser\"", """{"vhostuser_socket": "/s"}""", "\"vhostuser\"", """{"vhostuser_socket": "/s", "vhostuser_mode": "client"}""", "has what is untagged on the device 'vhost-user socket=/s' already.")]
    [InlineData("\"tap\"", """{"vif_name": "t0"}""", "\"tap\"", """{"vif_name": "t0", "vlan": 7}""", null)]
    [InlineData("\"tap\"", """{"vif_name": "t0", "vlan": 8}""", "\"tap\"", """{"vif_name": "t0", "vlan": 7}""", null)]
    [InlineData("\"tap\"", """{"vif_name": "t0"}""", "\"tap\"", """{"vif_name": "t1"}""", null)]
    [InlineData("\"tap\"", """{"vif_name": "t0"}""", "\"vhostuser\"", """{"vhostuser_socket": "t0"}""", null)]
    [InlineData("\"tap\"", """{"vif_name": "t0"}""", "\"tap\", \"binding:host_id\": \"h\"", """{"vif_name": "t0"}""", null)]
    [InlineData("\"tap\"", "{}", "\"tap\"", "{}", null)]
    [InlineData("\"ovs\"", """{"bridge_name": "b"}""", "\"ovs\"", """{"bridge_name": "b"}""", null)]
    [InlineData("\"other\"", """{"vlan": 7}""", "\"other\"", """{"vlan": 7}""", null)]
    public async Task Frames_of_a_device_with_one_tag_are_one_ports(string type, string details, string otherType, string otherDetails, string? refusal)
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        await PutAsync(client, 201, "");
        string other = Port.Replace("22222222-0000-4000-8000-000000000001", "33333333-0000-4000-8000-000000000002", StringComparison.Ordinal);
        string Body(string members) => $$$$"""{"port": {"network_id": "{{{{Network}}}}", "name": "other" {{{{members}}}} }}""";
        string taken = $", \"binding:vif_type\": {type}, \"binding:vif_details\": {details}";
        string asked = $", \"binding:vif_type\": {otherType}, \"binding:vif_details\": {otherDetails}";
        await PutAsync(client, 200, taken);
        if (refusal is null)
        {
            await client.ExpectAsync(201, "PUT", other, Body(asked));
            return;
        }

        // Neither when it is made nor when it is bound; where it was is free again for others.
        Assert.Contains("PortDeviceInUse: Port 22222222-0000-4000-8000-000000000001 " + refusal, await client.RefusedAsync(409, "PUT", other, Body(asked)), StringComparison.Ordinal);
        await client.ExpectAsync(201, "PUT", other, Body(""));
        Assert.Contains(refusal, await client.RefusedAsync(409, "PUT", other, Body(asked)), StringComparison.Ordinal);
        await PutAsync(client, 200, "");
        await client.ExpectAsync(200, "PUT", other, Body(asked));
        Assert.Contains("Port 33333333-0000-4000-8000-000000000002", (string)(await PutAsync(client, 409, taken))["NeutronError"]!["message"]!, StringComparison.Ordinal);

        // A state with both is refused where it says so, and a state that is got can be put back.
        JsonNode state = (await client.ExpectAsync(200, "GET", "/v2.0/sfc/state"))!;
        state["revision"] = 99;
        await client.ExpectAsync(200, "PUT", "/v2.0/sfc/state", state.ToJsonString());
        state["revision"] = 100;
        foreach (JsonNode? port in state["ports"]!.AsArray())
        {
            port!["binding:vif_type"] = "tap";
            port["binding:vif_details"] = JsonNode.Parse("""{"vif_name": "t9"}""");
        }

        Assert.Contains("ports[1].binding:vif_details: Port", await client.RefusedAsync(400, "PUT", "/v2.0/sfc/state", state.ToJsonString()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_cannot_set_what_Neutron_decides()
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        await PutAsync(client, 201, "");
        Assert.Contains("Attribute 'binding:vif_type' not allowed in POST",
            await client.RefusedAsync(400, "POST", "/v2.0/ports", $$$$"""{"port": {"network_id": "{{{{Network}}}}", "binding:vif_type": "tap"}}"""), StringComparison.Ordinal);
        Assert.Contains("Cannot update read-only attribute status",
            await client.RefusedAsync(400, "PUT", Port[..Port.IndexOf('?', StringComparison.Ordinal)], """{"port": {"status": "ACTIVE"}}"""), StringComparison.Ordinal);

        // A master may bind the port later, and unbind it.
        Assert.Equal("ACTIVE", (string)(await PutAsync(client, 200, ", \"status\": \"ACTIVE\""))["port"]!["status"]!);
        Assert.Equal("DOWN", (string)(await PutAsync(client, 200, ""))["port"]!["status"]!);
    }

    [Fact]
    public async Task Objects_that_are_kept_are_not_nested_without_end()
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        string deep = string.Concat(Enumerable.Repeat("{\"a\":", 32)) + "{}" + new string('}', 32);
        Assert.Contains("deeper than 32 levels", (string)(await PutAsync(client, 400, $", \"binding:profile\": {deep}"))["NeutronError"]!["message"]!, StringComparison.Ordinal);
        JsonNode port = (await PutAsync(client, 201, """, "binding:profile": {"a": 1, "b": [2, null], "a": "x"} """))["port"]!;
        Assert.Equal("""{"a":"x","b":[2,null]}""", port["binding:profile"]!.ToJsonString());
    }

    private static async Task<JsonNode> PutAsync(ApiClient client, int status, string members)
    {
        await client.SendAsync("PUT", $"/v2.0/networks/{Network}?create=true", """{"network": {}}""");
        return (await client.ExpectAsync(status, "PUT", Port, $$$$"""{"port": {"network_id": "{{{{Network}}}}" {{{{members}}}} }}"""))!;
    }
}
