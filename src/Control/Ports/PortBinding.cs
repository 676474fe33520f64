using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Ports;

namespace NetworkingSfc.Control.Ports;

/// <summary>How a port is attached, in Neutron's words (<c>binding:vif_type</c> and <c>binding:vif_details</c>).</summary>
internal static class PortBinding
{
    /// <summary>Nothing is bound to the port.</summary>
    public const string Unbound = "unbound";

    private const string Other = "other";
    private const string Tap = "tap";
    private const string TapName = "vif_name";
    private const string VhostUser = "vhostuser";
    private const string Socket = "vhostuser_socket";
    private const string Mode = "vhostuser_mode";
    private const string Client = "client";
    private const string Server = "server";

    // Our word: the kind of port to open where Neutron has none; what is beside it are the settings of that kind.
    private const string Kind = "kind";

    // Neutron's word for the tag of a port that shares its device with others.
    private const string Vlan = "vlan";
    private const int MaxVlanId = 4094;

    /// <summary>Linux bounds the name of an interface.</summary>
    private const int MaxInterfaceName = 15;

    /// <summary>Neutron names the tap of a port by this much of its id.</summary>
    private const int IdCharacters = 11;

    private static readonly string[] _vifTypes =
    [
        Unbound, "binding_failed", "distributed", "ovs", "bridge", Tap, "macvtap", "hw_veb", "hostdev_physical", VhostUser, "agilio_ovs", Other,
    ];

    /// <summary>The kinds of attachment that Neutron knows.</summary>
    public static Schema VifTypes { get; } = Schema.Words(_vifTypes);

    /// <summary>The kinds of attachment, for people.</summary>
    public static string Accepts { get; } = $"one of {string.Join(", ", _vifTypes)}";

    /// <summary>Reads a kind of attachment.</summary>
    public static ReadAttribute ReadVifType { get; } = Texts.OneOf([.. _vifTypes.Select(word => (word, word))]);

    /// <summary>The kind that clients see: what was said, else whether the port is bound to a host at all.</summary>
    public static string ShownVifType(Port port) => port.BindingVifType ?? (port.BindingHostId.Length == 0 ? Unbound : Other);

    /// <summary>Checks the details against the kind, and names the tap of a port that has one without a name.</summary>
    public static ApiProblem? Complete(ref Port port)
    {
        JsonObject details = (JsonObject)JsonNode.Parse(port.BindingVifDetailsJson)!;
        if (details.TryGetPropertyValue(Vlan, out JsonNode? vlan) && !IsVlanId(vlan))
        {
            return Refused($"{Vlan} is a number from 1 to {MaxVlanId}");
        }

        if (port.BindingVifType == VhostUser)
        {
            return RefuseVhostUser(details);
        }

        if (port.BindingVifType == Other)
        {
            return RefuseOther(details);
        }

        if (port.BindingVifType != Tap)
        {
            return null;
        }

        if (details[TapName] is { } name)
        {
            return Word(name) is { Length: > 0 and <= MaxInterfaceName } ? null : Refused($"{TapName} of a tap is text of 1 to {MaxInterfaceName} characters");
        }

        details[TapName] = Tap + port.IdText[..IdCharacters];
        port = port with { BindingVifDetailsJson = details.ToJsonString() };
        return null;
    }

    /// <summary>What the forwarder opens for the port; null when nothing that it could open is bound.</summary>
    public static PortAttachment? AttachmentOf(Port port)
    {
        if (port.BindingVifType is not (Tap or VhostUser or Other))
        {
            return null;
        }

        JsonObject details = (JsonObject)JsonNode.Parse(port.BindingVifDetailsJson)!;
        int vlanId = details[Vlan] is { } vlan ? int.Parse(TextOf(vlan)!, CultureInfo.InvariantCulture) : 0;
        PortDevice? device = port.BindingVifType switch
        {
            Tap => new PortDevice("tap", [new("interface", Word(details[TapName])!)]),
            VhostUser => new PortDevice("vhost-user", VhostUserSettings(details)),
            _ => details[Kind] is { } kind ? new PortDevice(Word(kind)!, OtherSettings(details)!) : null,
        };
        return device is null ? null : new PortAttachment(port.IdText, device, vlanId);
    }

    // Neutron says what the guest's end does; ours is the other one.
    private static IEnumerable<KeyValuePair<string, string>> VhostUserSettings(JsonObject details)
    {
        yield return new("socket", Word(details[Socket])!);
        if (Word(details[Mode]) is { } guest)
        {
            yield return new("mode", guest == Client ? Server : Client);
        }
    }

    private static Dictionary<string, string>? OtherSettings(JsonObject details)
    {
        Dictionary<string, string> settings = [];
        foreach ((string name, JsonNode? value) in details.Where(member => member.Key is not (Kind or Vlan)))
        {
            if (TextOf(value) is not { } text)
            {
                return null;
            }

            settings.Add(name, text);
        }

        return settings;
    }

    private static ApiProblem? RefuseOther(JsonObject details)
    {
        if (!details.TryGetPropertyValue(Kind, out JsonNode? kind))
        {
            return null;
        }

        string kinds = string.Join(", ", PortDriverCatalog.Drivers.Select(driver => driver.Kind));
        if (Word(kind) is not { } word)
        {
            return Refused($"{Kind} is the kind of port to open, as text: {kinds}");
        }

        if (OtherSettings(details) is not { } settings)
        {
            return Refused($"what stands beside {Kind} are settings of the port, each a text or a number");
        }

        return PortDriverCatalog.Refusal(word, settings) is { } refusal ? Refused(refusal.TrimEnd('.')) : null;
    }

    /// <summary>The device of a port and the tag of its frames there, 0 for none; null where nothing is said of a device.</summary>
    public static (HostDevice Device, int Vlan)? PlaceOf(Port port)
    {
        if (AttachmentOf(port) is not { } attachment)
        {
            return null;
        }

        // A socket is one device, whoever is to connect to it.
        PortDevice device = attachment.Device;
        return (new HostDevice(port.BindingHostId, port.BindingVifType == VhostUser ? new PortDevice(device.Kind, device.Settings.Remove("mode")) : device), attachment.VlanId);
    }

    /// <summary>Why the port cannot be where it is bound, or null: frames of a device that have one tag are one port's.</summary>
    public static ApiProblem? RefusePlace(ResourceSet set, Port port) =>
        PlaceOf(port) is (HostDevice device, int vlan) && KeyIndex<Port, PortKey>.Find(set.Ports, PortKey.Of(device, vlan)) is { } owner && owner.Id != port.Id
            ? PortProblems.DeviceInUse(owner, device, vlan)
            : null;

    private static ApiProblem? RefuseVhostUser(JsonObject details)
    {
        if (Word(details[Socket]) is not { Length: > 0 })
        {
            return Refused($"a {VhostUser} port needs {Socket}, the path of its socket");
        }

        return details[Mode] is null || Word(details[Mode]) is Client or Server ? null : Refused($"{Mode} is {Client} or {Server}");
    }

    // Neutron writes it as text.
    private static bool IsVlanId(JsonNode? node) =>
        int.TryParse(TextOf(node), NumberStyles.None, CultureInfo.InvariantCulture, out int id) && id is > 0 and <= MaxVlanId;

    private static string? TextOf(JsonNode? node) => Word(node) ?? (node?.GetValueKind() == JsonValueKind.Number ? node.ToJsonString() : null);

    private static string? Word(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;

    private static ApiProblem Refused(string reason) => ApiProblem.InvalidValue("binding:vif_details", reason);
}
