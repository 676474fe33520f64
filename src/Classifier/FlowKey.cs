namespace NetworkingSfc.Classifier;

/// <summary>
/// The fields of one packet that rules may match, all in host byte order. An IPv4 address stands in the low
/// 32 bits of its 128-bit field; the EtherType tells the families apart.
/// </summary>
public readonly struct FlowKey
{
    /// <summary>Source address, 0 when the packet has none.</summary>
    public UInt128 SourceAddress { get; init; }

    /// <summary>Destination address, 0 when the packet has none.</summary>
    public UInt128 DestinationAddress { get; init; }

    /// <summary>Source port, 0 when the packet has none.</summary>
    public ushort SourcePort { get; init; }

    /// <summary>Destination port, 0 when the packet has none.</summary>
    public ushort DestinationPort { get; init; }

    /// <summary>IPv4 protocol or last IPv6 next header.</summary>
    public byte Protocol { get; init; }

    /// <summary>0x0800 for IPv4, 0x86dd for IPv6, 0 for a packet that has no five-tuple and matches no rule.</summary>
    public ushort EtherType { get; init; }

    /// <summary>Number of the port the packet came from.</summary>
    public int IngressPort { get; init; }
}
