using System.Numerics;
using NetworkingSfc.Dataplane.LoadBalancing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.LoadBalancing;

public sealed class FlowHashTests
{
    private const byte Tcp = 6;
    private const byte Udp = 17;

    private static readonly HashFields[] _single = [.. Enum.GetValues<HashFields>().Where(field => field != HashFields.FiveTuple)];

    // What can differ between two packets, each with a change of its own.
    private static readonly (string Name, Func<FlowHashKey, FlowHashKey> Change, HashFields Decides)[] _attributes =
    [
        ("source address", key => Copy(key, sourceAddress: key.SourceAddress + 1), HashFields.IpSrc),
        ("source address, highest bit", key => Copy(key, sourceAddress: key.SourceAddress ^ (UInt128.One << 127)), HashFields.IpSrc),
        ("destination address", key => Copy(key, destinationAddress: key.DestinationAddress + 1), HashFields.IpDst),
        ("destination address, highest bit", key => Copy(key, destinationAddress: key.DestinationAddress ^ (UInt128.One << 127)), HashFields.IpDst),
        ("source port", key => Copy(key, sourcePort: (ushort)(key.SourcePort + 1)), HashFields.TcpSrc | HashFields.UdpSrc),
        ("destination port", key => Copy(key, destinationPort: (ushort)(key.DestinationPort + 1)), HashFields.TcpDst | HashFields.UdpDst),
        ("source MAC", key => Copy(key, sourceMac: key.SourceMac + 1), HashFields.EthSrc),
        ("destination MAC", key => Copy(key, destinationMac: key.DestinationMac + 1), HashFields.EthDst),
    ];

    /// <summary>Seed, fields, symmetric, reverse, expected: computed once with a second implementation of the documented steps.</summary>
    public static TheoryData<string, bool, ulong, HashFields, bool, bool, ulong> Pinned => new()
    {
        { "IPv4, default seed", false, FlowHash.DefaultSeed, HashFields.FiveTuple, false, false, 0x44cc_88be_22aa_4c1a },
        { "IPv6, default seed", true, FlowHash.DefaultSeed, HashFields.FiveTuple, false, false, 0x1c52_4e3c_2cec_3a3e },
        { "IPv4, symmetric", false, FlowHash.DefaultSeed, HashFields.FiveTuple, true, false, 0x44cc_88be_22aa_4c1a },
        { "IPv6, reverse", true, FlowHash.DefaultSeed, HashFields.FiveTuple, false, true, 0x6f95_87b0_5d34_aecd },
        { "IPv4, seed 1", false, 1, HashFields.FiveTuple, false, false, 0xa2bc_e3ce_f3c2_d686 },
        { "IPv4, addresses", false, FlowHash.DefaultSeed, HashFields.IpSrc | HashFields.IpDst, false, false, 0x699b_4e0e_61e9_dc99 },
        { "IPv6, TCP source and MAC", true, FlowHash.DefaultSeed, HashFields.TcpSrc | HashFields.EthDst, false, false, 0xb09f_bfcd_3441_cfb7 },
        { "IPv4, UDP ports of a TCP packet", false, FlowHash.DefaultSeed, HashFields.UdpSrc | HashFields.UdpDst, false, false, 0x0173_dbba_8cf1_b208 },
    };

    [Theory]
    [MemberData(nameof(Pinned))]
    public void Value_that_hosts_agree_on_has_not_changed(string what, bool isIpv6, ulong seed, HashFields fields, bool symmetric, bool reverse, ulong expected)
    {
        FlowHashKey key = Copy(
            new FlowHashKey { Protocol = Tcp },
            sourceAddress: isIpv6 ? new UInt128(0x2001_0db8_0000_0000, 1) : 0x0a00_0001,
            destinationAddress: isIpv6 ? new UInt128(0x2001_0db8_0000_0000, 2) : 0xc000_0201,
            sourcePort: 49_152, destinationPort: 443, sourceMac: 0x0200_0000_0001, destinationMac: 0x0200_0000_0002);

        ulong value = FlowHash.Compute(key, fields, seed, symmetric, reverse);

        Assert.True(expected == value, $"{what}: 0x{value:x16}, pinned is 0x{expected:x16}");
    }

    [Fact]
    public void Default_seed_is_the_documented_one() => Assert.Equal("SFCflow1"u8, BitConverter.GetBytes(FlowHash.DefaultSeed).Reverse().ToArray());

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public void Symmetric_value_is_the_same_in_both_directions_whatever_the_fields(int version)
    {
        Random random = new(version);
        foreach (HashFields fields in AllFields())
        {
            for (int round = 0; round < 20; round++)
            {
                FlowHashKey key = Key(random, version, round % 3 == 0 ? Tcp : round % 3 == 1 ? Udp : (byte)132);
                ulong forward = FlowHash.Compute(key, fields, 7, symmetric: true, reverse: false);

                // The way back is a path of its own, on which source and destination are read exchanged.
                Assert.Equal(forward, FlowHash.Compute(Exchanged(key), fields, 7, symmetric: true, reverse: true));
            }
        }
    }

