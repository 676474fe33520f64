using System.Globalization;
using NetworkingSfc.Dataplane.Ports;

namespace NetworkingSfc.Control.Configuration;

/// <summary>A port that the configuration file attaches. It goes before what the API says of the port.</summary>
/// <param name="Port">Id or name of the port in the API.</param>
/// <param name="Device">What the port is attached to.</param>
/// <param name="VlanId">Tag of its frames on the device; 0 for none.</param>
public sealed record ConfiguredPort(string Port, PortDevice Device, int VlanId)
{
    private const int MaxVlanId = 4094;
    private const string PortName = "port";
    private const string KindName = "kind";
    private const string VlanName = "vlan";

    /// <summary>Reads the settings of one <c>[[port]]</c>.</summary>
    /// <param name="texts">Values by name: port, kind, vlan, and the settings of the kind.</param>
    /// <exception cref="PortOpenException">One is missing, unknown or no value of its kind.</exception>
    internal static ConfiguredPort Of(Dictionary<string, string> texts)
    {
        string port = Required(texts, PortName, "the id or name of a port in the API");
        string kind = Required(texts, KindName, $"one of {string.Join(", ", PortDriverCatalog.Drivers.Select(driver => driver.Kind))}");
        int vlanId = 0;
        if (texts.TryGetValue(VlanName, out string? vlan)
            && !(int.TryParse(vlan, NumberStyles.None, CultureInfo.InvariantCulture, out vlanId) && vlanId is > 0 and <= MaxVlanId))
        {
            throw new PortOpenException($"The setting '{VlanName}' of the port '{port}' is '{vlan}'. Accepted are whole numbers from 1 to {MaxVlanId}.");
        }

        Dictionary<string, string> settings = texts.Where(text => text.Key is not (PortName or KindName or VlanName)).ToDictionary();
        PortDriverCatalog.Check(kind, settings);
        return new ConfiguredPort(port, new PortDevice(kind, settings), vlanId);
    }

    private static string Required(Dictionary<string, string> texts, string name, string meaning) =>
        texts.GetValueOrDefault(name) is { Length: > 0 } text ? text : throw new PortOpenException($"A [[port]] needs the setting '{name}'. Accepted is {meaning}.");
}
