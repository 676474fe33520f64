using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Resources;

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
        if (details.TryGetPropertyValue(Vlan, out JsonNode? vlan) && !TryReadVlanId(vlan, out _))
        {
            return Refused($"{Vlan} is a number from 1 to {MaxVlanId}");
        }

        if (port.BindingVifType == VhostUser)
        {
            return RefuseVhostUser(details);
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

    /// <summary>The device of a port and the tag of its frames there, 0 for none; null where nothing is said of a device.</summary>
    public static (PortDevice Device, int Vlan)? PlaceOf(Port port)
    {
        if (port.BindingVifType is not (Tap or VhostUser))
        {
            return null;
        }

        JsonObject details = (JsonObject)JsonNode.Parse(port.BindingVifDetailsJson)!;
        string name = Word(details[port.BindingVifType == Tap ? TapName : Socket]) ?? "";
        return (new PortDevice(port.BindingHostId, port.BindingVifType, name), details[Vlan] is { } vlan && TryReadVlanId(vlan, out int id) ? id : 0);
    }

    /// <summary>Why the port cannot be where it is bound, or null: frames of a device that have one tag are one port's.</summary>
    public static ApiProblem? RefusePlace(ResourceSet set, Port port) =>
        PlaceOf(port) is (PortDevice device, int vlan) && KeyIndex<Port, PortKey>.Find(set.Ports, PortKey.Of(device, vlan)) is { } owner && owner.Id != port.Id
            ? PortProblems.DeviceInUse(owner, device, vlan)
            : null;

    private static ApiProblem? RefuseVhostUser(JsonObject details)
    {
        if (Word(details[Socket]) is not { Length: > 0 })
        {
            return Refused($"a {VhostUser} port needs {Socket}, the path of its socket");
        }

        return details[Mode] is null || Word(details[Mode]) is "client" or "server" ? null : Refused($"{Mode} is client or server");
    }

    // Neutron writes it as text.
    private static bool TryReadVlanId(JsonNode? node, out int id) =>
        int.TryParse(Word(node) ?? node?.ToJsonString(), NumberStyles.None, CultureInfo.InvariantCulture, out id) && id is > 0 and <= MaxVlanId;

    private static string? Word(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;

    private static ApiProblem Refused(string reason) => ApiProblem.InvalidValue("binding:vif_details", reason);
}