    [Fact]
    public void Symmetric_value_of_both_ends_is_independent_of_their_order()
    {
        Random random = new(1);
        for (int round = 0; round < 1000; round++)
        {
            FlowHashKey key = Key(random, round % 2 == 0 ? 4 : 6, Tcp);
            Assert.Equal(
                FlowHash.Compute(key, HashFields.FiveTuple, 7, symmetric: true, reverse: false),
                FlowHash.Compute(Exchanged(key), HashFields.FiveTuple, 7, symmetric: true, reverse: false));
        }
    }

    [Fact]
    public void Symmetric_value_keeps_address_and_port_of_one_end_together()
    {
        FlowHashKey key = new() { SourceAddress = 1, DestinationAddress = 2, SourcePort = 10, DestinationPort = 20, Protocol = Tcp };
        FlowHashKey crossed = Copy(key, sourcePort: 20, destinationPort: 10);

        Assert.NotEqual(
            FlowHash.Compute(key, HashFields.FiveTuple, 7, symmetric: true, reverse: false),
            FlowHash.Compute(crossed, HashFields.FiveTuple, 7, symmetric: true, reverse: false));
    }

    [Fact]
    public void Reverse_reads_source_and_destination_exchanged()
    {
        Random random = new(2);
        foreach (HashFields fields in AllFields())
        {
            FlowHashKey key = Key(random, 6, Udp);
            Assert.Equal(
                FlowHash.Compute(Exchanged(key), fields, 7, symmetric: false, reverse: false),
                FlowHash.Compute(key, fields, 7, symmetric: false, reverse: true));
        }
    }

    [Fact]
    public void Without_symmetry_the_directions_differ()
    {
        FlowHashKey key = Key(new Random(3), 4, Tcp);

        Assert.NotEqual(
            FlowHash.Compute(key, HashFields.FiveTuple, 7, symmetric: false, reverse: false),
            FlowHash.Compute(Exchanged(key), HashFields.FiveTuple, 7, symmetric: false, reverse: false));
    }

    [Fact]
    public void Each_field_alone_decides_and_nothing_else_does()
    {
        Random random = new(4);
        foreach (HashFields field in _single)
        {
            bool isUdpField = field is HashFields.UdpSrc or HashFields.UdpDst;
            FlowHashKey key = Key(random, 6, isUdpField ? Udp : Tcp);
            ulong value = FlowHash.Compute(key, field, 7, symmetric: false, reverse: false);
            foreach ((string name, Func<FlowHashKey, FlowHashKey> change, HashFields decides) in _attributes)
            {
                bool changed = value != FlowHash.Compute(change(key), field, 7, symmetric: false, reverse: false);
                Assert.True(changed == decides.HasFlag(field), $"{field}: {name} {(changed ? "decides" : "does not decide")}");
            }
        }
    }

    [Fact]
    public void Empty_fields_are_the_five_tuple_and_no_mac()
    {
        FlowHashKey key = Key(new Random(5), 6, Tcp);
        ulong value = FlowHash.Compute(key, HashFields.FiveTuple, 7, symmetric: false, reverse: false);
        foreach ((string name, Func<FlowHashKey, FlowHashKey> change, HashFields decides) in _attributes)
        {
            bool changed = value != FlowHash.Compute(change(key), HashFields.FiveTuple, 7, symmetric: false, reverse: false);
            Assert.True(changed != decides is HashFields.EthSrc or HashFields.EthDst, name);
        }

        FlowHashKey udp = Copy(key, protocol: Udp);
        Assert.NotEqual(value, FlowHash.Compute(udp, HashFields.FiveTuple, 7, symmetric: false, reverse: false));
    }

    [Fact]
    public void Named_fields_leave_the_protocol_out()
    {
        FlowHashKey tcp = Key(new Random(6), 4, Tcp);
        foreach (HashFields field in new[] { HashFields.IpSrc, HashFields.IpDst, HashFields.EthSrc, HashFields.EthDst })
        {
            Assert.Equal(
                FlowHash.Compute(tcp, field, 7, symmetric: false, reverse: false),
                FlowHash.Compute(Copy(tcp, protocol: 47), field, 7, symmetric: false, reverse: false));
        }
    }

    [Theory]
    [InlineData(HashFields.TcpSrc, Udp)]
    [InlineData(HashFields.TcpDst, Udp)]
    [InlineData(HashFields.UdpSrc, Tcp)]
    [InlineData(HashFields.UdpDst, Tcp)]
    [InlineData(HashFields.TcpSrc | HashFields.UdpSrc, 132)]
    public void Port_field_of_another_protocol_counts_as_zero(HashFields field, byte protocol)
    {
        FlowHashKey key = Key(new Random(7), 4, protocol);
        FlowHashKey zero = Copy(key, sourcePort: 0, destinationPort: 0);

        Assert.Equal(
            FlowHash.Compute(zero, field, 7, symmetric: false, reverse: false),
            FlowHash.Compute(key, field, 7, symmetric: false, reverse: false));
    }

