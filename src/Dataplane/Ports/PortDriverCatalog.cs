using System.Collections.Immutable;
using NetworkingSfc.Dataplane.Ports.AfPacket;
using NetworkingSfc.Dataplane.Ports.AfXdp;
using NetworkingSfc.Dataplane.Ports.LibPcap;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Dataplane.Ports.Memif;
using NetworkingSfc.Dataplane.Ports.Memory;
using NetworkingSfc.Dataplane.Ports.PcapFile;
using NetworkingSfc.Dataplane.Ports.Tap;
using NetworkingSfc.Dataplane.Ports.VhostUser;

namespace NetworkingSfc.Dataplane.Ports;

/// <summary>The port drivers there are: the one place that turns a kind and its settings into a port.</summary>
public static class PortDriverCatalog
{
    /// <summary>All drivers.</summary>
    public static ImmutableArray<IPortDriver> Drivers { get; } =
    [
        new MemoryPortDriver(),
        new PcapFilePortDriver(),
        new LibPcapPortDriver(),
        new AfPacketPortDriver(),
        new TapPortDriver(),
        new AfXdpPortDriver(),
        new MemifPortDriver(),
        new VhostUserPortDriver(),
    ];

    /// <summary>Opens a port.</summary>
    /// <param name="kind">Kind of a driver in <see cref="Drivers"/>.</param>
    /// <param name="settings">Values by setting name.</param>
    /// <returns>The port, the caller's to dispose.</returns>
    /// <exception cref="PortOpenException">
    /// The kind or a setting is unknown, a required setting is missing, or the driver cannot open the port. The sentence
    /// says what was asked, what is wrong and what is accepted.
    /// </exception>
    public static IPort Open(string kind, IReadOnlyDictionary<string, string> settings)
    {
        IPort port = DriverFor(kind, settings).Open(settings);
        if (DescriptorHeadroom.Complaint() is not { } complaint)
        {
            return port;
        }

        port.Dispose();
        throw new PortOpenException($"The port cannot be opened: {complaint}");
    }

    /// <summary>Says what about a kind and its settings no driver would open; values are looked at when the port is opened.</summary>
    /// <param name="kind">Kind of a driver in <see cref="Drivers"/>.</param>
    /// <param name="settings">Values by setting name.</param>
    /// <returns>The sentence that <see cref="Open"/> would refuse with, or null.</returns>
    public static string? Refusal(string kind, IReadOnlyDictionary<string, string> settings)
    {
        try
        {
            _ = DriverFor(kind, settings);
            return null;
        }
        catch (PortOpenException refused)
        {
            return refused.Message;
        }
    }

    /// <summary>Looks at a kind, its settings and their values, and opens nothing.</summary>
    /// <param name="kind">Kind of a driver in <see cref="Drivers"/>.</param>
    /// <param name="settings">Values by setting name.</param>
    /// <exception cref="PortOpenException">What <see cref="Open"/> would refuse on any machine.</exception>
    public static void Check(string kind, IReadOnlyDictionary<string, string> settings) => DriverFor(kind, settings).Check(settings);

    private static IPortDriver DriverFor(string kind, IReadOnlyDictionary<string, string> settings)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(settings);
        IPortDriver driver = Drivers.FirstOrDefault(candidate => candidate.Kind == kind)
            ?? throw new PortOpenException($"There is no port of kind '{kind}'; accepted are {Join(Drivers.Select(candidate => candidate.Kind))}.");
        foreach (string name in settings.Keys)
        {
            if (driver.Settings.All(setting => setting.Name != name))
            {
                throw new PortOpenException($"A port of kind '{kind}' has no setting '{name}'; {Accepted(driver)}.");
            }
        }

        foreach (PortSetting setting in driver.Settings)
        {
            if (setting.IsRequired && !settings.ContainsKey(setting.Name))
            {
                throw new PortOpenException($"A port of kind '{kind}' needs the setting '{setting.Name}'; {Accepted(driver)}.");
            }
        }

        return driver;
    }

    private static string Accepted(IPortDriver driver) =>
        "accepted are " + Join(driver.Settings.Select(setting => $"'{setting.Name}' ({(setting.IsRequired ? "required: " : "")}{setting.Meaning})"));

    private static string Join(IEnumerable<string> parts) => string.Join(", ", parts);
}
