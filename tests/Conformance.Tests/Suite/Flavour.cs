using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Conformance.Tests.Suite;

/// <summary>The same packets in another family, with or without a VLAN tag.</summary>
/// <param name="IsIpv6">IPv6 rather than IPv4.</param>
/// <param name="IsTagged">Behind a VLAN tag.</param>
internal sealed record Flavour(bool IsIpv6, bool IsTagged)
{
    /// <summary>Every one.</summary>
    public static readonly IReadOnlyList<Flavour> All = [new(false, false), new(false, true), new(true, false), new(true, true)];

    /// <summary>Of each family the one without a tag.</summary>
    public static IReadOnlyList<Flavour> Untagged => [.. All.Where(flavour => !flavour.IsTagged)];

    /// <summary>Address of "src".</summary>
    public string Source => IsIpv6 ? "2001:db8::1" : "10.0.0.1";

    /// <summary>Address of "dst".</summary>
    public string Destination => IsIpv6 ? "2001:db8::2" : "10.0.0.2";

    /// <summary>The prefix that has no other address than that of "src".</summary>
    public string SourcePrefix => Source + (IsIpv6 ? "/128" : "/32");

    /// <summary>EtherType as classifiers name it.</summary>
    public string EtherType => IsIpv6 ? "IPv6" : "IPv4";

    /// <summary>Bytes of the Ethernet header and its tag.</summary>
    public int LinkBytes => IsTagged ? 18 : 14;

    /// <summary>Bytes of the IP header.</summary>
    public int IpBytes => IsIpv6 ? 40 : 20;

    /// <summary>TCP from "src" to port 80 of "dst".</summary>
    public PacketBuilder Web(ushort sourcePort = 40000, ushort destinationPort = 80) => Forth().Tcp(sourcePort, destinationPort).Payload(20);

    /// <summary>What "dst" answers to <see cref="Web"/>.</summary>
    public PacketBuilder Answer(ushort sourcePort = 40000, ushort destinationPort = 80) => Back().Tcp(destinationPort, sourcePort).Payload(9);

    /// <summary>UDP from "src" to "dst".</summary>
    public PacketBuilder Udp(ushort sourcePort = 40000, ushort destinationPort = 80) => Forth().Udp(sourcePort, destinationPort).Payload(11);

    /// <summary>An echo request from "src" to "dst".</summary>
    public PacketBuilder Echo() => IsIpv6 ? Forth().Icmpv6().Payload(16) : Forth().Icmp().Payload(16);

    /// <summary>Ethernet and IP header from "src" to "dst".</summary>
    public PacketBuilder Forth() => Ip(Link(Lab.DestinationMac, Lab.SourceMac), Source, Destination);

    /// <summary>Ethernet and IP header from "dst" to "src".</summary>
    public PacketBuilder Back() => Ip(Link(Lab.SourceMac, Lab.DestinationMac), Destination, Source);

    /// <summary>An IP header in the family.</summary>
    public PacketBuilder Ip(PacketBuilder link, string source, string destination) => IsIpv6 ? link.Ipv6(source, destination) : link.Ipv4(source, destination);

    /// <summary>An Ethernet header, with the tag where there is one.</summary>
    public PacketBuilder Link(string destination, string source)
    {
        PacketBuilder link = new PacketBuilder().Ethernet(destination, source);
        return IsTagged ? link.Vlan(100, priority: 3) : link;
    }

    /// <inheritdoc/>
    public override string ToString() => EtherType + (IsTagged ? " tagged" : "");
}
