namespace NetworkingSfc.Testing.Frames;

/// <summary>The control bits of TCP (RFC 9293, section 3.1).</summary>
[Flags]
public enum TcpControl
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>FIN.</summary>
    Fin = 1,

    /// <summary>SYN.</summary>
    Syn = 2,

    /// <summary>RST.</summary>
    Rst = 4,

    /// <summary>PSH.</summary>
    Psh = 8,

    /// <summary>ACK.</summary>
    Ack = 16,

    /// <summary>URG.</summary>
    Urg = 32,
}

/// <summary>TCP (RFC 9293).</summary>
public sealed record TcpLayer(ushort SourcePort, ushort DestinationPort, TcpControl Flags, uint Sequence) : Layer
{
    /// <summary>Acknowledgement number.</summary>
    public uint Acknowledgement { get; init; }

    /// <summary>Receive window.</summary>
    public ushort Window { get; init; } = 8192;

    /// <summary>Option octets; zeros are added up to a whole word.</summary>
    public ReadOnlyMemory<byte> Options { get; init; }

    /// <summary>Data offset, in 4-octet words. Null: what the options ask for.</summary>
    public byte? DataOffsetWords { get; init; }

    /// <summary>Null: the right one.</summary>
    public ushort? Checksum { get; init; }

    /// <inheritdoc/>
    public override byte? IpProtocolOfThis => 6;

    /// <inheritdoc/>
    public override byte[] Wrap(byte[] body, Surroundings around)
    {
        byte[] options = Bytes.PadTo(4, Options.ToArray());
        byte[] segment =
        [
            .. Bytes.Of(SourcePort), .. Bytes.Of(DestinationPort), .. Bytes.Of(Sequence), .. Bytes.Of(Acknowledgement),
            (byte)((DataOffsetWords ?? (20 + options.Length) / 4) << 4), (byte)Flags,
            .. Bytes.Of(Window), 0, 0, 0, 0, .. options, .. body,
        ];
        byte[] pseudo = around.PseudoHeader(6, segment.Length);
        Bytes.Of(Checksum ?? Frames.Checksum.Internet([.. pseudo, .. segment])).CopyTo(segment, 16);
        return segment;
    }
}

/// <summary>UDP (RFC 768).</summary>
public sealed record UdpLayer(ushort SourcePort, ushort DestinationPort, ushort? LengthBytes, ushort? Checksum) : Layer
{
    /// <inheritdoc/>
    public override byte? IpProtocolOfThis => 17;

    /// <inheritdoc/>
    public override byte[] Wrap(byte[] body, Surroundings around)
    {
        byte[] datagram =
        [
            .. Bytes.Of(SourcePort), .. Bytes.Of(DestinationPort),
            .. Bytes.Of(LengthBytes ?? checked((ushort)(8 + body.Length))), 0, 0, .. body,
        ];
        ushort sum = Frames.Checksum.Internet([.. around.PseudoHeader(17, datagram.Length), .. datagram]);

        // RFC 768: a computed zero is sent as all ones, because zero says "none".
        Bytes.Of(Checksum ?? (sum == 0 ? (ushort)0xffff : sum)).CopyTo(datagram, 6);
        return datagram;
    }
}

/// <summary>UDP-Lite (RFC 3828): the length field is the number of octets the checksum covers, 0 for all.</summary>
public sealed record UdpLiteLayer(ushort SourcePort, ushort DestinationPort, ushort CoverageBytes, ushort? Checksum) : Layer
{
    /// <inheritdoc/>
    public override byte? IpProtocolOfThis => 136;

    /// <inheritdoc/>
    public override byte[] Wrap(byte[] body, Surroundings around)
    {
        byte[] datagram =
            [.. Bytes.Of(SourcePort), .. Bytes.Of(DestinationPort), .. Bytes.Of(CoverageBytes), 0, 0, .. body];
        int covered = CoverageBytes == 0 ? datagram.Length : Math.Min(CoverageBytes, datagram.Length);
        ushort sum = Frames.Checksum.Internet([.. around.PseudoHeader(136, datagram.Length), .. datagram[..covered]]);
        Bytes.Of(Checksum ?? (sum == 0 ? (ushort)0xffff : sum)).CopyTo(datagram, 6);
        return datagram;
    }
}

/// <summary>SCTP common header (RFC 9260, section 3.1); chunks are the payload.</summary>
public sealed record SctpLayer(ushort SourcePort, ushort DestinationPort, uint VerificationTag, uint? Checksum) : Layer
{
    /// <inheritdoc/>
    public override byte? IpProtocolOfThis => 132;

    /// <inheritdoc/>
    public override byte[] Wrap(byte[] body, Surroundings around)
    {
        byte[] packet =
            [.. Bytes.Of(SourcePort), .. Bytes.Of(DestinationPort), .. Bytes.Of(VerificationTag), 0, 0, 0, 0, .. body];

        // The CRC goes on the wire lowest octet first (RFC 9260, appendix A).
        byte[] sum = Bytes.Of(Checksum ?? Frames.Checksum.Crc32c(packet));
        Array.Reverse(sum);
        sum.CopyTo(packet, 8);
        return packet;
    }
}

/// <summary>DCCP generic header with a 48-bit sequence number (RFC 4340, section 5.1), of the type DCCP-Data unless told otherwise.</summary>
public sealed record DccpLayer(ushort SourcePort, ushort DestinationPort, byte Type, ulong Sequence, ushort? Checksum) : Layer
{
    private const byte HeaderWords = 4;

    /// <inheritdoc/>
    public override byte? IpProtocolOfThis => 33;

    /// <inheritdoc/>
    public override byte[] Wrap(byte[] body, Surroundings around)
    {
        byte[] packet =
        [
            .. Bytes.Of(SourcePort), .. Bytes.Of(DestinationPort), HeaderWords, 0, 0, 0,
            (byte)((Type << 1) | 1), 0, .. Bytes.Of((ushort)(Sequence >> 32)), .. Bytes.Of((uint)Sequence), .. body,
        ];
        byte[] pseudo = around.PseudoHeader(33, packet.Length);
        Bytes.Of(Checksum ?? Frames.Checksum.Internet([.. pseudo, .. packet])).CopyTo(packet, 6);
        return packet;
    }
}

/// <summary>ICMP (RFC 792): type, code, checksum and the four octets whose meaning the type gives.</summary>
public sealed record IcmpLayer(byte Type, byte Code, uint Rest, ushort? Checksum) : Layer
{
    /// <inheritdoc/>
    public override byte? IpProtocolOfThis => 1;

    /// <inheritdoc/>
    public override byte[] Wrap(byte[] body, Surroundings around)
    {
        byte[] message = [Type, Code, 0, 0, .. Bytes.Of(Rest), .. body];
        Bytes.Of(Checksum ?? Frames.Checksum.Internet(message)).CopyTo(message, 2);
        return message;
    }
}

/// <summary>ICMPv6 (RFC 4443): as ICMP, but the checksum covers the pseudo header.</summary>
public sealed record Icmpv6Layer(byte Type, byte Code, uint Rest, ushort? Checksum) : Layer
{
    /// <inheritdoc/>
    public override byte? IpProtocolOfThis => 58;

    /// <inheritdoc/>
    public override byte[] Wrap(byte[] body, Surroundings around)
    {
        byte[] message = [Type, Code, 0, 0, .. Bytes.Of(Rest), .. body];
        byte[] pseudo = around.PseudoHeader(58, message.Length);
        Bytes.Of(Checksum ?? Frames.Checksum.Internet([.. pseudo, .. message])).CopyTo(message, 2);
        return message;
    }
}
