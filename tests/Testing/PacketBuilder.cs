using System.Collections.Immutable;
using NetworkingSfc.Testing.Frames;

namespace NetworkingSfc.Testing;

/// <summary>
/// Writes frames layer by layer, with right lengths, protocol numbers and checksums unless a test asks for wrong ones.
/// </summary>
/// <remarks>
/// Every call gives a new builder and leaves the old one alone, so one common beginning can be continued in many ways.
/// Written apart from the product's own wire code on purpose: one mistake cannot hide in both.
/// </remarks>
public sealed class PacketBuilder
{
    private readonly ImmutableArray<Layer> _layers;
    private readonly ImmutableArray<byte> _trailer;

    /// <summary>A frame without any layer yet.</summary>
    public PacketBuilder()
        : this([], [])
    {
    }

    private PacketBuilder(ImmutableArray<Layer> layers, ImmutableArray<byte> trailer) => (_layers, _trailer) = (layers, trailer);

    /// <summary>The layers from the outermost to the innermost.</summary>
    public IReadOnlyList<Layer> Layers => _layers;

    /// <summary>Ethernet addresses; the EtherType follows from the next layer.</summary>
    public PacketBuilder Ethernet(
        string destination = "02:00:00:00:00:02", string source = "02:00:00:00:00:01", ushort? etherType = null) =>
        Add(new EthernetLayer(destination, source, etherType));

    /// <summary>One VLAN tag; call again for the next one inward. 0x88a8 is the service tag.</summary>
    public PacketBuilder Vlan(
        ushort id, byte priority = 0, ushort tpid = 0x8100, bool dropEligible = false, ushort? etherType = null) =>
        Add(new VlanLayer(id, priority, dropEligible, tpid, etherType));

    /// <summary>IEEE 802.2 LLC; the header outside then carries a length. The default is spanning tree's.</summary>
    public PacketBuilder Llc(byte destinationSap = 0x42, byte sourceSap = 0x42, byte control = 0x03) =>
        Add(new LlcLayer(destinationSap, sourceSap, control));

    /// <summary>LLC and SNAP, eight octets.</summary>
    public PacketBuilder Snap(uint organisation = 0, ushort? etherType = null) => Add(new SnapLayer(organisation, etherType));

    /// <summary>One label; the bottom-of-stack bit is set on the last of a run of labels.</summary>
    public PacketBuilder Mpls(
        uint label, byte trafficClass = 0, byte ttl = 64, bool? bottomOfStack = null, ushort etherType = 0x8847) =>
        Add(new MplsLayer(label, trafficClass, ttl, bottomOfStack, etherType));

    /// <summary>NSH with MD type 1: four context words.</summary>
    public PacketBuilder Nsh(uint spi, byte si, byte ttl = 63, uint[]? contexts = null, Func<NshLayer, NshLayer>? change = null)
    {
        byte[] metadata = contexts is null ? new byte[16] : [.. contexts.SelectMany(Bytes.Of)];
        return Add(Changed(new NshLayer(spi, si) { TimeToLive = ttl, Metadata = metadata }, change));
    }

    /// <summary>NSH with MD type 2 and the given octets of metadata, which may be none.</summary>
    public PacketBuilder NshMdType2(
        uint spi, byte si, ReadOnlyMemory<byte> metadata = default, byte ttl = 63, Func<NshLayer, NshLayer>? change = null) =>
        Add(Changed(new NshLayer(spi, si) { TimeToLive = ttl, MdType = 2, Metadata = metadata }, change));

    /// <summary>IPv4; what is rarely set goes through <paramref name="change"/>.</summary>
    public PacketBuilder Ipv4(
        string source, string destination, byte ttl = 64, byte? protocol = null, Func<Ipv4Layer, Ipv4Layer>? change = null) =>
        Add(Changed(new Ipv4Layer(source, destination) { TimeToLive = ttl, Protocol = protocol }, change));

    /// <summary>IPv6; extension headers are layers of their own and follow in the order of the calls.</summary>
    public PacketBuilder Ipv6(
        string source, string destination, byte hopLimit = 64, byte? nextHeader = null, Func<Ipv6Layer, Ipv6Layer>? change = null) =>
        Add(Changed(new Ipv6Layer(source, destination) { HopLimit = hopLimit, NextHeader = nextHeader }, change));

    /// <summary>Hop-by-hop options; padding alone when none are given.</summary>
    public PacketBuilder HopByHop(ReadOnlyMemory<byte> options = default, byte? nextHeader = null, byte? lengthUnits = null) =>
        Add(new Ipv6OptionsLayer(Ipv6OptionsLayer.HopByHop, options, nextHeader, lengthUnits));

    /// <summary>Destination options; padding alone when none are given.</summary>
    public PacketBuilder DestinationOptions(ReadOnlyMemory<byte> options = default, byte? nextHeader = null, byte? lengthUnits = null) =>
        Add(new Ipv6OptionsLayer(Ipv6OptionsLayer.Destination, options, nextHeader, lengthUnits));

    /// <summary>Routing header. With segments left the transport checksum covers the last stop, as it must.</summary>
    public PacketBuilder Routing(
        IReadOnlyList<string> addresses, byte segmentsLeft = 0, byte type = Ipv6RoutingLayer.SegmentRouting, byte? nextHeader = null) =>
        Add(new Ipv6RoutingLayer(addresses, segmentsLeft, type, nextHeader));

