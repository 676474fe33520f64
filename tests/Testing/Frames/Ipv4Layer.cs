namespace NetworkingSfc.Testing.Frames;

/// <summary>IPv4 header (RFC 791, section 3.1).</summary>
public sealed record Ipv4Layer(string Source, string Destination) : Layer
{
    /// <summary>Hops left.</summary>
    public byte TimeToLive { get; init; } = 64;

    /// <summary>DSCP and ECN as one octet.</summary>
    public byte TypeOfService { get; init; }

    /// <summary>Same in every fragment of one datagram.</summary>
    public ushort Identification { get; init; }

    /// <summary>DF.</summary>
    public bool DontFragment { get; init; }

    /// <summary>MF.</summary>
    public bool MoreFragments { get; init; }

    /// <summary>Where this fragment belongs, in octets; a multiple of 8.</summary>
    public ushort FragmentOffsetBytes { get; init; }

    /// <summary>Option octets; zeros (end of options) are added up to a whole word.</summary>
    public ReadOnlyMemory<byte> Options { get; init; }

    /// <summary>Null: what the next layer is.</summary>
    public byte? Protocol { get; init; }

    /// <summary>Null: header and everything inside.</summary>
    public ushort? TotalLengthBytes { get; init; }

    /// <summary>The IHL field, in 4-octet words. Null: what the options ask for.</summary>
    public byte? HeaderLengthWords { get; init; }

    /// <summary>4 unless a test wants a wrong one.</summary>
    public byte Version { get; init; } = 4;

    /// <summary>Null: the right one.</summary>
    public ushort? HeaderChecksum { get; init; }

    /// <inheritdoc/>
    public override ushort? EtherTypeOfThis => 0x0800;

    /// <inheritdoc/>
    public override byte? IpProtocolOfThis => 4;

    /// <inheritdoc/>
    public override byte? NshProtocolOfThis => 1;

    internal byte[] SourceBytes => Bytes.OfIpv4(Source);

    internal byte[] DestinationBytes => Bytes.OfIpv4(Destination);

    /// <inheritdoc/>
    public override byte[] Wrap(byte[] body, Surroundings around)
    {
        if (FragmentOffsetBytes % 8 != 0)
        {
            throw new InvalidOperationException("A fragment offset is a multiple of 8 octets.");
        }

        byte[] options = Bytes.PadTo(4, Options.ToArray());
        int headerWords = HeaderLengthWords ?? (20 + options.Length) / 4;
        int flags = (DontFragment ? 0x4000 : 0) | (MoreFragments ? 0x2000 : 0);
        byte[] header =
        [
            (byte)((Version << 4) | (headerWords & 0xf)),
            TypeOfService,
            .. Bytes.Of(TotalLengthBytes ?? checked((ushort)(20 + options.Length + body.Length))),
            .. Bytes.Of(Identification),
            .. Bytes.Of((ushort)(flags | (FragmentOffsetBytes / 8))),
            TimeToLive,
            Protocol ?? around.IpProtocol,
            0, 0,
            .. SourceBytes,
            .. DestinationBytes,
            .. options,
        ];
        Bytes.Of(HeaderChecksum ?? Checksum.Internet(header)).CopyTo(header, 10);
        return [.. header, .. body];
    }
}
