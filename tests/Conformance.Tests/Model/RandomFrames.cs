using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;

namespace NetworkingSfc.Conformance.Tests.Model;

/// <summary>Draws inputs for a topology: mostly frames for its chains, some of everything else, also from functions.</summary>
internal sealed class RandomFrames(Random random, Topology topology)
{
    private readonly Dictionary<string, List<byte[]>> _waiting = [];

    /// <summary>Inputs at different ports, with timestamps of which many are equal.</summary>
    public List<InputFile> Draw(int packets)
    {
        List<InputFile> inputs = [];
        string[] ports = ["src", "dst", "other", topology.Ports[random.Next(topology.Ports.Count)].Name, topology.Ports[random.Next(topology.Ports.Count)].Name];
        foreach (string port in ports)
        {
            long time = 0;
            InputPacket[] drawn = new InputPacket[port == "src" ? packets / 2 : packets / 8];
            for (int i = 0; i < drawn.Length; i++)
            {
                time += random.Next(4);
                drawn[i] = DrawPacket(port, time);
            }

            inputs.Add(new InputFile(port, drawn));
        }

        return inputs;
    }

    private bool Chance(double share) => random.NextDouble() < share;

    private InputPacket DrawPacket(string port, long time)
    {
        byte[] frame = DrawWaiting(port) ?? DrawFromFunction(port) ?? DrawFragments(port) ?? DrawFrame(port == "dst").Build();
        return random.Next(40) switch
        {
            0 => new InputPacket(time, frame[..random.Next(frame.Length)], frame.Length),
            _ => new InputPacket(time, frame),
        };
    }

    // The rest of datagrams that were begun at this port, first fragments not always first.
    private byte[]? DrawWaiting(string port)
    {
        if (!_waiting.TryGetValue(port, out List<byte[]>? fragments) || fragments.Count == 0 || Chance(0.4))
        {
            return null;
        }

        byte[] next = fragments[0];
        fragments.RemoveAt(0);
        return next;
    }

    private byte[]? DrawFragments(string port)
    {
        if (!Chance(0.15))
        {
            return null;
        }

        bool isIpv6 = Chance(0.4);
        bool isTcp = Chance(0.4);
        uint id = (uint)random.Next(1, 3);
        (string source, string destination) = DrawEnds(isIpv6, port == "dst");
        PacketBuilder link = new PacketBuilder().Ethernet(DrawMac(), "02:00:00:00:00:01");
        PacketBuilder Ip(ushort offset, bool more) => isIpv6
            ? link.Ipv6(source, destination).Fragment(id, offset, more, nextHeader: offset == 0 ? null : isTcp ? (byte)6 : (byte)17)
            : link.Ipv4(source, destination, protocol: offset == 0 ? null : isTcp ? (byte)6 : (byte)17, change: ip => ip with
            {
                Identification = (ushort)id,
                FragmentOffsetBytes = offset,
                MoreFragments = more,
            });
        ushort to = Chance(0.5) ? (ushort)80 : (ushort)random.Next(65536);
        byte[][] fragments =
        [
            isTcp ? Ip(0, true).Tcp(1000, to).Payload(44).Build() : Ip(0, true).Udp(1000, to).Payload(56).Build(),
            Ip(64, true).Payload(64).Build(),
            Ip(128, false).Payload(random.Next(1, 40)).Build(),
        ];
        random.Shuffle(fragments);
        _waiting.TryAdd(port, []);
        _waiting[port].AddRange(fragments[1..]);
        return fragments[0];
    }

