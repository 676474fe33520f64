using System.Globalization;
using System.Text.Json;
using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Compilation;

/// <summary>
/// One side of an n-tuple mapping: what packets look like before (<c>ingress_n_tuple</c>) or behind (<c>egress_n_tuple</c>) a
/// function that rewrites them. The keys given overwrite the chain's classifiers; the others leave them alone.
/// </summary>
internal sealed class NTuple
{
    private readonly Dictionary<string, JsonElement> _values;

    private NTuple(Dictionary<string, JsonElement> values) => _values = values;

    /// <summary>Both sides of a mapping.</summary>
    /// <param name="mappingJson">The mapping as it was sent.</param>
    /// <returns>The sides; a side without keys is null.</returns>
    public static (NTuple? Ingress, NTuple? Egress) Read(string mappingJson)
    {
        if (mappingJson == PortPairGroupParameters.Default.NTupleMappingJson)
        {
            return (null, null);
        }

        using JsonDocument mapping = JsonDocument.Parse(mappingJson);
        return (Side(mapping.RootElement, "ingress_n_tuple"), Side(mapping.RootElement, "egress_n_tuple"));
    }

    /// <summary>The classifier with the given keys overwritten.</summary>
    /// <param name="classifier">A classifier of the chain.</param>
    /// <returns>The mapped classifier, or null when the values make no sense for it: then the mapping is inactive.</returns>
    public FlowClassifier? Over(FlowClassifier classifier)
    {
        if (!TryPrefix("source_ip_prefix", classifier.SourceIpPrefix, classifier.Ethertype, out IpPrefix? source)
            || !TryPrefix("destination_ip_prefix", classifier.DestinationIpPrefix, classifier.Ethertype, out IpPrefix? destination)
            || !TryPorts("source_port_range", classifier.SourcePorts, out PortBounds sourcePorts)
            || !TryPorts("destination_port_range", classifier.DestinationPorts, out PortBounds destinationPorts))
        {
            return null;
        }

        return classifier with
        {
            SourceIpPrefix = source,
            DestinationIpPrefix = destination,
            SourcePorts = sourcePorts,
            DestinationPorts = destinationPorts,
        };
    }

    private static NTuple? Side(JsonElement mapping, string name)
    {
        if (!mapping.TryGetProperty(name, out JsonElement side) || side.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        Dictionary<string, JsonElement> values = side.EnumerateObject().ToDictionary(value => value.Name, value => value.Value.Clone());
        return values.Count == 0 ? null : new NTuple(values);
    }

    private bool TryPrefix(string key, IpPrefix? current, IpFamily family, out IpPrefix? prefix)
    {
        prefix = current;
        if (!_values.TryGetValue(key, out JsonElement value))
        {
            return true;
        }

        prefix = null;
        if (value.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.String || !IpPrefix.TryParse(value.GetString()!, out IpPrefix given) || given.Family != family)
        {
            return false;
        }

        prefix = given;
        return true;
    }

    private bool TryPorts(string range, PortBounds current, out PortBounds bounds)
    {
        bounds = current;
        if (!TryPort(range + "_min", current.Min, out ushort? minimum) || !TryPort(range + "_max", current.Max, out ushort? maximum))
        {
            return false;
        }

        bounds = new PortBounds(minimum, maximum);
        return bounds.Lowest <= bounds.Highest;
    }

    private bool TryPort(string key, ushort? current, out ushort? port)
    {
        port = current;
        if (!_values.TryGetValue(key, out JsonElement value))
        {
            return true;
        }

        port = null;
        if (value.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        // Numbers may have been sent as text, as everywhere in the API.
        string text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        bool isPort = ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number);
        port = isPort ? number : null;
        return isPort;
    }
}
