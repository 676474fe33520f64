namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>Compressed bytes with one more gzip member behind them. Does not own the inner stream.</summary>
internal sealed class GzipEndMark(Stream inner) : ForwardStream
{
    private readonly Stream _inner = inner;
    private bool _isInnerEnded;
    private int _given;

    /// <summary>What the added member unpacks to. Any value does that no capture ends with.</summary>
    public static ReadOnlySpan<byte> Content => [0x9D, 0x3C, 0x51, 0xE2, 0x7A, 0x04, 0xB8, 0x6F];

    // RFC 1952: header, one stored block of the content, its CRC-32, its length.
    private static ReadOnlySpan<byte> Member =>
    [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xFF,
        0x01, 0x08, 0x00, 0xF7, 0xFF, 0x9D, 0x3C, 0x51, 0xE2, 0x7A, 0x04, 0xB8, 0x6F,
        0xDF, 0x4E, 0x38, 0xD9, 0x08, 0x00, 0x00, 0x00,
    ];

    public override int Read(Span<byte> buffer)
    {
        if (!_isInnerEnded)
        {
            int count = _inner.Read(buffer);
            if (count != 0)
            {
                return count;
            }

            _isInnerEnded = true;
        }

        int rest = Math.Min(buffer.Length, Member.Length - _given);
        Member.Slice(_given, rest).CopyTo(buffer);
        _given += rest;
        return rest;
    }
}