    /// <summary>IPv6 fragment header.</summary>
    public PacketBuilder Fragment(uint id, ushort offsetBytes = 0, bool more = false, byte? nextHeader = null) =>
        Add(new Ipv6FragmentLayer(id, offsetBytes, more, nextHeader));

    /// <summary>Authentication header with a check value of 12 octets unless given.</summary>
    public PacketBuilder Ah(
        uint spi = 1, uint sequence = 1, ReadOnlyMemory<byte>? checkValue = null, byte? nextHeader = null, byte? lengthUnits = null) =>
        Add(new AuthenticationLayer(spi, sequence, checkValue ?? new byte[12], nextHeader, lengthUnits));

    /// <summary>TCP; what is rarely set goes through <paramref name="change"/>.</summary>
    public PacketBuilder Tcp(
        ushort source, ushort destination, TcpControl flags = TcpControl.Syn, uint sequence = 0, Func<TcpLayer, TcpLayer>? change = null) =>
        Add(Changed(new TcpLayer(source, destination, flags, sequence), change));

    /// <summary>UDP. A <paramref name="checksum"/> of 0 says "none".</summary>
    public PacketBuilder Udp(ushort source, ushort destination, ushort? lengthBytes = null, ushort? checksum = null) =>
        Add(new UdpLayer(source, destination, lengthBytes, checksum));

    /// <summary>UDP-Lite; a coverage of 0 is the whole datagram.</summary>
    public PacketBuilder UdpLite(ushort source, ushort destination, ushort coverageBytes = 0, ushort? checksum = null) =>
        Add(new UdpLiteLayer(source, destination, coverageBytes, checksum));

    /// <summary>SCTP common header; chunks are payload.</summary>
    public PacketBuilder Sctp(ushort source, ushort destination, uint verificationTag = 1, uint? checksum = null) =>
        Add(new SctpLayer(source, destination, verificationTag, checksum));

    /// <summary>DCCP-Data (type 2) unless told otherwise.</summary>
    public PacketBuilder Dccp(ushort source, ushort destination, byte type = 2, ulong sequence = 1, ushort? checksum = null) =>
        Add(new DccpLayer(source, destination, type, sequence, checksum));

    /// <summary>ICMP; an echo request unless told otherwise.</summary>
    public PacketBuilder Icmp(byte type = 8, byte code = 0, uint rest = 0, ushort? checksum = null) =>
        Add(new IcmpLayer(type, code, rest, checksum));

    /// <summary>ICMPv6; an echo request unless told otherwise.</summary>
    public PacketBuilder Icmpv6(byte type = 128, byte code = 0, uint rest = 0, ushort? checksum = null) =>
        Add(new Icmpv6Layer(type, code, rest, checksum));

    /// <summary>ARP request (1) or reply (2).</summary>
    public PacketBuilder Arp(
        ushort operation, string senderMac, string senderIp, string targetMac = "00:00:00:00:00:00", string targetIp = "0.0.0.0") =>
        Add(new ArpLayer(operation, senderMac, senderIp, targetMac, targetIp));

    /// <summary>Given bytes.</summary>
    public PacketBuilder Payload(ReadOnlyMemory<byte> content) => Add(new PayloadLayer(content));

    /// <summary>A run of bytes that counts up, so that a shifted or repeated byte shows.</summary>
    public PacketBuilder Payload(int lengthBytes, byte first = 0) =>
        Payload(Enumerable.Range(first, lengthBytes).Select(value => (byte)value).ToArray());

    /// <summary>All layers of <paramref name="inner"/> behind those of this frame: how a frame is carried in another.</summary>
    public PacketBuilder Append(PacketBuilder inner) => new(_layers.AddRange(inner._layers), _trailer.AddRange(inner._trailer));

    /// <summary>Bytes behind the frame that no length field counts, as padding to the Ethernet minimum is.</summary>
    public PacketBuilder Trailer(params byte[] content) => new(_layers, [.. _trailer, .. content]);

    /// <summary>The same frame with one layer changed; the <paramref name="occurrence"/>-th of its type, counted inwards from 0.</summary>
    public PacketBuilder Change<TLayer>(Func<TLayer, TLayer> change, int occurrence = 0)
        where TLayer : Layer
    {
        int index = IndexOf<TLayer>(occurrence);
        return new(_layers.SetItem(index, change((TLayer)_layers[index])), _trailer);
    }

    /// <summary>The same frame without one layer.</summary>
    public PacketBuilder Without<TLayer>(int occurrence = 0)
        where TLayer : Layer =>
        new(_layers.RemoveAt(IndexOf<TLayer>(occurrence)), _trailer);

    /// <summary>The bytes of the frame.</summary>
    public byte[] Build()
    {
        byte[] bytes = [];
        for (int index = _layers.Length - 1; index >= 0; index--)
        {
            bytes = _layers[index].Wrap(bytes, new Surroundings(_layers, index));
        }

        return [.. bytes, .. _trailer];
    }

    private static TLayer Changed<TLayer>(TLayer layer, Func<TLayer, TLayer>? change) => change is null ? layer : change(layer);

    private PacketBuilder Add(Layer layer) => new(_layers.Add(layer), _trailer);

    private int IndexOf<TLayer>(int occurrence)
        where TLayer : Layer
    {
        int[] found = [.. Enumerable.Range(0, _layers.Length).Where(index => _layers[index] is TLayer)];
        return occurrence < found.Length
            ? found[occurrence]
            : throw new InvalidOperationException($"The frame has {found.Length} layers of type {typeof(TLayer).Name}, not {occurrence + 1}.");
    }
}
