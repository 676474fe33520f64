using System.Collections.Immutable;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.Drivers;
using NetworkingSfc.Control.Drivers.OpenVswitch;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Store;
using NetworkingSfc.Sfc.Client;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Drivers.OpenVswitch;

/// <summary>The driver behind the API, with a real Open vSwitch.</summary>
public sealed class OpenVswitchDriverTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bridge_that_comes_later_is_reported_missing_and_filled_when_it_comes()
    {
        using BridgeRig rig = new();
        CompiledState state = BridgeRig.Compile(BridgeRig.Chain, revision: 7);
        await using DriverSet drivers = new(FollowerOf(rig));
        await using ControlHost host = await StartAsync(drivers, state);
        using HttpClient client = new() { BaseAddress = host.Address };
        JsonNode failing = await AwaitStatusAsync(client, "ERROR");
        Assert.Contains("no bridge named br-int", (string?)failing["reason"], StringComparison.Ordinal);
        Assert.Equal(7, (long)failing["wanted_revision"]!);
        Assert.Null(failing["applied_revision"]);
        Assert.True((DateTimeOffset)failing["failing_since"]! <= (DateTimeOffset)failing["next_attempt"]!);

        // The API takes changes meanwhile, and shows nothing of this to who does not ask.
        using HttpResponseMessage renamed = await client.PutAsync($"v2.0/sfc/port_chains/{ChainIn(host)}", JsonContent.Create(new JsonObject { ["port_chain"] = new JsonObject { ["name"] = "other" } }), Cancellation);
        Assert.True(renamed.IsSuccessStatusCode);
        Assert.DoesNotContain("driver_status", await renamed.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.DoesNotContain("driver_status", await client.GetStringAsync("v2.0/sfc/port_chains", Cancellation), StringComparison.Ordinal);

        rig.AddBridge(state);
        JsonNode active = await AwaitStatusAsync(client, "ACTIVE");
        Assert.Equal(8, (long)active["applied_revision"]!);
        Assert.Null(active["reason"]);
        Assert.Equal(ProgramOf(state).Flows.Length, await rig.Opened.CountFlowsAsync(Cancellation));
    }

    [Fact]
    public async Task A_switch_that_was_restarted_gets_everything_again()
    {
        using BridgeRig rig = new();
        CompiledState state = BridgeRig.Compile(BridgeRig.Chain);
        rig.AddBridge(state);
        await using DriverSet drivers = new(FollowerOf(rig));
        await using ControlHost host = await StartAsync(drivers, state);
        using HttpClient client = new() { BaseAddress = host.Address };
        await AwaitStatusAsync(client, "ACTIVE");
        IReadOnlyList<string> before = rig.Held();
        Assert.NotEmpty(before);

        rig.RestartSwitch();
        BridgeRig.Await(() => HeldOrNothing(rig).SequenceEqual(before));
        await AwaitStatusAsync(client, "ACTIVE");
    }

    [Fact]
    public async Task A_port_that_is_plugged_later_is_named_until_it_is_and_used_then()
    {
        using BridgeRig rig = new();
        CompiledState state = BridgeRig.Compile(BridgeRig.Chain);
        rig.AddBridge(state);
        rig.Switch.Configure("remove", "interface", "p7", "external_ids", "iface-id");
        await using DriverSet drivers = new(FollowerOf(rig));
        await using ControlHost host = await StartAsync(drivers, state);
        using HttpClient client = new() { BaseAddress = host.Address };
        JsonNode failing = await AwaitStatusAsync(client, "ERROR");
        Assert.Contains("(p7)", (string?)failing["reason"], StringComparison.Ordinal);
        Assert.Equal((long)failing["wanted_revision"]!, (long)failing["applied_revision"]!);

        rig.Switch.Configure("set", "interface", "p7", $"external_ids:iface-id={state.Resources.Ports.Single(port => port.Name == "p7").Id}");
        await AwaitStatusAsync(client, "ACTIVE");
        Assert.Equal(ProgramOf(state).Flows.Length, await rig.Opened.CountFlowsAsync(Cancellation));
    }

    private static FollowingDriver FollowerOf(BridgeRig rig) => new(new OpenVswitchDriver(rig.Opened, FlowDialect.Fixed))
    {
        FirstRetry = TimeSpan.FromMilliseconds(50),
        LongestRetry = TimeSpan.FromMilliseconds(200),
        CheckInterval = TimeSpan.FromMilliseconds(100),
    };

    private static async Task<ControlHost> StartAsync(DriverSet drivers, CompiledState state)
    {
        ControlHost host = ControlHost.Build(new ControlHostOptions
        {
            Listen = ListenAddress.Parse("127.0.0.1:0"),
            LogToConsole = false,
            Store = new MemoryStateStore(state.Resources),
            Compile = drivers.Compile,
            Publish = drivers.Publish,
            Drivers = drivers,
        });
        await host.StartAsync(Cancellation);
        return host;
    }

    private static Guid ChainIn(ControlHost host) => host.Current.PortChains.Single().Id;

    private static OpenFlowProgram ProgramOf(CompiledState state) => OpenFlowRenderer.Render(
        state, new BridgeLayout(state.Resources.Ports.ToDictionary(port => port.Id, BridgeRig.NumberOf).ToImmutableDictionary()), FlowDialect.Fixed);

    private static async Task<JsonNode> AwaitStatusAsync(HttpClient client, string status)
    {
        JsonNode? report = null;
        for (int look = 0; look < 1000 && (string?)report?["status"] != status; look++)
        {
            await Task.Delay(look == 0 ? 0 : 20, Cancellation);
            JsonNode answer = JsonNode.Parse(await client.GetStringAsync("v2.0/sfc/port_chains?fields=driver_status", Cancellation))!;
            report = Assert.Single(Assert.Single(answer["port_chains"]!.AsArray())!["driver_status"]!.AsArray());
            Assert.Equal("openvswitch", (string?)report!["driver"]);
        }

        Assert.Equal(status, (string?)report!["status"]);
        return report;
    }

    private static IReadOnlyList<string> HeldOrNothing(BridgeRig rig)
    {
        try
        {
            return rig.Held();
        }
        catch (CommandFailure)
        {
            return [];
        }
    }
}