    [Fact]
    public void Same_port_over_tcp_and_udp_is_not_the_same_field()
    {
        FlowHashKey tcp = Copy(default, sourcePort: 53, destinationPort: 53, protocol: Tcp);
        const HashFields Both = HashFields.TcpDst | HashFields.UdpDst;

        Assert.NotEqual(
            FlowHash.Compute(tcp, Both, 7, symmetric: false, reverse: false),
            FlowHash.Compute(Copy(tcp, protocol: Udp), Both, 7, symmetric: false, reverse: false));
    }

    // The slot is taken from the upper half, so that half must react to every bit of the flow.
    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public void Every_bit_of_the_five_tuple_flips_half_of_the_upper_bits(int version)
    {
        const int Samples = 400;
        Random random = new(8);
        List<Func<FlowHashKey, FlowHashKey>> flips = [];
        for (int bit = 0; bit < (version == 4 ? 32 : 128); bit++)
        {
            UInt128 mask = UInt128.One << bit;
            flips.Add(key => Copy(key, sourceAddress: key.SourceAddress ^ mask));
            flips.Add(key => Copy(key, destinationAddress: key.DestinationAddress ^ mask));
        }

        for (int bit = 0; bit < 16; bit++)
        {
            int mask = 1 << bit;
            flips.Add(key => Copy(key, sourcePort: (ushort)(key.SourcePort ^ mask)));
            flips.Add(key => Copy(key, destinationPort: (ushort)(key.DestinationPort ^ mask)));
        }

        for (int flip = 0; flip < flips.Count; flip++)
        {
            int flipped = 0;
            for (int sample = 0; sample < Samples; sample++)
            {
                FlowHashKey key = Key(random, version, Tcp);
                ulong difference = FlowHash.Compute(key, default, FlowHash.DefaultSeed, symmetric: false, reverse: false)
                    ^ FlowHash.Compute(flips[flip](key), default, FlowHash.DefaultSeed, symmetric: false, reverse: false);
                flipped += BitOperations.PopCount(difference >> 32);
            }

            double share = flipped / (Samples * 32.0);
            Assert.True(share is > 0.45 and < 0.55, $"flip {flip}: {share:p1} of the upper bits");
        }
    }

    [Fact]
    public void Neighbouring_flows_fill_the_slots_evenly()
    {
        // One client, consecutive ports: 65,536 flows into 64 buckets of 1,024, whose deviation is 32.
        int[] buckets = new int[64];
        for (int port = 0; port < 65_536; port++)
        {
            FlowHashKey key = new() { SourceAddress = 0x0a00_0001, DestinationAddress = 0x0a00_0002, Protocol = Tcp, SourcePort = (ushort)port, DestinationPort = 443 };
            buckets[FlowHash.Compute(key, default, FlowHash.DefaultSeed, symmetric: false, reverse: false) >> 58]++;
        }

        Assert.InRange(buckets.Min(), 1024 - 160, 1024);
        Assert.InRange(buckets.Max(), 1024, 1024 + 160);
    }

    private static IEnumerable<HashFields> AllFields() => Enumerable.Range(0, 256).Select(fields => (HashFields)fields);

    private static FlowHashKey Key(Random random, int version, byte protocol)
    {
        UInt128 Address() => version == 4 ? (UInt128)(uint)random.NextInt64() : new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64());
        return new FlowHashKey
        {
            SourceAddress = Address(),
            DestinationAddress = Address(),
            SourcePort = (ushort)random.Next(1, 65_535),
            DestinationPort = (ushort)random.Next(1, 65_535),
            Protocol = protocol,
            SourceMac = (ulong)random.NextInt64(1L << 48),
            DestinationMac = (ulong)random.NextInt64(1L << 48),
        };
    }

    private static FlowHashKey Exchanged(in FlowHashKey key) => new()
    {
        SourceAddress = key.DestinationAddress,
        DestinationAddress = key.SourceAddress,
        SourcePort = key.DestinationPort,
        DestinationPort = key.SourcePort,
        SourceMac = key.DestinationMac,
        DestinationMac = key.SourceMac,
        Protocol = key.Protocol,
    };

    private static FlowHashKey Copy(
        in FlowHashKey key, UInt128? sourceAddress = null, UInt128? destinationAddress = null, ushort? sourcePort = null,
        ushort? destinationPort = null, byte? protocol = null, ulong? sourceMac = null, ulong? destinationMac = null) => new()
        {
            SourceAddress = sourceAddress ?? key.SourceAddress,
            DestinationAddress = destinationAddress ?? key.DestinationAddress,
            SourcePort = sourcePort ?? key.SourcePort,
            DestinationPort = destinationPort ?? key.DestinationPort,
            Protocol = protocol ?? key.Protocol,
            SourceMac = sourceMac ?? key.SourceMac,
            DestinationMac = destinationMac ?? key.DestinationMac,
        };
}
