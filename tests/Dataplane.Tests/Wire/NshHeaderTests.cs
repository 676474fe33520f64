using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class NshHeaderTests
{
    private static readonly PacketBuilder _inner = new PacketBuilder().Ethernet().Ipv4("192.0.2.1", "192.0.2.2").Udp(1, 2);

    private static readonly byte[] _known = Header(
        new PacketBuilder().Ethernet().Nsh(0xabcdef, 254, ttl: 42, contexts: [0x01020304, 0x05060708, 0x090a0b0c, 0x0d0e0f10]), 24);

    [Fact]
    public void Known_header_reads()
    {
        Assert.True(NshHeader.TryRead(_known, out NshHeader header));
        Assert.Equal(0, header.Version);
        Assert.False(header.IsOam);
        Assert.Equal(42, header.TimeToLive);
        Assert.Equal(24, header.LengthBytes);
        Assert.Equal(NshMdType.FixedLength, header.MdType);
        Assert.Equal(NshNextProtocol.Ethernet, header.NextProtocol);
        Assert.Equal(new ServicePathId(0xabcdef), header.ServicePathId);
        Assert.Equal(new ServiceIndex(254), header.ServiceIndex);
        Assert.True(header.IsWellFormed);
        Assert.Equal(Enumerable.Range(1, 16).Select(value => (byte)value), header.Contexts.ToArray());
    }

    [Fact]
    public void Fields_write_the_same_bytes()
    {
        byte[] written = new byte[24];
        NshHeader.WriteMdType1(
            written, 42, NshNextProtocol.Ethernet, new ServicePathId(0xabcdef), new ServiceIndex(254), _known.AsSpan(8));
        PacketAssert.Equal(_known, written, "NSH, MD type 1");
    }

    [Fact]
    public void Empty_contexts_are_written_as_zeros()
    {
        byte[] written = new byte[24];
        written.AsSpan().Fill(0xff);
        NshHeader.WriteMdType1(written, 63, NshNextProtocol.Ethernet, new ServicePathId(1), ServiceIndex.Initial, []);
        PacketAssert.Equal(Header(new PacketBuilder().Ethernet().Nsh(1, 255), 24), written, "NSH without metadata");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(244)]
    public void Md_type_2_is_written_and_carried_whole(int contextBytes)
    {
        byte[] contexts = [.. Enumerable.Range(0, contextBytes).Select(value => (byte)value)];
        byte[] known = Header(new PacketBuilder().Ethernet().NshMdType2(7, 3, contexts, ttl: 63), 8 + contextBytes);
        byte[] written = new byte[known.Length];
        NshHeader.WriteMdType2(written, 63, NshNextProtocol.Ethernet, new ServicePathId(7), new ServiceIndex(3), contexts);
        PacketAssert.Equal(known, written, "NSH, MD type 2");

        Assert.True(NshHeader.TryRead(written, out NshHeader header));
        Assert.True(header.IsWellFormed);
        Assert.Equal(NshMdType.VariableLength, header.MdType);
        Assert.Equal(contexts, header.Contexts.ToArray());
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 2)]
    [InlineData(1, 5)]
    [InlineData(1, 7)]
    [InlineData(2, 0)]
    [InlineData(2, 1)]
    [InlineData(2, 63)]
    public void A_length_that_cannot_be_is_not_well_formed(byte mdType, byte words)
    {
        byte[] bytes = Header(
            new PacketBuilder().Ethernet().Nsh(1, 1, change: layer => layer with { MdType = mdType, LengthWords = words }), 24);
        Assert.True(NshHeader.TryRead(bytes, out NshHeader header));
        Assert.False(header.IsWellFormed);
        Assert.True(header.Contexts.IsEmpty);
        Assert.Equal(words * 4, header.LengthBytes);
    }

    [Fact]
    public void Setters_leave_every_other_bit_alone()
    {
        PacketBuilder busy = new PacketBuilder().Ethernet().Nsh(
            0x123456, 9, ttl: 21, contexts: [~0u, ~0u, ~0u, ~0u], change: layer => layer with { Oam = true, Unassigned = 0x1f, Version = 3 });
        byte[] bytes = Header(busy, 24);

        NshHeader.SetTimeToLive(bytes, 20);
        PacketAssert.Equal(Header(busy.Change<NshLayer>(layer => layer with { TimeToLive = 20 }), 24), bytes, "TTL");
        NshHeader.SetServiceIndex(bytes, new ServiceIndex(8));
        PacketAssert.Equal(
            Header(busy.Change<NshLayer>(layer => layer with { TimeToLive = 20, ServiceIndex = 8 }), 24), bytes, "SI");
        NshHeader.SetServicePath(bytes, new ServicePathId(0xfedcba), new ServiceIndex(7));
        PacketAssert.Equal(
            Header(busy.Change<NshLayer>(layer => layer with { TimeToLive = 20, ServiceIndex = 7, ServicePathId = 0xfedcba }), 24),
            bytes,
            "SPI");
    }

    [Fact]
    public void A_time_to_live_of_more_than_six_bits_spills_nowhere()
    {
        byte[] bytes = [.. _known];
        NshHeader.SetTimeToLive(bytes, 0xff);
        NshHeader.SetTimeToLive(bytes, 42);
        PacketAssert.Equal(_known, bytes, "TTL");
    }

    [Fact]
    public void Every_length_and_random_bytes_are_safe()
    {
        HeaderAssert.IsCheckedView(_known[..NshHeader.MinLengthBytes], Read);
        for (int length = NshHeader.MinLengthBytes; length < _known.Length; length++)
        {
            Assert.True(NshHeader.TryRead(_known.AsSpan(0, length).ToArray(), out NshHeader header));
            Assert.False(header.IsWellFormed, $"{length} bytes");
        }
    }

    private static byte[] Header(PacketBuilder frame, int length) => frame.Append(_inner).Build()[14..(14 + length)];

    private static bool Read(ReadOnlySpan<byte> bytes) =>
        NshHeader.TryRead(bytes, out NshHeader header)
        && header.Version <= 3 && header.MdType <= 15 && header.TimeToLive <= 63 && header.NextProtocol >= 0
        && header.LengthBytes <= NshHeader.MaxLengthBytes && header.ServicePathId.Value >= 0 && header.ServiceIndex.Value >= 0
        && (header.IsOam || header.Contexts.Length <= bytes.Length);
}
