using System.Collections.Immutable;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Ports;

namespace NetworkingSfc.Control.Configuration;

/// <summary>The ports that the configuration file attaches, found among those of a state.</summary>
internal static class ConfiguredPorts
{
    /// <summary>Attachments by the ports' ids. What the file says of ports that are not there, or of a name that several have, does nothing.</summary>
    /// <param name="configured">What the file says.</param>
    /// <param name="set">The state.</param>
    public static ImmutableDictionary<Guid, PortAttachment> Among(ImmutableArray<ConfiguredPort> configured, ResourceSet set)
    {
        ImmutableDictionary<Guid, PortAttachment>.Builder attachments = ImmutableDictionary.CreateBuilder<Guid, PortAttachment>();
        foreach (ConfiguredPort entry in configured)
        {
            if (Find(entry.Port, set) is { } port)
            {
                attachments[port.Id] = new PortAttachment(port.IdText, entry.Device, entry.VlanId);
            }
        }

        return attachments.ToImmutable();
    }

    private static Port? Find(string idOrName, ResourceSet set)
    {
        if (Guid.TryParse(idOrName, out Guid id) && set.Ports.Find(id) is { } found)
        {
            return found;
        }

        Port[] named = [.. set.Ports.Where(port => port.Name == idOrName).Take(2)];
        return named.Length == 1 ? named[0] : null;
    }
}
