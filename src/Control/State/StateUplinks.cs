using System.Collections.Immutable;
using System.Text.Json;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.State;

/// <summary>Reads <c>uplinks</c>: by network, the port that takes what has no other destination.</summary>
internal sealed class StateUplinks(ResourceSet set, StateNames names, List<StateError> errors)
{
    public ImmutableDictionary<Guid, Guid> Read(string path, JsonElement? given)
    {
        ImmutableDictionary<Guid, Guid>.Builder uplinks = ImmutableDictionary.CreateBuilder<Guid, Guid>();
        foreach ((string name, JsonElement value) in StateMap.Of(path, given, errors))
        {
            string place = JsonPath.Member(path, name);
            string? problem = names.Find("networks", name, out Guid network);
            Guid port = default;
            problem ??= value.ValueKind == JsonValueKind.String
                ? names.Find("ports", value.GetString()!, out port)
                : $"'{PythonText.Str(value)}' names no port. Accepted is the id or the unique name of a port.";
            problem ??= set.Ports[port].NetworkId != network
                ? $"The port {port} is not on the network {network}. Accepted is a port of that network."
                : null;
            problem ??= uplinks.TryAdd(network, port) ? null : $"The network {network} has an uplink already. Accepted is one for each network.";
            if (problem is not null)
            {
                errors.Add(new StateError(place, problem));
            }
        }

        return uplinks.ToImmutable();
    }
}
