using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Parsing;

namespace NetworkingSfc.Dataplane.Fragments;

/// <summary>
/// What all fragments of one datagram share where we see them. The fields of RFC 791, section 3.2, for IPv4 (with the
/// protocol) and of RFC 8200, section 4.5, for IPv6 (without it: the next header of later fragments means nothing), and the
/// port with what it carried the path in: behind every function the datagram is another one.
/// </summary>
internal readonly record struct FragmentKey
{
    // Odd, so that every port gives another set.
    private const ulong PortMultiplier = 0x9e37_79b9_7f4a_7c15;

    /// <summary>Source address.</summary>
    public UInt128 Source { get; }

    /// <summary>Destination address.</summary>
    public UInt128 Destination { get; }

    /// <summary>Identification.</summary>
    public uint Identification { get; }

    /// <summary>Port it came from.</summary>
    public int IngressPort { get; }

    /// <summary>IP version.</summary>
    public byte Version { get; }

    /// <summary>Protocol of IPv4, else 0.</summary>
    public byte Protocol { get; }

    /// <summary>What it carried its path in.</summary>
    public EncapsulationKind Carries { get; }

    /// <summary>Reads the key of a fragment.</summary>
    /// <param name="headers">Its headers.</param>
    /// <param name="ingressPort">Port it came from.</param>
    /// <param name="carries">What it carried its path in.</param>
    public FragmentKey(in PacketHeaders headers, int ingressPort, EncapsulationKind carries)
    {
        Source = headers.SourceAddress;
        Destination = headers.DestinationAddress;
        Identification = headers.Identification;
        IngressPort = ingressPort;
        Version = headers.IpVersion;
        Protocol = headers.IpVersion == 4 ? headers.Protocol : (byte)0;
        Carries = carries;
    }

    /// <summary>The key as a number. Senders choose keys, so it is seeded.</summary>
    /// <param name="seed">The snapshot's seed.</param>
    public ulong Hash(ulong seed)
    {
        FlowHashKey fields = new()
        {
            SourceAddress = Source,
            DestinationAddress = Destination,
            SourcePort = (ushort)(Identification >> 16),
            DestinationPort = (ushort)Identification,
            Protocol = Protocol,
        };
        return FlowHash.Compute(fields, HashFields.FiveTuple, seed, symmetric: false, reverse: false) ^ ((ulong)IngressPort * PortMultiplier);
    }
}
