using NetworkingSfc.Dataplane.Parsing;

namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>Tells the parser what the frames of a capture begin with.</summary>
public static class CaptureFraming
{
    private const int OpenBsdRawIp = 14;
    private const int BsdRawIp = 12;

    /// <summary>What the first byte of a frame of this link type belongs to.</summary>
    /// <param name="linkType">A LINKTYPE_ number of the tcpdump registry; see <see cref="LinkType"/>.</param>
    /// <returns><see cref="FrameStart.Unsupported"/> for every carrier that is not entered.</returns>
    public static FrameStart StartOf(int linkType) => linkType switch
    {
        LinkType.Ethernet => FrameStart.Ethernet,
        LinkType.RawIp or BsdRawIp or OpenBsdRawIp => FrameStart.RawIp,
        LinkType.RawIpv4 => FrameStart.Ipv4,
        LinkType.RawIpv6 => FrameStart.Ipv6,
        LinkType.Null => FrameStart.Loopback,
        LinkType.LinuxCooked => FrameStart.LinuxCooked,
        LinkType.LinuxCooked2 => FrameStart.LinuxCookedV2,
        _ => FrameStart.Unsupported,
    };
}
