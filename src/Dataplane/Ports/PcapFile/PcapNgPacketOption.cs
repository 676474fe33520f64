namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>The options of packet blocks: the sizes they must have, and the fields of the flags word (<c>epb_flags</c>).</summary>
internal static class PcapNgPacketOption
{
    /// <summary>Code of the flags word: direction in bits 0 and 1, FCS length in bytes in bits 5 to 8.</summary>
    public const int Flags = 2;

    private const int DropCount = 4;
    private const int PacketId = 5;
    private const int Queue = 6;
    private const int Verdict = 7;

    /// <summary>False when an option has a size its definition does not allow, which tshark takes for damage.</summary>
    public static bool HasValidLength(int code, ReadOnlySpan<byte> value) => code switch
    {
        Flags or Queue => value.Length == 4,
        DropCount or PacketId => value.Length == 8,

        // A verdict's first byte says whose it is; those of the Linux kernel (1, 2) are eight bytes.
        Verdict => !value.IsEmpty && (value[0] is not (1 or 2) || value.Length == 9),
        _ => true,
    };

    /// <summary>Direction in a flags word; the undefined value 3 is unknown.</summary>
    public static CaptureDirection Direction(uint flags) => (flags & 3) switch
    {
        1 => CaptureDirection.Inbound,
        2 => CaptureDirection.Outbound,
        _ => CaptureDirection.Unknown,
    };

    /// <summary>Bits of frame check sequence in a flags word; 0 when it does not say.</summary>
    public static int FcsLengthBits(uint flags) => (int)((flags >> 5) & 0xF) * 8;
}
