using NetworkingSfc.Testing.VirtualLinks;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports;

/// <summary>A port on one end of a virtual link, and a socket on the other.</summary>
internal sealed class VethRig : InterfaceRig
{
    /// <summary>Opens the port.</summary>
    /// <param name="kind">Kind of the port.</param>
    /// <param name="incoming">Frames that are sent to it at once.</param>
    /// <param name="settings">Its settings beside the interface.</param>
    public VethRig(string kind, IReadOnlyList<byte[]> incoming, params IEnumerable<(string Name, string Value)> settings)
        : this(kind, VethPair.Create(), incoming, settings)
    {
    }

    private VethRig(string kind, VethPair link, IReadOnlyList<byte[]> incoming, IEnumerable<(string Name, string Value)> settings)
        : base(kind, link, incoming, settings) => Link = link;

    public VethPair Link { get; }

    /// <summary>Opens a port whose frames leave at one kilobyte a second, or skips the test where the system cannot do that.</summary>
    public static VethRig Slow(string kind, params IEnumerable<(string Name, string Value)> settings)
    {
        VethRig rig = new(kind, [], settings);
        if (!VethPair.TrySlowDown(rig.Link.First))
        {
            rig.Dispose();
            Assert.Skip("this system has no queueing discipline tbf (tc of iproute2, sch_tbf of the kernel)");
        }

        return rig;
    }
}
