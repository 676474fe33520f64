namespace NetworkingSfc.Testing.Frames;

/// <summary>
/// Network service header (RFC 8300, section 2): base header, service path header, metadata.
/// </summary>
/// <remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// |Ver|O|U|    TTL    |   Length  |U|U|U|U|MD Type| Next Protocol |
/// |          Service Path Identifier (SPI)        | Service Index |
/// </code>
/// </remarks>
public sealed record NshLayer(uint ServicePathId, byte ServiceIndex) : Layer
{
    /// <summary>Six bits; 63 is the default of RFC 8300, section 2.2.</summary>
    public byte TimeToLive { get; init; } = 63;

    /// <summary>1 for the fixed 16 octets, 2 for variable length.</summary>
    public byte MdType { get; init; } = 1;

    /// <summary>The octets behind the service path header, written as they are.</summary>
    public ReadOnlyMemory<byte> Metadata { get; init; } = new byte[16];

    /// <summary>Null: what the next layer is.</summary>
    public byte? NextProtocol { get; init; }

    /// <summary>The O bit.</summary>
    public bool Oam { get; init; }

    /// <summary>Two bits; 0 is the only version there is.</summary>
    public byte Version { get; init; }

    /// <summary>Six bits, in 4-octet words. Null: what the metadata asks for.</summary>
    public byte? LengthWords { get; init; }

    /// <summary>The U bit beside O (bit 0 here) and the four U bits before the MD type (bits 4 to 1 here).</summary>
    public byte Unassigned { get; init; }

    /// <inheritdoc/>
    public override ushort? EtherTypeOfThis => 0x894f;

    /// <inheritdoc/>
    public override byte? IpProtocolOfThis => 145;

    /// <inheritdoc/>
    public override byte? NshProtocolOfThis => 4;

    /// <inheritdoc/>
    public override byte[] Wrap(byte[] body, Surroundings around)
    {
        if (LengthWords is null && Metadata.Length % 4 != 0)
        {
            throw new InvalidOperationException("NSH metadata is whole words of 4 octets unless LengthWords says otherwise.");
        }

        uint length = LengthWords ?? (uint)(2 + (Metadata.Length / 4));
        uint first = ((Version & 3u) << 30)
            | (Oam ? 1u << 29 : 0)
            | ((Unassigned & 1u) << 28)
            | ((TimeToLive & 0x3fu) << 22)
            | ((length & 0x3f) << 16)
            | (((uint)(Unassigned >> 1) & 0xf) << 12)
            | ((MdType & 0xfu) << 8)
            | (NextProtocol ?? around.NshProtocol);
        return [.. Bytes.Of(first), .. Bytes.Of((ServicePathId << 8) | ServiceIndex), .. Metadata.Span, .. body];
    }
}
