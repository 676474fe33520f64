using System.Collections.Immutable;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Ports;

namespace NetworkingSfc.Control.Configuration;

/// <summary>The ports that the configuration file attaches, found among those of a state.</summary>
/// <param name="Attachments">By the ports' ids.</param>
/// <param name="Unused">What attaches nothing, in the order of the file.</param>
internal sealed record ConfiguredPorts(ImmutableDictionary<Guid, PortAttachment> Attachments, ImmutableArray<UnusedEntry> Unused)
{
    /// <summary>Finds them. What the file says of ports that are not there, of a name that several have, or of a port again, does nothing.</summary>
    /// <param name="configured">What the file says.</param>
    /// <param name="set">The state.</param>
    public static ConfiguredPorts Among(ImmutableArray<ConfiguredPort> configured, ResourceSet set)
    {
        ImmutableDictionary<Guid, PortAttachment>.Builder attachments = ImmutableDictionary.CreateBuilder<Guid, PortAttachment>();
        ImmutableArray<UnusedEntry>.Builder unused = ImmutableArray.CreateBuilder<UnusedEntry>();
        foreach (ConfiguredPort entry in configured)
        {
            Port[] found = Find(entry.Port, set);
            if (found is not [Port port])
            {
                unused.Add(new UnusedEntry(entry.Port, found.Length == 0
                    ? "No port has this id or name yet."
                    : "Several ports have this name. Accepted is the id of one."));
            }
            else if (!attachments.TryAdd(port.Id, new PortAttachment(port.IdText, entry.Device, entry.VlanId)))
            {
                unused.Add(new UnusedEntry(entry.Port, $"Another [[port]] before it attaches port {port.IdText} already. Accepted is one for each port."));
            }
        }

        return new ConfiguredPorts(attachments.ToImmutable(), unused.ToImmutable());
    }

    // Two are enough to know that it is not one.
    private static Port[] Find(string idOrName, ResourceSet set) => Guid.TryParse(idOrName, out Guid id) && set.Ports.Find(id) is { } found
        ? [found]
        : [.. set.Ports.Where(port => port.Name == idOrName).Take(2)];
}
