using System.Text.Json;
using NetworkingSfc.Control.Drivers;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Http;

/// <summary>
/// What becomes of packets at a group that says nothing of it itself: its member <c>on_empty</c>, which only those get who ask
/// for it by <c>fields=on_empty</c>.
/// </summary>
/// <param name="drivers">Have the default that states are compiled with.</param>
internal sealed class EmptyGroupDefault(DriverSet drivers)
{
    /// <summary>What writes the member, or null where it was not asked for or the group has its own.</summary>
    /// <param name="resource">The resource that is answered.</param>
    /// <param name="fields">Members asked for.</param>
    public Action<Utf8JsonWriter>? For(Resource resource, IReadOnlyCollection<string> fields) =>
        resource is PortPairGroup { OnEmpty: null } && fields.Contains(PortPairGroupKind.OnEmpty)
            ? writer => writer.WriteString(PortPairGroupKind.OnEmpty, EmptyGroupActions.Word(drivers.OnEmpty))
            : null;
}