    // What an aware function might send of its own accord: right, nearly right and wrong headers.
    private byte[]? DrawFromFunction(string port)
    {
        (ModelChain Chain, bool IsReverse, int Hop)[] hops =
        [
            .. from chain in topology.Chains
               from reverse in chain.IsSymmetric ? new[] { false, true } : [false]
               from hop in Enumerable.Range(1, chain.Hops.Count)
               where chain.GroupAt(hop - 1, reverse).Correlation is not null
                   && chain.GroupAt(hop - 1, reverse).Pairs.Any(pair => (reverse ? pair.Ingress : pair.Egress) == port)
               select (chain, reverse, hop),
        ];
        if (hops.Length == 0 || Chance(0.2))
        {
            return null;
        }

        (ModelChain owner, bool isReverse, int done) = hops[random.Next(hops.Length)];
        PacketBuilder inner = DrawFrame(isReverse);
        Position position = new(owner, isReverse, done);
        byte index = (byte)(255 - done + (Chance(0.15) ? random.Next(-1, 2) : 0));
        int pathError = Chance(0.1) ? 1 : 0;
        byte ttl = (byte)(Chance(0.3) ? random.Next(4) : random.Next(1, 64));
        bool isNsh = (position.Behind.Correlation == "nsh") ^ Chance(0.05);
        if (!isNsh)
        {
            EthernetLayer ethernet = (EthernetLayer)inner.Layers[0];
            PacketBuilder link = new PacketBuilder().Ethernet(ethernet.Destination, ethernet.Source);
            PacketBuilder labelled = (Chance(0.3) ? link.Vlan(9) : link).Mpls((uint)(((position.LabelPath + pathError) << 8) | index), (byte)random.Next(8), ttl);
            if (Chance(0.1))
            {
                labelled = labelled.Mpls(77);
            }

            // Sometimes something that is no IP packet under the label.
            return Chance(0.1)
                ? labelled.Payload(new byte[] { 0, 1, 8, 0, 6, 4 }).Build()
                : labelled.Append(DrawIp(isReverse)).Build();
        }

        uint[]? contexts = Chance(0.3) ? [1, 2, 3, (uint)random.Next()] : null;
        int fault = random.Next(40);
        NshLayer Spoil(NshLayer nsh) => fault switch
        {
            0 => nsh with { Version = 1 },
            1 => nsh with { MdType = 4 },
            2 => nsh with { NextProtocol = 1 },
            3 => nsh with { Oam = true },
            4 => nsh with { LengthWords = 63 },
            5 => nsh with { MdType = 2, LengthWords = 1 },
            6 => nsh with { MdType = 2, Metadata = new byte[4 * random.Next(8)] },
            7 => nsh with { Unassigned = 31 },
            _ => nsh,
        };
        return new PacketBuilder().Ethernet("02:00:5e:00:53:01", topology.Port(port).Mac)
            .Nsh((uint)(position.NshPath + pathError), index, ttl, contexts, Spoil).Append(inner).Build();
    }

    private PacketBuilder DrawFrame(bool isReverse)
    {
        PacketBuilder link = new PacketBuilder().Ethernet(DrawMac(), Chance(0.3) ? DrawStation() : "02:00:00:00:00:01");
        link = random.Next(8) switch
        {
            0 => link.Vlan((ushort)random.Next(4096), (byte)random.Next(8)),
            1 => link.Vlan(100, tpid: 0x88a8).Vlan(200),
            _ => link,
        };
        return random.Next(30) switch
        {
            0 => link.Arp(1, "02:00:00:00:00:01", "10.0.0.1", targetIp: "10.0.0.2"),
            1 => link.Llc().Payload(40),
            2 => link.Mpls(random.Next(2) == 0 ? 0x1ffu : 16, ttl: 64).Append(DrawIp(isReverse)),
            3 => link.Nsh(1, 255).Ethernet().Append(DrawIp(isReverse)),
            4 => link.Ipv6("fe80::1", "ff02::1").Icmpv6((byte)random.Next(133, 138)).Payload(20),
            5 => link.Ipv4("10.100.0.1", "10.1.0.1").Udp(68, 67).Payload(10),
            6 => link.Append(Truncated(DrawIp(isReverse))),
            _ => link.Append(DrawIp(isReverse)),
        };
    }

    // Cut anywhere, and short on the wire too.
    private PacketBuilder Truncated(PacketBuilder packet)
    {
        byte[] frame = new PacketBuilder().Ethernet().Append(packet).Build();
        ushort type = (ushort)((frame[12] << 8) | frame[13]);
        byte[] cut = frame[14..random.Next(14, frame.Length)];

        // Bytes alone do not say their EtherType: a tag does.
        return new PacketBuilder().Vlan(3, etherType: type).Payload(cut);
    }

