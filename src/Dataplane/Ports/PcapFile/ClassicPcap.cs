namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>
/// Reads classic pcap (draft-ietf-opsawg-pcap): one header, one link type, records back to back. Both byte orders,
/// micro- and nanoseconds, and the variants of <see cref="ClassicPcapLayout"/>, AIX and Ixia.
/// </summary>
internal sealed class ClassicPcap : CaptureFormat
{
    // AIX counts three bytes of padding in front of an FDDI frame as part of it.
    private const int AixFddiPadding = 3;
    private const int Fddi = 10;
    private const int SunAtm = 123;
    private const int NokiaAtm = 13;

    private readonly ByteOrder _order;
    private readonly bool _isCapturedFirst;
    private readonly ClassicPcapHeader _header;
    private readonly int _headerLength;
    private readonly int _linkType;
    private readonly int _maximumLength;
    private readonly int _fcsLengthBits;
    private readonly int _paddingLength;
    private readonly uint _nanosecondsPerUnit;
    private readonly bool _hasPseudoHeader;

    private ClassicPcap(CaptureInput input, in ClassicPcapHeader header, ClassicPcapLayout layout)
        : base(input)
    {
        _order = header.ByteOrder;
        _header = header;
        _isCapturedFirst = header.LengthOrder == ClassicPcapLengthOrder.CapturedFirst;
        _headerLength = ClassicPcapLayoutGuess.HeaderLength(layout);

        // Number 13 is ATM with a SunATM-like header on Nokia's systems only.
        _linkType = layout == ClassicPcapLayout.Nokia && header.LinkType == NokiaAtm ? SunAtm : header.LinkType;
        _maximumLength = LinkType.MaximumPacketLength(_linkType);
        _fcsLengthBits = header.FcsLengthBits;
        _paddingLength = header.IsAix && _linkType == Fddi ? AixFddiPadding : 0;
        _nanosecondsPerUnit = header.IsNanoseconds ? 1u : 1_000u;
        _hasPseudoHeader = PseudoHeader.IsUsedBy(_linkType);
    }

    /// <summary>Opens a capture whose first four bytes are a classic magic number. Null with an error when its header is not one to read by.</summary>
    public static ClassicPcap? TryOpen(CaptureInput input, out string? error)
    {
        ReadOnlySpan<byte> bytes = input.Peek(ClassicPcapHeader.Length + 4);
        if (bytes.Length < ClassicPcapHeader.Length)
        {
            error = DescribeShort(input, "the file header", ClassicPcapHeader.Length, bytes.Length);
            return null;
        }

        ClassicPcapHeader header = ClassicPcapHeader.Read(bytes);
        error = Check(header);
        if (error is not null)
        {
            return null;
        }

        input.Consume(ClassicPcapHeader.Length);
        if (header.HasIxiaTrailer && !input.TrySkip(4))
        {
            error = DescribeShort(input, "the last field of the file header", 4, 0);
            return null;
        }

        bool isDoubtful = header.IsModified || (header.IsPlain && !header.IsAix);
        ClassicPcapLayout layout = isDoubtful ? ClassicPcapLayoutGuess.Guess(input, header) : ClassicPcapLayout.Standard;
        return new ClassicPcap(input, header, layout);
    }

    public override bool TryRead(out CaptureRecord record)
    {
        record = default;
        if (Error is not null)
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = Input.Peek(_headerLength);
        if (bytes.Length < _headerLength)
        {
            return bytes.IsEmpty ? End() : FailShort("a record header", _headerLength, bytes.Length);
        }

        uint captured = _order.UInt32(bytes[8..]);
        uint wire = _order.UInt32(bytes[12..]);
        if (!_isCapturedFirst)
        {
            (captured, wire) = _header.ReadLengths(bytes);
        }

        if (captured > _maximumLength)
        {
            return Fail(
                Input.Offset,
                $"a record claims {captured} captured bytes",
                $"accepted are at most {_maximumLength} for link type {_linkType}");
        }

        int length = _headerLength + (int)captured;
        if (bytes.Length < length)
        {
            bytes = Input.Peek(length);
            if (bytes.Length < length)
            {
                return FailShort("a record", length, bytes.Length);
            }
        }

        ReadOnlySpan<byte> packet = bytes[_headerLength..length];
        if ((_hasPseudoHeader || _paddingLength != 0) && !TryStrip(ref packet, ref wire))
        {
            return false;
        }

        record = new CaptureRecord
        {
            Data = packet,
            WireLength = Saturate(wire),
            LinkType = _linkType,
            TimestampNanoseconds = (_order.UInt32(bytes) * 1_000_000_000L) + ((long)_order.UInt32(bytes[4..]) * _nanosecondsPerUnit),
            FcsLengthBits = _fcsLengthBits,
        };
        Input.Consume(length);
        return true;
    }

    private static string? Check(in ClassicPcapHeader header)
    {
        if (header.Major < 2)
        {
            return Describe(4, $"the file has format version {header.Major}.{header.Minor}", "accepted is version 2.0 or later");
        }

        if (header.Reserved != 0)
        {
            return Describe(20, $"the reserved bits of the link type are 0x{header.Reserved:X8}", "accepted is 0");
        }

        return LinkType.ToEncap(header.LinkType) == LinkType.UnknownEncap
            ? Describe(20, $"the link type {header.LinkType} is not known", "accepted are the registered LINKTYPE_ numbers up to 295, such as 1 for Ethernet")
            : null;
    }

    private bool TryStrip(ref ReadOnlySpan<byte> packet, ref uint wire)
    {
        if (packet.Length < _paddingLength)
        {
            return Fail(Input.Offset, "a record is shorter than the padding of its frame", "accepted are at least 3 bytes in an AIX FDDI capture");
        }

        packet = packet[_paddingLength..];
        wire = unchecked(wire - (uint)_paddingLength);
        return TryTakePseudoHeader(_linkType, Input.Offset, ref packet, ref wire);
    }
}
