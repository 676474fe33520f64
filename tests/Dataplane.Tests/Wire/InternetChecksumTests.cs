using System.Buffers.Binary;
using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class InternetChecksumTests
{
    private const int Rounds = 20_000;

    /// <summary>The worked example of RFC 1071, section 3: the sum is ddf2.</summary>
    [Fact]
    public void The_example_of_the_rfc_comes_out()
    {
        byte[] example = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7];
        Assert.Equal(unchecked((ushort)~0xddf2), InternetChecksum.Compute(example));
    }

    /// <summary>The worked example of RFC 1624, section 4: the older equation gives ffff here.</summary>
    [Fact]
    public void The_example_of_the_rfc_on_updates_comes_out() =>
        Assert.Equal(0x0000, InternetChecksum.Update((ushort)0xdd2f, (ushort)0x5555, (ushort)0x3285));

    [Fact]
    public void Any_run_of_bytes_sums_like_the_plain_loop()
    {
        Random random = new(1);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            Assert.Equal(Plain(bytes), InternetChecksum.Compute(bytes));
        }

        byte[] large = new byte[300_001];
        large.AsSpan().Fill(0xff);
        Assert.Equal(Plain(large), InternetChecksum.Compute(large));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(16)]
    public void An_update_equals_a_new_sum(int fieldBytes)
    {
        Random random = new(fieldBytes);
        byte[] bytes = new byte[64];
        for (int round = 0; round < Rounds; round++)
        {
            random.NextBytes(bytes);
            int offset = 2 * random.Next(1, (bytes.Length - fieldBytes) / 2);
            Span<byte> field = bytes.AsSpan(offset, fieldBytes);
            if (round % 3 == 0)
            {
                field.Fill((byte)(round % 2 == 0 ? 0xff : 0));
            }

            ushort before = InternetChecksum.Compute(bytes);
            byte[] old = field.ToArray();
            random.NextBytes(field);
            if (round % 5 == 0)
            {
                field.Fill((byte)(round % 2 == 0 ? 0 : 0xff));
            }

            Assert.Equal(InternetChecksum.Compute(bytes), Updated(before, old, field));
        }
    }

    [Fact]
    public void Udp_zero_means_none_and_is_never_computed()
    {
        Assert.Equal(0, InternetChecksum.UpdateUdp(0, (ushort)1, (ushort)2));
        Assert.Equal(0, InternetChecksum.UpdateUdp(0, 1u, 2u));
        Assert.Equal(0, InternetChecksum.UpdateUdp(0, UInt128.One, UInt128.Zero));
        Assert.Equal(0xffff, InternetChecksum.FinishUdp(0xffff));

        // From the example above: the result would be 0.
        Assert.Equal(0xffff, InternetChecksum.UpdateUdp((ushort)0xdd2f, (ushort)0x5555, (ushort)0x3285));
        Assert.Equal(
            InternetChecksum.Update((ushort)0x1234, 0xc0000201u, 0xc6336402u),
            InternetChecksum.UpdateUdp((ushort)0x1234, 0xc0000201u, 0xc6336402u));
    }

    [Fact]
    public void Rewriting_a_udp_packet_piece_by_piece_gives_the_packet_built_whole()
    {
        byte[] bytes = new PacketBuilder().Ethernet().Ipv6("2001:db8::1", "2001:db8::2").Udp(1000, 53).Payload(9).Build();
        byte[] wanted = new PacketBuilder().Ethernet().Ipv6("2001:db8::1", "fd00::abcd").Udp(1000, 5353).Payload(9).Build();
        Assert.True(Ipv6Header.TryRead(bytes.AsSpan(14), out Ipv6Header ip));
        Assert.True(UdpHeader.TryRead(bytes.AsSpan(54), out UdpHeader udp));
        UInt128 before = new(ip.DestinationHigh, ip.DestinationLow);
        UInt128 after = new(0xfd00000000000000, 0xabcd);
        ushort checksum = InternetChecksum.UpdateUdp(udp.Checksum, before, after);
        checksum = InternetChecksum.UpdateUdp(checksum, (ushort)53, (ushort)5353);

        Ipv6Header.SetDestination(bytes.AsSpan(14), after);
        TransportPorts.SetDestination(bytes.AsSpan(54), 5353);
        UdpHeader.SetChecksum(bytes.AsSpan(54), checksum);
        PacketAssert.Equal(wanted, bytes, "rewritten UDP");
    }

    [Fact]
    public void A_pseudo_header_and_a_segment_give_the_checksum_of_the_builder()
    {
        byte[] four = new PacketBuilder().Ethernet().Ipv4("192.0.2.1", "198.51.100.2").Tcp(1, 2).Payload(11).Build()[34..];
        byte[] six = new PacketBuilder().Ethernet().Ipv6("2001:db8::1", "2001:db8::2").Tcp(1, 2).Payload(11).Build()[54..];
        ulong overFour = InternetChecksum.SumPseudoHeader(0xc0000201, 0xc6336402, IpProtocol.Tcp, four.Length);
        ulong overSix = InternetChecksum.SumPseudoHeader(
            new UInt128(0x20010db800000000, 1), new UInt128(0x20010db800000000, 2), IpProtocol.Tcp, six.Length);

        // With the right checksum in place the whole sums to all ones, so the complement is zero (RFC 1071, section 1).
        Assert.Equal(0, InternetChecksum.Finish(overFour + InternetChecksum.Sum(four)));
        Assert.Equal(0, InternetChecksum.Finish(overSix + InternetChecksum.Sum(six)));
    }

    private static ushort Updated(ushort before, ReadOnlySpan<byte> old, ReadOnlySpan<byte> now) => old.Length switch
    {
        2 => InternetChecksum.Update(before, BinaryPrimitives.ReadUInt16BigEndian(old), BinaryPrimitives.ReadUInt16BigEndian(now)),
        4 => InternetChecksum.Update(before, BinaryPrimitives.ReadUInt32BigEndian(old), BinaryPrimitives.ReadUInt32BigEndian(now)),
        _ => InternetChecksum.Update(before, BinaryPrimitives.ReadUInt128BigEndian(old), BinaryPrimitives.ReadUInt128BigEndian(now)),
    };

    private static ushort Plain(byte[] bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            sum += (uint)bytes[i] << (i % 2 == 0 ? 8 : 0);
            sum = (sum & 0xffff) + (sum >> 16);
        }

        return (ushort)~sum;
    }
}
