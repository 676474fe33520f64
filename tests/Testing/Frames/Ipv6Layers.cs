namespace NetworkingSfc.Testing.Frames;

/// <summary>IPv6 header (RFC 8200, section 3).</summary>
public sealed record Ipv6Layer(string Source, string Destination) : Layer
{
    /// <summary>Hops left.</summary>
    public byte HopLimit { get; init; } = 64;

    /// <summary>DSCP and ECN as one octet.</summary>
    public byte TrafficClass { get; init; }

    /// <summary>Twenty bits.</summary>
    public uint FlowLabel { get; init; }

    /// <summary>Null: what the next layer is.</summary>
    public byte? NextHeader { get; init; }

    /// <summary>Null: everything inside.</summary>
    public ushort? PayloadLengthBytes { get; init; }

    /// <summary>6 unless a test wants a wrong one.</summary>
    public byte Version { get; init; } = 6;

    /// <inheritdoc/>
    public override ushort? EtherTypeOfThis => 0x86dd;

    /// <inheritdoc/>
    public override byte? IpProtocolOfThis => 41;

    /// <inheritdoc/>
    public override byte? NshProtocolOfThis => 2;

    internal byte[] SourceBytes => Bytes.OfIpv6(Source);

    internal byte[] DestinationBytes => Bytes.OfIpv6(Destination);

    /// <inheritdoc/>
    public override byte[] Wrap(byte[] body, Surroundings around) =>
    [
        .. Bytes.Of(((uint)Version << 28) | ((uint)TrafficClass << 20) | (FlowLabel & 0xfffff)),
        .. Bytes.Of(PayloadLengthBytes ?? checked((ushort)body.Length)),
        NextHeader ?? around.IpProtocol,
        HopLimit,
        .. SourceBytes,
        .. DestinationBytes,
        .. body,
    ];
}

/// <summary>Hop-by-hop (0) or destination (60) options (RFC 8200, sections 4.3 and 4.6).</summary>
public sealed record Ipv6OptionsLayer(byte Kind, ReadOnlyMemory<byte> Options, byte? NextHeader, byte? LengthUnits) : Layer
{
    /// <summary>Number of the hop-by-hop options header.</summary>
    public const byte HopByHop = 0;

    /// <summary>Number of the destination options header.</summary>
    public const byte Destination = 60;

    /// <inheritdoc/>
    public override byte? IpProtocolOfThis => Kind;

    /// <inheritdoc/>
    public override byte[] Wrap(byte[] body, Surroundings around)
    {
        // Zeros are Pad1 options, so filling with them always gives a well-formed header.
        byte[] header = Bytes.PadTo(8, [NextHeader ?? around.IpProtocol, 0, .. Options.Span]);
        header[1] = LengthUnits ?? checked((byte)((header.Length / 8) - 1));
        return [.. header, .. body];
    }
}

/// <summary>Routing header (RFC 8200, section 4.4): type 0 and the segment routing header (type 4, RFC 8754) lay out alike.</summary>
public sealed record Ipv6RoutingLayer(IReadOnlyList<string> Addresses, byte SegmentsLeft, byte Type, byte? NextHeader) : Layer
{
    /// <summary>Number of the segment routing header, whose list runs backwards.</summary>
    public const byte SegmentRouting = 4;

    /// <inheritdoc/>
    public override byte? IpProtocolOfThis => 43;

    /// <summary>The address the transport checksum covers (RFC 8200, section 8.1), or null when the route has been walked.</summary>
    internal byte[]? FinalDestination =>
        SegmentsLeft == 0 || Addresses.Count == 0 ? null : Bytes.OfIpv6(Type == SegmentRouting ? Addresses[0] : Addresses[^1]);

    /// <inheritdoc/>
    public override byte[] Wrap(byte[] body, Surroundings around) =>
    [
        NextHeader ?? around.IpProtocol,
        checked((byte)(Addresses.Count * 2)),
        Type,
        SegmentsLeft,
        Type == SegmentRouting ? checked((byte)Math.Max(0, Addresses.Count - 1)) : (byte)0, 0, 0, 0,
        .. Addresses.SelectMany(Bytes.OfIpv6),
        .. body,
    ];
}

/// <summary>Fragment header (RFC 8200, section 4.5).</summary>
public sealed record Ipv6FragmentLayer(uint Identification, ushort OffsetBytes, bool More, byte? NextHeader) : Layer
{
    /// <inheritdoc/>
    public override byte? IpProtocolOfThis => 44;

    /// <inheritdoc/>
    public override byte[] Wrap(byte[] body, Surroundings around)
    {
        if (OffsetBytes % 8 != 0)
        {
            throw new InvalidOperationException("A fragment offset is a multiple of 8 octets.");
        }

        // The offset counts units of 8 octets and stands three bits up: the two cancel out.
        return
        [
            NextHeader ?? around.IpProtocol, 0,
            .. Bytes.Of((ushort)(OffsetBytes | (More ? 1 : 0))),
            .. Bytes.Of(Identification),
            .. body,
        ];
    }
}

/// <summary>Authentication header (RFC 4302, section 2). Also fits behind IPv4.</summary>
public sealed record AuthenticationLayer(uint SecurityParameters, uint Sequence, ReadOnlyMemory<byte> CheckValue, byte? NextHeader, byte? LengthUnits) : Layer
{
    /// <inheritdoc/>
    public override byte? IpProtocolOfThis => 51;

    /// <inheritdoc/>
    public override byte[] Wrap(byte[] body, Surroundings around)
    {
        byte[] header =
        [
            NextHeader ?? around.IpProtocol, 0, 0, 0,
            .. Bytes.Of(SecurityParameters), .. Bytes.Of(Sequence), .. CheckValue.Span,
        ];

        // Unlike the other extension headers it counts words of 4 octets, less two.
        header[1] = LengthUnits ?? checked((byte)((header.Length / 4) - 2));
        return [.. header, .. body];
    }
}
