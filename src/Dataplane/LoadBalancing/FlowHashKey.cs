namespace NetworkingSfc.Dataplane.LoadBalancing;

/// <summary>What <see cref="FlowHash"/> reads of a packet, host byte order; what the packet lacks is zero.</summary>
public readonly struct FlowHashKey
{
    /// <summary>Makes one with all that a packet has.</summary>
    /// <param name="source">Source address.</param>
    /// <param name="destination">Destination address.</param>
    /// <param name="sourcePort">Source port.</param>
    /// <param name="destinationPort">Destination port.</param>
    /// <param name="protocol">Protocol.</param>
    /// <param name="sourceMac">Source MAC address.</param>
    /// <param name="destinationMac">Destination MAC address.</param>
    public FlowHashKey(UInt128 source, UInt128 destination, ushort sourcePort, ushort destinationPort, byte protocol, ulong sourceMac, ulong destinationMac)
    {
        SourceAddress = source;
        DestinationAddress = destination;
        SourcePort = sourcePort;
        DestinationPort = destinationPort;
        Protocol = protocol;
        SourceMac = sourceMac;
        DestinationMac = destinationMac;
    }

    /// <summary>Source address; IPv4 in the low 32 bits.</summary>
    public UInt128 SourceAddress { get; init; }

    /// <summary>Destination address; IPv4 in the low 32 bits.</summary>
    public UInt128 DestinationAddress { get; init; }

    /// <summary>Source port.</summary>
    public ushort SourcePort { get; init; }

    /// <summary>Destination port.</summary>
    public ushort DestinationPort { get; init; }

    /// <summary>IPv4 protocol or last IPv6 next header.</summary>
    public byte Protocol { get; init; }

    /// <summary>Source MAC address, 48 bits.</summary>
    public ulong SourceMac { get; init; }

    /// <summary>Destination MAC address, 48 bits.</summary>
    public ulong DestinationMac { get; init; }
}
