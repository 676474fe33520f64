using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;

namespace NetworkingSfc.Conformance.Tests.Chains;

/// <summary>Frames of chains as the rules say they look, written layer by layer.</summary>
internal static class ChainFrames
{
    /// <summary>Source of outer Ethernet headers unless configured (decisions, rule 7).</summary>
    public const string ForwarderMac = "02:00:5e:00:53:01";

    /// <summary>TCP to port 80 from "src" to "dst", over IPv4.</summary>
    public static PacketBuilder Web(ushort sourcePort = 40000, ushort destinationPort = 80) =>
        Link().Ipv4("10.0.0.1", "10.0.0.2").Tcp(sourcePort, destinationPort).Payload(20);

    /// <summary>The Ethernet header from "src" to "dst".</summary>
    public static PacketBuilder Link() => new PacketBuilder().Ethernet(Replaying.Lab.DestinationMac, Replaying.Lab.SourceMac);

    /// <summary>The same frame to another Ethernet address.</summary>
    public static PacketBuilder To(this PacketBuilder frame, string mac) => frame.Change<EthernetLayer>(ethernet => ethernet with { Destination = mac });

    /// <summary>The frame in an outer Ethernet header and NSH MD type 1.</summary>
    public static PacketBuilder InNsh(this PacketBuilder frame, string mac, uint path, byte index, byte ttl = 63) =>
        new PacketBuilder().Ethernet(mac, ForwarderMac).Nsh(path, index, ttl).Append(frame);

    /// <summary>The frame with one more label behind its Ethernet header and VLAN tags.</summary>
    public static PacketBuilder Labelled(this PacketBuilder frame, uint path, byte index, byte ttl, byte trafficClass = 0)
    {
        EthernetLayer ethernet = (EthernetLayer)frame.Layers[0];
        PacketBuilder link = new PacketBuilder().Ethernet(ethernet.Destination, ethernet.Source);
        PacketBuilder rest = frame.Without<EthernetLayer>();
        while (rest.Layers is [VlanLayer tag, ..])
        {
            link = link.Vlan(tag.Id, tag.Priority, tag.Tpid, tag.DropEligible);
            rest = rest.Without<VlanLayer>();
        }

        return link.Mpls((path << 8) | index, trafficClass, ttl).Append(rest);
    }
}