    private PacketBuilder DrawIp(bool isReverse)
    {
        bool isIpv6 = Chance(0.35);
        (string source, string destination) = DrawEnds(isIpv6, isReverse);
        int fragment = random.Next(20);
        PacketBuilder ip;
        if (isIpv6)
        {
            ip = new PacketBuilder().Ipv6(source, destination);
            ip = random.Next(10) switch { 0 => ip.HopByHop(), 1 => ip.HopByHop().DestinationOptions(new byte[] { 1, 4, 0, 0, 0, 0, 1, 2, 0, 0 }), _ => ip };
            if (fragment < 2)
            {
                ip = ip.Fragment(7, offsetBytes: (ushort)(fragment * 16), more: fragment == 0, nextHeader: fragment == 1 ? (byte)6 : null);
            }
        }
        else
        {
            ip = new PacketBuilder().Ipv4(source, destination, ttl: (byte)random.Next(256), protocol: fragment == 1 ? (byte)17 : null, change: layer => layer with
            {
                DontFragment = Chance(0.4),
                MoreFragments = fragment == 0,
                FragmentOffsetBytes = (ushort)(fragment == 1 ? 1480 : 0),
                Options = Chance(0.1) ? new byte[] { 1, 1, 1 } : default,
                TypeOfService = (byte)random.Next(256),
            });
        }

        return fragment == 1 ? ip.Payload(30) : DrawTransport(ip, isIpv6);
    }

    private (string Source, string Destination) DrawEnds(bool isIpv6, bool isReverse)
    {
        string near = DrawAddress(isIpv6, 0.7, isIpv6 ? "2001:db8:100::" : "10.100.0.");
        string far = DrawAddress(isIpv6, 0.8, isIpv6 ? $"2001:db8:{random.Next(1, 4)}::" : $"10.{random.Next(1, 4)}.0.");
        return isReverse && Chance(0.8) ? (far, near) : (near, far);
    }

    private PacketBuilder DrawTransport(PacketBuilder ip, bool isIpv6)
    {
        ushort[] known = [80, 80, 81, 443, 53, 0, 65535];
        ushort source = (ushort)(Chance(0.3) ? known[random.Next(known.Length)] : random.Next(1000, 1008));
        ushort destination = known[random.Next(known.Length)];
        int payload = random.Next(30) switch { < 4 => random.Next(1380, 1480), 4 => 0, _ => random.Next(60) };
        byte[] content = new byte[payload];
        random.NextBytes(content);
        return random.Next(12) switch
        {
            < 5 => ip.Tcp(source, destination).Payload(content),
            < 9 => ip.Udp(source, destination, checksum: Chance(0.1) ? (ushort)0 : null).Payload(content),
            9 when Chance(0.5) => DrawPathMtu(ip, isIpv6),
            9 => (isIpv6 ? ip.Icmpv6() : ip.Icmp()).Payload(content),
            10 => ip.Sctp(source, destination).Payload(content),
            _ => isIpv6 ? ip.Icmpv6(1).Payload(content) : ip.Udp(source, 67).Payload(content),
        };
    }

    // About a packet that went the other way, sometimes cut short.
    private PacketBuilder DrawPathMtu(PacketBuilder ip, bool isIpv6)
    {
        (string source, string destination) = DrawEnds(isIpv6, isReverse: Chance(0.5));
        PacketBuilder link = new PacketBuilder().Ethernet();
        byte[] quoted = (isIpv6 ? link.Ipv6(source, destination) : link.Ipv4(source, destination)).Tcp((ushort)(Chance(0.5) ? 80 : 1001), 80).Payload(8).Build()[14..];
        quoted = Chance(0.1) ? quoted[..random.Next(quoted.Length)] : quoted;
        return (isIpv6 ? ip.Icmpv6(2, 0, 1400) : ip.Icmp(3, 4, 1400)).Payload(quoted);
    }

    private string DrawAddress(bool isIpv6, double share, string prefix) => Chance(share) ? $"{prefix}{random.Next(1, 6)}"
        : isIpv6 ? new[] { "2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:2::5", "2001:db8:77::1" }[random.Next(5)]
        : new[] { "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.1.0.5", "10.2.0.5", "192.0.2.1" }[random.Next(6)];

    // Stations that no port is known to have, and sources that no station has.
    private string DrawStation() => new[] { "02:00:00:00:ff:01", "02:00:00:00:ff:02", "02:00:00:00:ff:ff", "33:33:00:00:00:01" }[random.Next(4)];

    private string DrawMac() => random.Next(10) switch
    {
        < 5 => topology.Port("dst").Mac,
        5 => topology.Port("up").Mac,
        6 => DrawStation(),
        7 => "ff:ff:ff:ff:ff:ff",
        _ => topology.Ports[random.Next(topology.Ports.Count)].Mac,
    };
}
