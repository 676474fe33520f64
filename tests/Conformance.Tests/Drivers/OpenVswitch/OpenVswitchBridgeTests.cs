using System.Diagnostics;
using System.Net.Sockets;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.Drivers;
using NetworkingSfc.Control.Drivers.OpenVswitch;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Drivers.OpenVswitch;

/// <summary>Programs on a bridge of a real Open vSwitch.</summary>
public sealed class OpenVswitchBridgeTests
{
    private const string Foreign = "table=0,priority=5,in_port=101,icmp,actions=normal";
    private const string ForeignGroup = "group_id=9,type=all,bucket=actions=output:101";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ports_are_found_by_the_ids_that_Neutron_gives_them()
    {
        using BridgeRig rig = new();
        CompiledState state = BridgeRig.Compile(BridgeRig.Chain);
        rig.AddBridge(state);

        // A port of another bridge is not this one's.
        rig.Switch.Configure("add-br", "other", "--", "set", "bridge", "other", "datapath_type=dummy",
            "--", "add-port", "other", "q1", "--", "set", "interface", "q1", "type=dummy", $"external_ids:iface-id={Guid.NewGuid()}");
        BridgeLayout layout = await rig.Opened.ReadLayoutAsync(Cancellation);
        Assert.Equal(
            state.Resources.Ports.OrderBy(port => port.Id).Select(port => (port.Id, BridgeRig.NumberOf(port))),
            layout.Ports.OrderBy(port => port.Key).Select(port => (port.Key, port.Value)));
    }

    [Theory]
    [InlineData(FlowDialect.Fixed)]
    [InlineData(FlowDialect.Reference)]
    public async Task A_program_is_installed_changed_and_removed_and_what_is_not_ours_stays(FlowDialect dialect)
    {
        using BridgeRig rig = new();
        CompiledState state = BridgeRig.Compile(BridgeRig.Chain);
        rig.AddBridge(state);
        rig.Switch.OpenFlow(BridgeRig.Bridge, "add-flow", Foreign);
        rig.Switch.OpenFlow(BridgeRig.Bridge, "add-group", ForeignGroup);
        IReadOnlyList<string> before = rig.Held();
        Assert.Equal(2, before.Count);
        BridgeLayout layout = await rig.Opened.ReadLayoutAsync(Cancellation);

        OpenFlowProgram program = OpenFlowRenderer.Render(state, layout, dialect);
        await rig.Opened.InstallAsync(program, Cancellation);
        AssertHolds(rig, program, before);
        Assert.Equal(program.Flows.Length, await rig.Opened.CountFlowsAsync(Cancellation));

        OpenFlowProgram smaller = OpenFlowRenderer.Render(BridgeRig.Compile(BridgeRig.SmallerChain), layout, dialect);
        await rig.Opened.InstallAsync(smaller, Cancellation);
        AssertHolds(rig, smaller, before);

        await rig.Opened.InstallAsync(new OpenFlowProgram([], [], program.NotRendered), Cancellation);
        Assert.Equal(before, rig.Held());
    }

    [Fact]
    public async Task A_program_with_one_bad_flow_changes_nothing()
    {
        using BridgeRig rig = new();
        CompiledState state = BridgeRig.Compile(BridgeRig.Chain);
        rig.AddBridge(state);
        BridgeLayout layout = await rig.Opened.ReadLayoutAsync(Cancellation);
        await rig.Opened.InstallAsync(OpenFlowRenderer.Render(BridgeRig.Compile(BridgeRig.SmallerChain), layout, FlowDialect.Fixed), Cancellation);
        IReadOnlyList<string> before = rig.Held();

        // ovs-ofctl lets it pass: only the switch knows that there is no group 77.
        OpenFlowProgram program = OpenFlowRenderer.Render(state, layout, FlowDialect.Fixed);
        OpenFlowProgram bad = program with { Flows = program.Flows.Add(new FlowEntry(250, 1, "tcp", "group:77")) };
        DriverException failure = await Assert.ThrowsAsync<DriverException>(() => rig.Opened.InstallAsync(bad, Cancellation));
        Assert.Contains("ovs-ofctl", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, rig.Held());
    }

