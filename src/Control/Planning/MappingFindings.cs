using System.Globalization;
using System.Text.Json;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Planning;

/// <summary>N-tuple mappings that make no sense. The API stores any value, and such a mapping is inactive.</summary>
internal static class MappingFindings
{
    private static readonly string[] _tuples = ["ingress_n_tuple", "egress_n_tuple"];

    public static IEnumerable<PlanFinding> Of(ResourceSet set) =>
        set.PortPairGroups.Where(group => group.Parameters.HasNTupleMapping).SelectMany(group => Of(set, group));

    private static IEnumerable<PlanFinding> Of(ResourceSet set, PortPairGroup group)
    {
        using JsonDocument mapping = JsonDocument.Parse(group.Parameters.NTupleMappingJson);
        List<string> wrong = [];
        HashSet<IpFamily> families = [];
        foreach (JsonProperty tuple in mapping.RootElement.EnumerateObject())
        {
            if (!_tuples.Contains(tuple.Name))
            {
                wrong.Add($"'{tuple.Name}' is not a tuple; accepted are {string.Join(" and ", _tuples)}");
            }
            else if (tuple.Value.ValueKind == JsonValueKind.Object)
            {
                Dictionary<string, int> ports = [];
                foreach (JsonProperty value in tuple.Value.EnumerateObject().Where(value => value.Value.ValueKind != JsonValueKind.Null))
                {
                    Check($"{tuple.Name}.{value.Name}", value, families, ports, wrong);
                }

                CheckRange(tuple.Name, "source", ports, wrong);
                CheckRange(tuple.Name, "destination", ports, wrong);
            }
        }

        if (families.Count > 1)
        {
            wrong.Add("it names IPv4 and IPv6 prefixes; accepted is one family");
        }

        if (wrong.Count > 0)
        {
            yield return PlanFinding.Warning("mapping_inactive", $"The n-tuple mapping of group {PlanText.Label(group)} is inactive: {string.Join("; ", wrong)}.");
        }
        else if (ChainChecks.CorrelationOf(set, group) != Correlation.None)
        {
            yield return PlanFinding.Note("mapping_without_effect",
                $"The n-tuple mapping of group {PlanText.Label(group)} changes nothing at its own hop: its functions are recognised by their encapsulation.");
        }
    }

    private static void Check(string place, JsonProperty value, HashSet<IpFamily> families, Dictionary<string, int> ports, List<string> wrong)
    {
        if (value.Name.EndsWith("_ip_prefix", StringComparison.Ordinal))
        {
            if (value.Value.ValueKind == JsonValueKind.String && IpPrefix.TryParse(value.Value.GetString()!, out IpPrefix prefix))
            {
                families.Add(prefix.Family);
            }
            else
            {
                wrong.Add($"{place} '{PythonText.Str(value.Value)}' is not a prefix such as 10.0.0.0/8");
            }
        }
        else if (int.TryParse(PythonText.Str(value.Value), NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port <= ushort.MaxValue)
        {
            ports[value.Name] = port;
        }
        else
        {
            wrong.Add($"{place} '{PythonText.Str(value.Value)}' is not a port from 0 to {ushort.MaxValue}");
        }
    }

    private static void CheckRange(string tuple, string end, Dictionary<string, int> ports, List<string> wrong)
    {
        if (ports.TryGetValue($"{end}_port_range_min", out int lowest) && ports.TryGetValue($"{end}_port_range_max", out int highest) && lowest > highest)
        {
            wrong.Add($"{tuple} has {end} ports from {lowest} to {highest}; accepted is a range that ends where it begins or later");
        }
    }
}
