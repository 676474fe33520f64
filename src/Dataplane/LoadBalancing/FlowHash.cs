using NetworkingSfc.Dataplane.Telemetry;

namespace NetworkingSfc.Dataplane.LoadBalancing;

/// <summary>
/// Seeded 64-bit hash of the fields that choose a member. Same seed, same fields: same value on every worker, host and
/// run, whatever the vector width.
/// </summary>
/// <remarks>
/// The two ends of the flow are each reduced to four 64-bit words (address high, address low, ports, MAC), folded by
/// 64 x 64 -> 128 bit multiplication (the mixing step of wyhash, W. Yi 2019) with constants from the fraction of pi,
/// then combined with the protocol. Fields that are not chosen, or that the packet lacks, are zero.
/// </remarks>
public static class FlowHash
{
    /// <summary>Seed used unless configured: the ASCII bytes of "SFCflow1". Documented so that two instances agree.</summary>
    public const ulong DefaultSeed = 0x5346_4366_6c6f_7731;

    private const ulong K0 = 0x243f_6a88_85a3_08d3;
    private const ulong K1 = 0x1319_8a2e_0370_7345;
    private const ulong K2 = 0xa409_3822_299f_31d1;
    private const ulong K3 = 0x082e_fa98_ec4e_6c89;
    private const ulong K4 = 0x4528_21e6_38d0_1377;
    private const ulong K5 = 0xbe54_66cf_34e9_0c6d;

    private const byte Tcp = 6;
    private const byte Udp = 17;

    /// <summary>Hashes one packet.</summary>
    /// <param name="key">The inner packet's fields.</param>
    /// <param name="fields">Which of them count.</param>
    /// <param name="seed">The snapshot's seed.</param>
    /// <param name="symmetric">True to give both directions of a flow the same value.</param>
    /// <param name="reverse">True on a reverse path: source and destination are read exchanged.</param>
    public static ulong Compute(in FlowHashKey key, HashFields fields, ulong seed, bool symmetric, bool reverse)
    {
        PacketWork.Hash();
        return fields == HashFields.FiveTuple ? OfFiveTuple(key, seed, symmetric, reverse) : OfChosen(key, fields, seed, symmetric, reverse);
    }

    // The usual fields, without asking for each. The same value as the general way would give.
    private static ulong OfFiveTuple(in FlowHashKey key, ulong seed, bool symmetric, bool reverse)
    {
        (ulong sourceHigh, ulong sourceLow, ulong sourcePort) = ((ulong)(key.SourceAddress >> 64), (ulong)key.SourceAddress, key.SourcePort);
        (ulong destinationHigh, ulong destinationLow, ulong destinationPort) = ((ulong)(key.DestinationAddress >> 64), (ulong)key.DestinationAddress, key.DestinationPort);
        bool isExchanged = reverse;
        if (symmetric)
        {
            isExchanged = destinationHigh != sourceHigh ? destinationHigh < sourceHigh
                : destinationLow != sourceLow ? destinationLow < sourceLow
                : destinationPort < sourcePort;
        }

        if (isExchanged)
        {
            (sourceHigh, destinationHigh) = (destinationHigh, sourceHigh);
            (sourceLow, destinationLow) = (destinationLow, sourceLow);
            (sourcePort, destinationPort) = (destinationPort, sourcePort);
        }

        ulong addresses = Fold(destinationHigh ^ Fold(sourceHigh ^ seed ^ K0, sourceLow ^ K1), destinationLow ^ K2);
        return Fold(addresses ^ K5, Fold(sourcePort ^ (destinationPort << 32) ^ K3, seed ^ key.Protocol ^ K4) ^ seed);
    }

    private static ulong OfChosen(in FlowHashKey key, HashFields fields, ulong seed, bool symmetric, bool reverse)
    {
        End source = SourceEnd(key, fields, reverse);
        End destination = DestinationEnd(key, fields, reverse);
        if (symmetric && destination.IsBelow(source))
        {
            (source, destination) = (destination, source);
        }

        ulong addresses = Fold(source.AddressHigh ^ seed ^ K0, source.AddressLow ^ K1);
        addresses = Fold(destination.AddressHigh ^ addresses, destination.AddressLow ^ K2);
        ulong ports = Fold(source.Ports ^ (destination.Ports << 32) ^ K3, seed ^ K4);
        if ((fields & (HashFields.EthSrc | HashFields.EthDst)) != 0)
        {
            ports = Fold(source.Mac ^ ports, destination.Mac ^ K5);
        }

        return Fold(addresses ^ K5, ports ^ seed);
    }

    private static End SourceEnd(in FlowHashKey key, HashFields fields, bool reverse) =>
        EndOf(reverse ? key.DestinationAddress : key.SourceAddress,
            reverse ? key.DestinationPort : key.SourcePort,
            reverse ? key.DestinationMac : key.SourceMac,
            key.Protocol, fields, HashFields.IpSrc, HashFields.TcpSrc, HashFields.UdpSrc, HashFields.EthSrc);

    private static End DestinationEnd(in FlowHashKey key, HashFields fields, bool reverse) =>
        EndOf(reverse ? key.SourceAddress : key.DestinationAddress,
            reverse ? key.SourcePort : key.DestinationPort,
            reverse ? key.SourceMac : key.DestinationMac,
            key.Protocol, fields, HashFields.IpDst, HashFields.TcpDst, HashFields.UdpDst, HashFields.EthDst);

    private static End EndOf(
        UInt128 address, ushort port, ulong mac, byte protocol, HashFields fields,
        HashFields ip, HashFields tcp, HashFields udp, HashFields eth)
    {
        UInt128 chosen = (fields & ip) != 0 ? address : UInt128.Zero;

        // TCP and UDP ports are different fields: port 53 of one is not port 53 of the other.
        uint ports = 0;
        if (protocol == Tcp && (fields & tcp) != 0)
        {
            ports = port;
        }
        else if (protocol == Udp && (fields & udp) != 0)
        {
            ports = (uint)port << 16;
        }

        return new End((ulong)(chosen >> 64), (ulong)chosen, ports, (fields & eth) != 0 ? mac : 0);
    }

    private static ulong Fold(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }

    private readonly struct End(ulong addressHigh, ulong addressLow, ulong ports, ulong mac)
    {
        public readonly ulong AddressHigh = addressHigh;
        public readonly ulong AddressLow = addressLow;
        public readonly ulong Ports = ports;
        public readonly ulong Mac = mac;

        public bool IsBelow(in End other) =>
            AddressHigh != other.AddressHigh ? AddressHigh < other.AddressHigh
            : AddressLow != other.AddressLow ? AddressLow < other.AddressLow
            : Ports != other.Ports ? Ports < other.Ports
            : Mac < other.Mac;
    }
}
