namespace NetworkingSfc.Testing.Frames;

/// <summary>Ethernet II, or IEEE 802.3 with a length when LLC follows.</summary>
public sealed record EthernetLayer(string Destination, string Source, ushort? EtherType) : Layer
{
    /// <inheritdoc/>
    public override ushort? EtherTypeOfThis => 0x6558;

    /// <inheritdoc/>
    public override byte? IpProtocolOfThis => 143;

    /// <inheritdoc/>
    public override byte? NshProtocolOfThis => 3;

    /// <inheritdoc/>
    public override byte[] Wrap(byte[] body, Surroundings around) =>
        [.. Bytes.OfMac(Destination), .. Bytes.OfMac(Source), .. Bytes.Of(EtherType ?? around.EtherType(body)), .. body];
}

/// <summary>One IEEE 802.1Q or 802.1ad tag.</summary>
public sealed record VlanLayer(ushort Id, byte Priority, bool DropEligible, ushort Tpid, ushort? EtherType) : Layer
{
    /// <inheritdoc/>
    public override ushort? EtherTypeOfThis => Tpid;

    /// <inheritdoc/>
    public override byte[] Wrap(byte[] body, Surroundings around) =>
    [
        .. Bytes.Of((ushort)((Priority << 13) | (DropEligible ? 0x1000 : 0) | (Id & 0xfff))),
        .. Bytes.Of(EtherType ?? around.EtherType(body)),
        .. body,
    ];
}

/// <summary>IEEE 802.2 LLC with a one-octet control field.</summary>
public sealed record LlcLayer(byte DestinationSap, byte SourceSap, byte Control) : Layer
{
    /// <inheritdoc/>
    public override byte[] Wrap(byte[] body, Surroundings around) => [DestinationSap, SourceSap, Control, .. body];
}

/// <summary>LLC with the SNAP extension (RFC 1042): AA AA 03, organisation, EtherType.</summary>
public sealed record SnapLayer(uint Organisation, ushort? EtherType) : Layer
{
    /// <inheritdoc/>
    public override byte[] Wrap(byte[] body, Surroundings around) =>
        [0xaa, 0xaa, 0x03, .. Bytes.Of(Organisation)[1..], .. Bytes.Of(EtherType ?? around.EtherType(body)), .. body];
}

/// <summary>One MPLS label stack entry (RFC 3032, section 2.1).</summary>
public sealed record MplsLayer(uint Label, byte TrafficClass, byte TimeToLive, bool? BottomOfStack, ushort EtherType) : Layer
{
    /// <inheritdoc/>
    public override ushort? EtherTypeOfThis => EtherType;

    /// <inheritdoc/>
    public override byte? IpProtocolOfThis => 137;

    /// <inheritdoc/>
    public override byte? NshProtocolOfThis => 5;

    /// <inheritdoc/>
    public override byte[] Wrap(byte[] body, Surroundings around)
    {
        bool bottom = BottomOfStack ?? around.Inner is not MplsLayer;
        uint entry = (Label << 12) | ((uint)(TrafficClass & 7) << 9) | (bottom ? 0x100u : 0) | TimeToLive;
        return [.. Bytes.Of(entry), .. body];
    }
}

/// <summary>ARP for IPv4 over Ethernet (RFC 826).</summary>
public sealed record ArpLayer(ushort Operation, string SenderMac, string SenderIp, string TargetMac, string TargetIp) : Layer
{
    /// <inheritdoc/>
    public override ushort? EtherTypeOfThis => 0x0806;

    /// <inheritdoc/>
    public override byte[] Wrap(byte[] body, Surroundings around) =>
    [
        0, 1, 8, 0, 6, 4, .. Bytes.Of(Operation),
        .. Bytes.OfMac(SenderMac), .. Bytes.OfIpv4(SenderIp), .. Bytes.OfMac(TargetMac), .. Bytes.OfIpv4(TargetIp),
        .. body,
    ];
}

/// <summary>Bytes that mean nothing to the builder. Announced by nothing: the layer outside says what it likes.</summary>
public sealed record PayloadLayer(ReadOnlyMemory<byte> Content) : Layer
{
    /// <inheritdoc/>
    public override byte[] Wrap(byte[] body, Surroundings around) => [.. Content.Span, .. body];
}
