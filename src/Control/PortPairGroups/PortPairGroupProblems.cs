using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.PortPairGroups;

/// <summary>What can be wrong with a port pair group, in Neutron's words where it has any.</summary>
internal static class PortPairGroupProblems
{
    public static ApiProblem InconsistentCorrelations { get; } = new(400, "InconsistentCorrelations",
        "Port Pair Group attempted creation included Port Pairs with inconsistent correlation types.")
    { Attribute = "port_pairs" };

    public static ApiProblem MultiplePairsInTap { get; } = new(400, "MultiplePortPairsInTapPPGNotSupported",
        "Multiple port pairs in Tap port-pair-group is not allowed.")
    { Attribute = "port_pairs" };

    public static ApiProblem NotFound(string id) => new(404, "PortPairGroupNotFound", $"Port Pair Group {id} not found.");

    public static ApiProblem InUse(Guid id) => new(409, "PortPairGroupInUse", $"Port Pair Group {id} in use.");

    public static ApiProblem UnknownMappingKey(string attribute, string key) => new(400, "PPGParametersInvalidNTupleMappingParameter",
        $"Invalid Port Pair Group N-Tuple Mapping parameters: Unknow key {key}.. Supported PPG classifier N-Tuple Mapping parameters are "
        + "{'source_ip_prefix': None, 'destination_ip_prefix': None, 'source_port_range_min': None, 'source_port_range_max': None, "
        + "'destination_port_range_min': None, 'destination_port_range_max': None}.")
    { Attribute = attribute };

    public static ApiProblem PairWithoutCorrelation(Guid pair) => ApiProblem.BadRequest(
        $"Port Pair {pair} was stored without a correlation and cannot be in a group. "
        + "Create it again with service_function_parameters whose correlation is null, 'mpls' or 'nsh'.",
        "port_pairs");

    public static ApiProblem GroupIdInUse(int groupId) => ApiProblem.BadRequest(
        $"group_id {groupId} is given to another Port Pair Group. Accepted is a number that no other group has, or none for the lowest free one.",
        "group_id");

    public static ApiProblem Exclusive(Guid id) => new(409, "PortPairGroupInUse",
        $"Port Pair Group {id} is exclusive and can be in one Port Chain only: take it out of the others, or set exclusive to false.");
}