    [Fact]
    public async Task Many_thousand_flows_go_in_one_transaction()
    {
        using BridgeRig rig = new();
        CompiledState state = BridgeRig.Compile(BridgeRig.WithClassifiers(1000));
        rig.AddBridge(state);
        BridgeLayout layout = await rig.Opened.ReadLayoutAsync(Cancellation);
        OpenFlowProgram program = OpenFlowRenderer.Render(state, layout, FlowDialect.Fixed);
        Assert.True(program.Flows.Length > 5000, $"{program.Flows.Length} flows");
        await rig.Opened.InstallAsync(program, Cancellation);
        AssertHolds(rig, program, []);

        OpenFlowProgram smaller = OpenFlowRenderer.Render(BridgeRig.Compile(BridgeRig.WithClassifiers(999)), layout, FlowDialect.Fixed);
        Assert.True(smaller.Flows.Intersect(program.Flows).Count() == smaller.Flows.Length, "The classifier that goes is the last one.");
        await rig.Opened.InstallAsync(smaller, Cancellation);
        AssertHolds(rig, smaller, []);
    }

    [Fact]
    public async Task A_group_of_somebody_else_is_not_taken()
    {
        using BridgeRig rig = new();
        CompiledState state = BridgeRig.Compile(BridgeRig.Chain);
        rig.AddBridge(state);
        rig.Switch.OpenFlow(BridgeRig.Bridge, "add-group", "group_id=1,type=all,bucket=actions=output:101");
        BridgeLayout layout = await rig.Opened.ReadLayoutAsync(Cancellation);
        OpenFlowProgram program = OpenFlowRenderer.Render(state, layout, FlowDialect.Reference);
        DriverException failure = await Assert.ThrowsAsync<DriverException>(() => rig.Opened.InstallAsync(program, Cancellation));
        Assert.Contains("group 1 that no flow of ours refers to", failure.Message, StringComparison.Ordinal);
        Assert.Single(rig.Held());
    }

    [Fact]
    public async Task A_bridge_that_is_not_there_is_named()
    {
        using BridgeRig rig = new();
        DriverException failure = await Assert.ThrowsAsync<DriverException>(() => rig.Opened.ReadLayoutAsync(Cancellation));
        Assert.Contains("no bridge named br-int", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_switch_that_does_not_answer_is_waited_for_no_longer_than_allowed()
    {
        BridgeRig.Require();
        string folder = Directory.CreateTempSubdirectory("sfc-ovs-").FullName;
        using Socket silent = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        silent.Bind(new UnixDomainSocketEndPoint(Path.Combine(folder, "db.sock")));
        silent.Listen();
        OpenVswitchBridge bridge = new(new SwitchPrograms(folder, TimeSpan.FromSeconds(1)), BridgeRig.Bridge);
        Stopwatch waited = Stopwatch.StartNew();
        DriverException failure = await Assert.ThrowsAsync<DriverException>(() => bridge.ReadLayoutAsync(Cancellation));
        Assert.Contains("ovs-vsctl list-ports br-int had no answer within 1 s", failure.Message, StringComparison.Ordinal);
        Assert.InRange(waited.Elapsed, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(15));
        Directory.Delete(folder, recursive: true);
    }

    // The switch prints flows in words of its own; which ones are there, their cookies tell.
    private static void AssertHolds(BridgeRig rig, OpenFlowProgram program, IReadOnlyList<string> besides)
    {
        IReadOnlyList<string> held = rig.Held();
        Assert.Equal(
            program.Flows.Select(flow => $"cookie=0x{flow.Cookie:x}").Order(StringComparer.Ordinal),
            held.Where(line => line.StartsWith("cookie=0x5fc1", StringComparison.Ordinal)).Select(line => line.Split(',')[0]).Order(StringComparer.Ordinal));
        Assert.Equal(
            program.Groups.Select(group => (group.Id, Buckets: group.Buckets.Length)),
            held.Where(line => line.StartsWith("group_id=", StringComparison.Ordinal) && !besides.Contains(line))
                .Select(line => (Id: uint.Parse(line.Split('=', ',')[1], System.Globalization.CultureInfo.InvariantCulture), Buckets: line.Split("bucket=").Length - 1)).OrderBy(group => group.Id));
        Assert.Empty(besides.Except(held));
    }
}
