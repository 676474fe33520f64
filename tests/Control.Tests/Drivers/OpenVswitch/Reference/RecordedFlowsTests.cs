using NetworkingSfc.Control.Drivers.OpenVswitch;

namespace NetworkingSfc.Control.Tests.Drivers.OpenVswitch.Reference;

/// <summary>
/// The reference dialect against what the reference's agent was recorded to install, on both hosts of each scenario. Not
/// compared: br-tun, where copies for a tap on another host are flooded (W9, W11); the driver writes the integration bridge only.
/// </summary>
public sealed class RecordedFlowsTests
{
    private const string TwoChains = """
        "port_pairs": [
          {"name": "a2", "ingress": "p5", "egress": "p6"}, {"name": "n", "ingress": "p13", "egress": "p14"}, {"name": "b", "ingress": "p7", "egress": "p8"}],
        "port_pair_groups": [
          {"name": "A", "group_id": 1, "port_pairs": ["a2", "n"]}, {"name": "B", "group_id": 2, "port_pairs": ["b"]}],
        "flow_classifiers": [
          {"name": "web", "protocol": "tcp", "source_ip_prefix": "10.0.0.0/24", "destination_port_range_min": 80, "destination_port_range_max": 80, "logical_source_port": "p1"},
          {"name": "udp", "protocol": "udp", "source_ip_prefix": "10.0.0.0/24", "logical_source_port": "p1"}],
        "port_chains": [
          {"name": "one", "chain_id": 1, "flow_classifiers": ["web"], "port_pair_groups": ["A", "B"]},
          {"name": "two", "chain_id": 2, "flow_classifiers": ["udp"], "port_pair_groups": ["B", "A"]}]
        """;

    private const string Graph = """
        "port_pairs": [
          {"name": "m", "ingress": "p9", "egress": "p10", "service_function_parameters": {"correlation": "mpls"}},
          {"name": "n", "ingress": "p13", "egress": "p13", "service_function_parameters": {"correlation": "mpls"}}],
        "port_pair_groups": [
          {"name": "M", "group_id": 3, "port_pairs": ["m"]}, {"name": "N", "group_id": 5, "port_pairs": ["n"]}],
        "flow_classifiers": [
          {"name": "f1", "protocol": "udp", "source_ip_prefix": "10.9.0.0/24", "source_port_range_min": 2001, "source_port_range_max": 2001, "logical_source_port": "p1"},
          {"name": "f2", "protocol": "udp", "source_ip_prefix": "10.9.0.0/24", "source_port_range_min": 2002, "source_port_range_max": 2002, "logical_source_port": "p1"}],
        "port_chains": [
          {"name": "one", "chain_id": 1, "flow_classifiers": ["f1"], "port_pair_groups": ["M"]},
          {"name": "two", "chain_id": 2, "flow_classifiers": ["f2"], "port_pair_groups": ["N"]}]
        """;

    public static TheoryData<string> Scenarios => [.. RecordedScenario.All.Keys];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void One_chain_as_recorded(string name)
    {
        RecordedScenario scenario = RecordedScenario.All[name];
        AssertAsRecorded(new RecordedState(scenario.State), scenario.Sections);
    }

    [Fact]
    public void Two_chains_that_share_a_group_as_recorded() => AssertAsRecorded(new RecordedState(TwoChains), "W19a", "W19b");

    [Fact]
    public void Chains_before_a_graph_joins_them_as_recorded() => AssertAsRecorded(new RecordedState(Graph), "SG chain1", "SG chain2");

    [Fact]
    public void Graph_as_recorded() =>
        AssertAsRecorded(new RecordedState(Graph + """, "service_graphs": [{"name": "g", "port_chains": {"one": ["two"]}}]"""), "SG chain1", "SG chain2", "W20");

    private static void AssertAsRecorded(RecordedState state, params string[] sections)
    {
        int compared = 0;
        foreach (string host in new[] { "h1", "h2" })
        {
            OpenFlowProgram program = state.Render(host);
            RecordedBridge expected = RecordedBridge.Play(host, sections);
            RecordedBridge actual = RecordedBridge.Of(program);

            // The agent installs these when it starts, which was not recorded.
            string[] atStart = ["eth_type=0x8847,priority=20,table=0 -> resubmit(,10)", "eth_type=0x894f,priority=20,table=0 -> resubmit(,10)", "priority=0,table=10 -> drop"];
            Assert.Equal(expected.Flows.Concat(atStart).Order(StringComparer.Ordinal), actual.Flows);
            Assert.Equal(expected.Groups, actual.Groups);
            compared += expected.Flows.Count();
        }

        Assert.NotEqual(0, compared);
    }
}
